#!/usr/bin/env python3
"""Real services with errata in front: every error of theirs must leave as the canonical envelope.

  run.py --errata FILE [--build DIR] [--no-install] [--keep] [SERVICE...]

Without SERVICE all of them. A service that cannot be had is skipped with a line that says why. One
line a service; the last line is `N passed, M failed, K skipped`. Exit code 1 if a check failed or
none was made.
"""
import argparse
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import envelope  # noqa: E402
import service  # noqa: E402

# What a proxy may change of a response that it lets pass.
CHANGES = {'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date', 'server',
           'via', 'x-request-id', 'x-powered-by', 'x-runtime'}
ANSWER_SECONDS = 20


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def head_text(self):
        return ''.join(f'{name}: {value}\n' for name, value in self.headers)

    def end_to_end(self):
        return [(name.lower(), value) for name, value in self.headers
                if name.lower() not in CHANGES]


def ask(port, host, prefix, check):
    method, path = check['ask'].split(' ', 1)
    headers = {'Host': host, **check.get('headers', {})}
    body = check.get('send')
    if 'send_json' in check:
        body = json.dumps(check['send_json'])
        headers.setdefault('Content-Type', 'application/json')
    if 'send_bytes' in check:
        body = 'x' * check['send_bytes']
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=ANSWER_SECONDS)
    try:
        connection.request(method, prefix + path, body and body.encode(), headers)
        got = connection.getresponse()
        return Answer(got.status, got.getheaders(), got.read())
    finally:
        connection.close()


def problems_of(check, direct_port, errata_port, prefix):
    host = f'127.0.0.1:{errata_port}'
    answer = ask(errata_port, host, prefix, check)
    if not check.get('passes'):
        return envelope.problems_with(answer, check, check['ask'].startswith('HEAD '))
    direct = ask(direct_port, host, '', check)
    found = []
    if answer.status != direct.status or direct.status != check['status']:
        found.append(f'status {answer.status}, direct {direct.status}')
    if answer.body != direct.body:
        found.append(f'body {answer.body[:80]!r}, direct {direct.body[:80]!r}')
    # A cookie or a nonce may differ from one answer to the next.
    varying = set(check.get('varying', []))
    seen, sent = ([pair for pair in one.end_to_end() if pair[0] not in varying]
                  for one in (answer, direct))
    if seen != sent:
        found.append(f'head {seen}, direct {sent}')
    if len(answer.all('x-request-id')) != 1:
        found.append(f'request ids: {answer.all("x-request-id")}')
    return found


class Errata:
    """errata with a route for each service that is up."""

    def __init__(self, binary, scratch, ports):
        self.port = service.free_port()
        config = {
            'listeners': [{'address': f'127.0.0.1:{self.port}'}],
            'threads': 1,
            'upstreams': {name: {'servers': [f'http://127.0.0.1:{port}']}
                          for name, port in ports.items()},
            'routes': [{'name': name, 'match': {'path_prefix': '/' + name}, 'upstream': name,
                        'strip_prefix': True} for name in ports],
            'access_log': {'path': os.path.join(scratch, 'access.log')},
        }
        file = os.path.join(scratch, 'errata.json')
        with open(file, 'w', encoding='utf-8') as out:
            json.dump(config, out, indent=2)
        self.process = service.Process([binary, 'run', '-c', file],
                                       os.path.join(scratch, 'errata.log'))
        if not self.process.wait_for(self.port):
            self.process.stop()
            raise SystemExit('run.py: errata does not start: ' +
                             open(os.path.join(scratch, 'errata.log'), encoding='utf-8').read())


