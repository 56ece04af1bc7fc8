"""The proxies under load, each started with the configuration of its name in conf/."""
import os
import re

from processes import FILES, Process, free_port

CONF = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'conf')
PEERS = ['nginx', 'haproxy', 'nginx-lua']
NAMES = ['errata'] + PEERS
TITLES = {'errata': 'errata', 'nginx': 'nginx', 'haproxy': 'HAProxy', 'nginx-lua': 'nginx + Lua',
          'errata-log': 'errata, access log on'}
MODULES = '/usr/lib/nginx/modules'


def place(folder, name, values, to=None):
    """Copies conf/`name` to the folder with its @NAMES@ filled in."""
    with open(os.path.join(CONF, name), encoding='utf-8') as file:
        text = file.read()
    text = re.sub(r'@([A-Z_]+)@', lambda found: str(values[found[1]]) if found[1] in values
                  else found[0], text)
    path = os.path.join(folder, to or name)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    return path


class Bench:
    """Where targets run: which CPUs, how many threads, in front of which origin."""

    def __init__(self, build, folder, threads, target_cpu, load_cpu):
        self.programs = os.path.abspath(os.path.join(build, 'bin'))
        self.folder = os.path.abspath(folder)
        self.threads = threads
        self.target_cpu, self.load_cpu = target_cpu, load_cpu
        self.origin = None
        self.running = []
        self.instead = {}  # of a program: another file
        self.upstream_idle = '10m'  # how long errata keeps a connection to the origin
        os.makedirs(self.folder, exist_ok=True)

    def program(self, name):
        return self.instead.get(name, os.path.join(self.programs, name))

    def start_origin(self, cases=None):
        port = free_port()
        command = [self.program('load_origin'), str(port)] + ([cases] if cases else [])
        self.origin = Process('origin', command, self.folder, self.load_cpu).wait_for_port(port)
        self.running.append(self.origin)
        return self.origin

    def command_of(self, name, port):
        """(command, whether it says its port itself)"""
        folder = os.path.join(self.folder, name)
        os.makedirs(folder, exist_ok=True)
        values = {'THREADS': self.threads, 'ORIGIN': self.origin.port, 'PORT': port,
                  'FOLDER': folder, 'FILES': FILES, 'MODULES': '', 'ACCESS_LOG': 'off',
                  'UPSTREAM_IDLE': self.upstream_idle,
                  'REUSEPORT': ' reuseport' if self.threads > 1 else ''}
        if name == 'haproxy':
            return ['/usr/sbin/haproxy', '-db', '-f', place(folder, 'haproxy.cfg', values)], False
        if name in ('nginx', 'nginx-lua'):
            if name == 'nginx-lua':
                values['MODULES'] = ''.join(
                    f'load_module {MODULES}/{module}.so;\n'
                    for module in ('ndk_http_module', 'ngx_http_lua_module'))
                place(folder, 'envelope.lua', values)
            place(folder, 'nginx-http.conf', values)
            config = place(folder, f'{name}.conf', values)
            return ['/usr/sbin/nginx', '-p', folder, '-e', f'{folder}/nginx-error.log',
                    '-c', config], False
        if name == 'errata-log':
            values['ACCESS_LOG'] = os.path.join(folder, 'access.log')
        config = place(folder, 'errata.json', values)
        return [self.program('errata'), 'run', '-c', config], True

    def start(self, name, wrap=(), seconds=15):
        """`wrap`: a command that runs it, such as valgrind."""
        port = free_port()
        command, says_port = self.command_of(name, port)
        if wrap and name.startswith('nginx'):
            command += ['-g', 'master_process off;']  # what wraps it must see the worker
        process = Process(name, list(wrap) + command, self.folder, self.target_cpu)
        self.running.append(process)
        return process.wait_for_port(None if says_port else port, seconds)

    def stop(self, process):
        process.stop()
        if process in self.running:
            self.running.remove(process)

    def stop_all(self):
        while self.running:
            self.running.pop().stop()
