"""The workloads that are no stream of requests: idle connections, and the corpus."""
import base64
import json
import os
import re
import subprocess
import sys
import time

from generators import client_command, run_client
from processes import free_port, resident_bytes

REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
SHARED = os.path.join(REPOSITORY, '..', 'shared', 'corpus')
IDLE_CONNECTIONS = 5000


def measure_idle(bench, name, connections=IDLE_CONNECTIONS):
    """Resident bytes for each connection that made a request and is kept. In a fresh process: what
    a process has once had it need not give back."""
    target = bench.start(name)
    try:
        pids = target.pids()
        # What the first connections cost once and for all is no cost of each.
        run_client(bench, target, 'closed', ['--connections', '64', '--requests', '6400',
                                             '--no-check'])
        time.sleep(0.2)
        before = resident_bytes(pids)
        client = subprocess.Popen(
            client_command(bench, target, 'idle', ['--connections', str(connections), '--ids']),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        said = client.stdout.readline()
        if said.strip() != 'ready':
            raise SystemExit(f'{name}: {connections} idle connections: {said}')
        time.sleep(0.5)
        held = resident_bytes(pids) - before
        result = json.loads(client.communicate(timeout=60)[0])
    finally:
        bench.stop(target)
    return {'bytes': held / connections, 'connections': connections, 'wrong': result['wrong'],
            'problems': result['problems'], 'requests': connections}


def find_corpus():
    path = os.path.join(SHARED, 'errors.jsonl')
    return path if os.path.exists(path) else None


def response_bytes(case):
    """What the recorded server sent, and whether its connection stays (as replay.py has it)."""
    fields, framing = list(map(tuple, case['headers'])), case['framing']
    body = base64.b64decode(case['body_b64'])
    version = case.get('http', '1.1')
    head = f"HTTP/{version} {case['status']} {case.get('reason', '')}\r\n" + ''.join(
        f'{name}: {value}\r\n' for name, value in fields) + '\r\n'
    out = head.encode('latin-1')
    if framing == 'none':
        return out, version == '1.1'
    if not framing.startswith('chunked'):
        return out + body, framing == 'content-length' and version == '1.1'
    at, size = 0, 7
    while at < len(body):
        piece = body[at:at + size]
        out += b'%x\r\n' % len(piece) + piece + b'\r\n'
        at, size = at + size, min(size * 8, 65536)
    return (out + b'0\r\n\r\n', True) if framing == 'chunked' else (out, False)


SAFE_METHODS = {'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'}
NOT_SENT = {'host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'x-request-id',
            'upgrade', 'keep-alive', 'te'}


def request_bytes(case, number):
    recorded = case['request']
    method = recorded['method'] if recorded['method'] in SAFE_METHODS else 'GET'
    body = base64.b64decode(recorded.get('body_b64') or '') or \
        b'x' * min(int(recorded.get('body_size') or 0), 65536)
    headers = recorded.get('headers') or {}
    pairs = headers.items() if isinstance(headers, dict) else headers
    fields = [(name, value) for name, value in pairs if name.lower() not in NOT_SENT]
    if body or method in ('POST', 'PUT', 'PATCH'):
        fields.append(('Content-Length', str(len(body))))
    fields = [('Host', 'corpus.test'), ('X-Request-Id', '@ID@')] + fields
    head = f'{method} /case/{number} HTTP/1.1\r\n' + ''.join(
        f'{name}: {value}\r\n' for name, value in fields) + '\r\n'
    return method == 'HEAD', head.encode('latin-1') + body


def write_corpus(folder):
    """Files for load_origin and load_client; (answers, cases), or None without the corpus."""
    source = find_corpus()
    if source is None:
        return None
    with open(source, encoding='utf-8') as file:
        cases = [json.loads(line) for line in file if line.strip()]
    answers, requests = os.path.join(folder, 'corpus.answers'), os.path.join(folder, 'corpus.cases')
    with open(answers, 'wb') as answer_file, open(requests, 'wb') as case_file:
        for number, case in enumerate(cases):
            answer, keeps = response_bytes(case)
            to_head, request = request_bytes(case, number)
            # The answer to a HEAD was recorded without a body; asked for by GET it needs a length.
            answer_file.write(b'%d %d\n' % (keeps, len(answer)) + answer)
            breaks = 'truncated' in case['framing']
            case_file.write(b'%d %d %d\n' % (to_head, breaks, len(request)) + request)
    return answers, requests


def judge_corpus(bench, target_name='errata'):
    """(passed, failed) of replay.py, which knows what each answer should be."""
    port = free_port()
    origin, bench.origin = bench.origin, type('Origin', (), {'port': port})
    try:
        target = bench.start(target_name)
    finally:
        bench.origin = origin
    report = os.path.join(bench.folder, 'corpus.json')
    try:
        run = subprocess.run(
            [sys.executable, os.path.join(SHARED, 'replay.py'), 'judge',
             '--proxy', f'http://127.0.0.1:{target.port}', '--serve', str(port), find_corpus(),
             '--json', report], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=240, check=False)
    finally:
        bench.stop(target)
    found = re.search(r'(\d+) passed, (\d+) failed', run.stdout)
    if not found:
        raise SystemExit(f'replay.py judged nothing:\n{run.stdout[-800:]}{run.stderr[-800:]}')
    return int(found[1]), int(found[2])


def measure_corpus(bench, target, cases, seconds, connections=64):
    return run_client(bench, target, 'corpus', ['--cases', cases, '--seconds', str(seconds),
                                                '--connections', str(connections)])
