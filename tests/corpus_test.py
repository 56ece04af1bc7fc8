#!/usr/bin/env python3
"""Replays the shared corpus of real servers' errors through a running errata and judges what comes.

  corpus_test.py [--errors FILE] ERRATA REPOSITORY FOLDER

ERRATA is the executable, FOLDER takes what the run leaves: configuration, logs, corpus.json with
every case's verdict. With --errors the configuration gets the "errors" of that file, whose rules
must then take every success that carries an error for one; without, either outcome will do.
Exit code 77 (skipped) where ../shared/corpus is not there.
"""
import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

# Raise it as the normalizer improves; it never goes down.
MUST_PASS_PERCENT = 99
MUST_NOT_FAIL = ('transport', 'schema', 'request_id', 'untouched', 'headers')
SKIPPED = 77
START_SECONDS = 20
DRAIN_SECONDS = 30
JUDGE_SECONDS = 240


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def configuration(upstream_port, access_log, errors):
    return {
        'listeners': [{'address': '127.0.0.1:0'}],
        'threads': 2,
        'upstreams': {'legacy': {'servers': [f'http://127.0.0.1:{upstream_port}']}},
        'routes': [{'name': 'corpus', 'match': {'path_prefix': '/'}, 'upstream': 'legacy'}],
        'errors': {'doc_url_base': 'https://docs.otesse.com/api/errors#', 'max_body': '1MiB',
                   **errors},
        'access_log': {'path': access_log},
    }


def wait_until_listening(process, log):
    """The port that errata's own log names."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with open(log, encoding='utf-8', errors='replace') as file:
            said = file.read()
        found = re.search(r'listening on \S*:(\d+)', said)
        if found:
            return int(found[1])
        try:
            process.wait(0.05)
            break
        except subprocess.TimeoutExpired:
            continue
    raise SystemExit(f'errata did not start:\n{said}')


def judge(shared, proxy_port, upstream_port, report, soft):
    command = [sys.executable, os.path.join(shared, 'replay.py'), 'judge',
               '--proxy', f'http://127.0.0.1:{proxy_port}', '--serve', str(upstream_port),
               os.path.join(shared, 'errors.jsonl'), '--show', '20', '--json', report,
               '--soft', soft]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, timeout=JUDGE_SECONDS, check=False)
    print(run.stdout.decode(errors='replace'), flush=True)
    with open(report, encoding='utf-8') as file:
        return json.load(file)


def problems_of_verdicts(verdicts):
    passed = sum(verdict['passed'] for verdict in verdicts)
    need = -(-len(verdicts) * MUST_PASS_PERCENT // 100)
    if not verdicts or passed < need:
        yield f'{passed} of {len(verdicts)} cases passed, {need} must'
    for check in MUST_NOT_FAIL:
        failing = [verdict['id'] for verdict in verdicts if check in verdict['failures']]
        if failing:
            yield f'{len(failing)} cases fail the check {check}: ' + ' '.join(failing[:8])


def problems_of_soft_cases(verdicts, corpus):
    with open(corpus, encoding='utf-8') as file:
        cases = [json.loads(line) for line in file if line.strip()]
    soft = {case['id'] for case in cases if case['expect'].get('soft')}
    failing = [verdict['id'] for verdict in verdicts
               if verdict['id'] in soft and not verdict['passed']]
    if failing:
        yield f'{len(failing)} of {len(soft)} errors sent as successes fail: ' + ' '.join(failing)


def problems_of_log(path, cases):
    """One line of JSON for each exchange, each with a request id."""
    with open(path, encoding='utf-8') as file:
        lines = file.read().splitlines()
    if len(lines) < cases:
        yield f'the access log has {len(lines)} lines for {cases} exchanges'
    for number, line in enumerate(lines, 1):
        try:
            if not re.search(r'"[\w.]*id"', line) or not isinstance(json.loads(line), dict):
                raise ValueError('not an object with an id')
        except ValueError as problem:
            yield f'{path}:{number}: {problem}: {line[:200]}'
            return


def stop(process):
    """Asks for a drain; the exit code, or None when it had to be killed."""
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(DRAIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--errors', help='a file whose "errors" the configuration gets')
    for name in ('errata', 'repository', 'folder'):
        parser.add_argument(name, type=os.path.abspath)
    options = parser.parse_args()
    errata, repository, folder = options.errata, options.repository, options.folder
    errors = {}
    if options.errors:
        with open(options.errors, encoding='utf-8') as file:
            errors = json.load(file)['errors']
    shared = os.path.join(repository, '..', 'shared', 'corpus')
    if not os.path.isfile(os.path.join(shared, 'replay.py')):
        print('skipped: ../shared/corpus is not beside this clone')
        return SKIPPED
    os.makedirs(folder, exist_ok=True)
    config, log, access_log, report = (os.path.join(folder, name) for name in (
        'corpus-errata.json', 'corpus-errata.log', 'corpus-access.log', 'corpus.json'))
    for stale in (access_log, report):
        if os.path.exists(stale):
            os.remove(stale)
    upstream_port = free_port()
    with open(config, 'w', encoding='utf-8') as file:
        json.dump(configuration(upstream_port, access_log, errors), file, indent=2)

    exit_code, verdicts = None, []
    with open(log, 'wb') as said:
        process = subprocess.Popen([errata, 'run', '-c', config], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=said)
    try:
        port = wait_until_listening(process, log)
        verdicts = judge(shared, port, upstream_port, report, 'require' if errors else 'accept')
    finally:
        exit_code = stop(process)

    problems = list(problems_of_verdicts(verdicts))
    if errors:
        problems += problems_of_soft_cases(verdicts, os.path.join(shared, 'errors.jsonl'))
    problems += problems_of_log(access_log, len(verdicts))
    if exit_code != 0:
        problems.append(f'errata ended with {exit_code} after SIGTERM; see {log}')
    for problem in problems:
        print('FAIL ' + problem)
    passed = sum(verdict['passed'] for verdict in verdicts)
    print(f'{passed} passed, {len(verdicts) - passed} failed')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
