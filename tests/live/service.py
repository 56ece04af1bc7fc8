"""One real service: what it needs, how it is started, and how it ends."""
import json
import os
import shutil
import signal
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
START_SECONDS = 60


class Missing(Exception):
    """The service cannot be had here."""


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def run(command, seconds, **options):
    """-> whether it ended well in time; its output goes nowhere."""
    try:
        done = subprocess.run(command, timeout=seconds, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


class Process:
    """A command in a process group of its own, which is ended as a whole."""

    def __init__(self, command, log, **options):
        with open(log, 'wb') as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=out, start_new_session=True, **options)

    def wait_for(self, port):
        """-> whether something listens on the port in time."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(('127.0.0.1', port)) == 0:
                    return True
            time.sleep(0.1)
        return False

    def stop(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(5)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue


class Service:
    """What tests/live/<name>/service.json says; README.md describes its members."""

    def __init__(self, name):
        self.name = name
        self.folder = os.path.join(HERE, name)
        with open(os.path.join(self.folder, 'service.json'), encoding='utf-8') as file:
            self.told = json.load(file)
        self.instances = self.told.get('instances', [{'label': '', 'env': {}}])
        self.checks = self.told['checks']

    def is_there(self, node_modules):
        """Whether all that it needs is installed."""
        modules = all(os.path.isdir(os.path.join(node_modules, package.rsplit('@', 1)[0] or package))
                      for package in self.told.get('npm', []))
        if not modules or any(shutil.which(c) is None for c in self.told.get('commands', [])):
            return False
        probe = self.told.get('probe')
        return probe is None or run(probe, 30)

    def start(self, instance, scratch, node_modules):
        """-> (Process, port). Missing if it does not come up."""
        port, second = free_port(), free_port()
        work = os.path.join(scratch, f'{self.name}{instance["label"]}')
        os.makedirs(work)
        words = {'@PORT@': str(port), '@PORT2@': str(second), '@WORK@': work, '@APP@': self.folder}

        def fill(text):
            for word, value in words.items():
                text = text.replace(word, value)
            return text

        # The app as a whole may be read by whatever user a server changes to.
        for folder, _, files in os.walk(self.folder):
            target = os.path.join(work, os.path.relpath(folder, self.folder))
            os.makedirs(target, exist_ok=True)
            for file in files:
                with open(os.path.join(folder, file), encoding='utf-8') as source:
                    text = source.read()
                with open(os.path.join(target, file), 'w', encoding='utf-8') as copy:
                    copy.write(fill(text))
        for folder in self.told.get('folders', []):
            os.makedirs(os.path.join(work, folder), exist_ok=True)
        environment = dict(os.environ, PORT=str(port), NODE_PATH=node_modules,
                           PYTHONDONTWRITEBYTECODE='1', HOME=work)
        for name, value in {**self.told.get('env', {}), **instance['env']}.items():
            environment[name] = fill(value)
        process = Process([fill(word) for word in self.told['start']],
                          os.path.join(work, 'service.log'), cwd=work, env=environment)
        if not process.wait_for(port):
            process.stop()
            raise Missing('it does not come up: ' + self.last_words(work))
        return process, port

    @staticmethod
    def last_words(work):
        with open(os.path.join(work, 'service.log'), encoding='utf-8', errors='replace') as log:
            lines = [line.strip() for line in log.read().splitlines() if line.strip()]
        return lines[-1][:120] if lines else 'it says nothing'