def install(services, node_modules):
    """Gets what is missing, in one step each; who lacks something then is found out one by one."""
    lacking = [s for s in services if not s.is_there(node_modules)]
    packages = sorted({p for s in lacking for p in s.told.get('debian', [])})
    if packages and shutil.which('apt-get'):
        apt = ([] if os.geteuid() == 0 else ['sudo', '-n']) + ['apt-get', '-q', '-y']
        environment = dict(os.environ, DEBIAN_FRONTEND='noninteractive')
        print(f'installing {len(packages)} Debian packages', flush=True)
        together = apt + ['install', '--no-install-recommends']
        if not service.run(together + packages, 600, env=environment):
            service.run(apt + ['update'], 120, env=environment)
            for package in packages:
                service.run(together + [package], 300, env=environment)
    modules = sorted({p for s in lacking for p in s.told.get('npm', [])})
    if modules and shutil.which('npm'):
        folder = os.path.dirname(node_modules)
        os.makedirs(folder, exist_ok=True)
        print(f'installing {len(modules)} npm packages', flush=True)
        service.run(['npm', 'install', '--no-audit', '--no-fund', '--prefix', folder] + modules, 600)


def check_service(one, instance, port, errata_port):
    """-> (passed, failed); says what failed."""
    route = one.name + instance['label']
    passed, failed = 0, []
    for check in one.checks:
        if check.get('only', instance['label']) != instance['label']:
            continue
        try:
            problems = problems_of(check, port, errata_port, '/' + route)
        except (OSError, http.client.HTTPException) as broken:
            problems = [f'{type(broken).__name__}: {broken}']
        if problems:
            failed.append(f'    {check["ask"]}: ' + '; '.join(problems))
        else:
            passed += 1
    verdict = 'ok' if not failed else 'FAILED'
    print(f'{verdict:8} {one.told["title"]}{instance["label"].replace("-", ", ")}: '
          f'{passed} passed, {len(failed)} failed', flush=True)
    for line in failed:
        print(line, flush=True)
    return passed, len(failed)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--errata', required=True, help='the executable')
    parser.add_argument('--build', default=os.path.join(envelope.REPOSITORY, 'build', 'live'))
    parser.add_argument('--no-install', action='store_true')
    parser.add_argument('--keep', action='store_true', help='keep logs and configurations')
    parser.add_argument('services', nargs='*')
    options = parser.parse_args()

    known = sorted(entry for entry in os.listdir(service.HERE)
                   if os.path.exists(os.path.join(service.HERE, entry, 'service.json')))
    unknown = [name for name in options.services if name not in known]
    if unknown:
        parser.error(f'no such service: {", ".join(unknown)}; there are {", ".join(known)}')
    services = [service.Service(name) for name in options.services or known]
    node_modules = os.path.join(os.path.abspath(options.build), 'node_modules')
    if not options.no_install:
        install(services, node_modules)

    scratch = tempfile.mkdtemp(prefix='errata-live-')
    os.chmod(scratch, 0o755)
    passed = failed = skipped = 0
    up, running = [], []
    try:
        for one in services:
            if not one.is_there(node_modules):
                print(f'skipped  {one.told["title"]}: packages cannot be had', flush=True)
                skipped += 1
                continue
            for instance in one.instances:
                try:
                    process, port = one.start(instance, scratch, node_modules)
                except (service.Missing, OSError) as why:
                    print(f'skipped  {one.told["title"]}{instance["label"]}: {why}', flush=True)
                    skipped += 1
                    continue
                running.append(process)
                up.append((one, instance, port))
        if up:
            errata = Errata(os.path.abspath(options.errata), scratch,
                            {one.name + i['label']: port for one, i, port in up})
            running.append(errata.process)
            for one, instance, port in up:
                more, wrong = check_service(one, instance, port, errata.port)
                passed, failed = passed + more, failed + wrong
    finally:
        for process in reversed(running):
            process.stop()
        if options.keep:
            print(f'kept in {scratch}')
        else:
            shutil.rmtree(scratch, ignore_errors=True)
    print(f'{passed} passed, {failed} failed, {skipped} skipped')
    return 0 if failed == 0 and passed > 0 else 1


def end(number, _frame):
    """A signal ends what was started, too."""
    raise KeyboardInterrupt(f'signal {number}')


if __name__ == '__main__':
    signal.signal(signal.SIGTERM, end)
    try:
        sys.exit(main())
    except (subprocess.SubprocessError, KeyboardInterrupt) as stop:
        sys.exit(f'run.py: {stop!r}')
