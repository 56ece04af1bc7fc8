"""Processes that are started, measured through /proc, and ended by their own pid."""
import os
import re
import signal
import socket
import subprocess
import time

START_SECONDS = 15
FILES = 20000


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def pinned(command, cpu):
    return command if cpu is None else ['taskset', '-c', str(cpu)] + command


class Process:
    """One started process; the file `log` takes what it says."""

    def __init__(self, name, command, folder, cpu):
        self.name = name
        self.port = None
        self.log = os.path.join(folder, f'{name}.log')
        with open(self.log, 'wb') as log:
            self.popen = subprocess.Popen(pinned(command, cpu), stdin=subprocess.DEVNULL,
                                          stdout=log, stderr=log)

    def said(self):
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()

    def wait_for_port(self, port=None, seconds=START_SECONDS):
        """Until it accepts on `port`, or on the one that its log says it listens on."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.popen.poll() is None:
            if port is None:
                said = re.search(r'listening on \S*:(\d+)', self.said())
                port = int(said[1]) if said else None
            if port is not None:
                try:
                    socket.create_connection(('127.0.0.1', port), 1).close()
                    self.port = port
                    return self
                except OSError:
                    pass
            time.sleep(0.02)
        self.stop()
        raise SystemExit(f'{self.name} did not start:\n{self.said()}')

    def pids(self):
        """Its own and its children's."""
        found, todo = [], [self.popen.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            try:
                with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as children:
                    todo += [int(child) for child in children.read().split()]
            except OSError:
                pass
        return found

    def is_alive(self):
        return self.popen.poll() is None

    def signal(self, number):
        self.popen.send_signal(number)

    def stop(self):
        if self.popen.poll() is not None:
            return
        self.popen.send_signal(signal.SIGTERM)
        try:
            self.popen.wait(10)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()


def cpu_seconds(pids):
    """On-CPU time so far, of all threads, in nanosecond steps where the kernel has them."""
    total = 0.0
    for pid in pids:
        try:
            for thread in os.listdir(f'/proc/{pid}/task'):
                with open(f'/proc/{pid}/task/{thread}/schedstat', encoding='ascii') as file:
                    total += int(file.read().split()[0]) / 1e9
        except OSError:
            with open(f'/proc/{pid}/stat', encoding='ascii') as file:
                fields = file.read().rsplit(')', 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')
    return total


def resident_bytes(pids):
    """Anonymous memory: what is not a file's page."""
    total = 0
    for pid in pids:
        with open(f'/proc/{pid}/status', encoding='ascii', errors='replace') as file:
            found = re.search(r'^RssAnon:\s+(\d+) kB', file.read(), re.M)
        total += int(found[1]) * 1024 if found else 0
    return total


def descriptors(pids):
    return sum(len(os.listdir(f'/proc/{pid}/fd')) for pid in pids)
