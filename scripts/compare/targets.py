"""The proxies that are compared, each one worker, tuned to keep connections and log nothing."""
import json
import os
import re
import signal
import socket
import subprocess
import time

START_SECONDS = 15
# What nginx and haproxy send in place of an error: the best they can do is one fixed text a status.
ENVELOPE = ('{"error":{"type":"server_error","message":"An unexpected error occurred.",'
            '"code":"internal_error"}}')


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def nginx_config(folder, port, origin_port, like):
    ids = '''
      proxy_set_header X-Request-Id $request_id;
      add_header X-Request-Id $request_id always;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $host;''' if like else ''
    temporary = '\n'.join(f'  {name}_temp_path {folder}/nginx-{name};' for name in (
        'client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))
    return f'''
daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log crit;
events {{ worker_connections 4096; }}
http {{
  access_log off;
{temporary}
  keepalive_requests 1000000000;
  keepalive_timeout 3600s;
  proxy_buffer_size 64k;
  proxy_buffers 4 64k;
  proxy_busy_buffers_size 128k;
  upstream origin {{
    server 127.0.0.1:{origin_port};
    keepalive 256;
    keepalive_requests 1000000000;
    keepalive_timeout 3600s;
  }}
  server {{
    listen 127.0.0.1:{port};
    proxy_intercept_errors on;
    error_page 500 @error;
    location / {{
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";{ids}
    }}
    location @error {{
      internal;
      default_type application/json;
      return 500 '{ENVELOPE}';
    }}
  }}
}}
'''


def haproxy_config(port, origin_port, like):
    ids = '''
  unique-id-format %[uuid()]
  unique-id-header X-Request-Id
  http-response set-header X-Request-Id %[unique-id]
  option forwardfor
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(Host)]''' if like else ''
    return f'''
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 3600s
  timeout server 3600s
  timeout http-keep-alive 3600s
  option http-keep-alive
  http-reuse always
frontend clients
  bind 127.0.0.1:{port}{ids}
  default_backend origin
backend origin
  http-response return status 500 content-type application/json string '{ENVELOPE}' if {{ status 500 }}
  server origin 127.0.0.1:{origin_port} pool-purge-delay 3600s pool-max-conn -1
'''


def errata_config(origin_port):
    return json.dumps({
        'listeners': [{'address': '127.0.0.1:0'}],
        'threads': 1,
        'upstreams': {'origin': {'servers': [f'http://127.0.0.1:{origin_port}']}},
        'routes': [{'name': 'all', 'match': {'path_prefix': '/'}, 'upstream': 'origin'}],
        'access_log': {'path': 'off'},
    }, indent=2)


class Process:
    """One started process; `log` takes what it says."""

    def __init__(self, name, command, folder, cpu):
        self.name = name
        self.log = os.path.join(folder, f'{name}.log')
        if cpu is not None:
            command = ['taskset', '-c', str(cpu)] + command
        with open(self.log, 'wb') as log:
            self.popen = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.port = None

    def wait_for_port(self, port=None):
        """Until it accepts on `port`, or on the one that its log says it listens on."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.popen.poll() is None:
            if port is None:
                with open(self.log, encoding='utf-8', errors='replace') as log:
                    said = re.search(r'listening on \S*:(\d+)', log.read())
                port = int(said[1]) if said else None
            if port is not None:
                try:
                    socket.create_connection(('127.0.0.1', port), 1).close()
                    self.port = port
                    return self
                except OSError:
                    pass
            time.sleep(0.05)
        self.stop()
        with open(self.log, encoding='utf-8', errors='replace') as log:
            raise SystemExit(f'{self.name} did not start:\n{log.read()}')

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

    def stop(self):
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(10)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    return path


def start_origin(program, folder, cpu):
    port = free_port()
    return Process('origin', [program, str(port)], folder, cpu).wait_for_port(port)


def start_target(name, folder, cpu, origin_port, errata, like):
    port = free_port()
    if name == 'nginx':
        config = write(folder, 'nginx.conf', nginx_config(folder, port, origin_port, like))
        command = ['/usr/sbin/nginx', '-p', folder, '-e', f'{folder}/nginx.log', '-c', config]
        return Process(name, command, folder, cpu).wait_for_port(port)
    if name == 'haproxy':
        config = write(folder, 'haproxy.cfg', haproxy_config(port, origin_port, like))
        return Process(name, ['/usr/sbin/haproxy', '-db', '-f', config], folder,
                       cpu).wait_for_port(port)
    config = write(folder, 'errata.json', errata_config(origin_port))
    return Process(name, [errata, 'run', '-c', config], folder, cpu).wait_for_port()
