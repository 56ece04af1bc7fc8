"""Runs a generator of load against a target and says what it cost and what came of it."""
import json
import os
import re
import signal
import subprocess
import time

from processes import cpu_seconds, pinned

HERE = os.path.dirname(os.path.abspath(__file__))
UNITS = {'us': 1, 'ms': 1e3, 's': 1e6, 'm': 6e7}


def sample_of(requests, elapsed, spent, latency, wrong, problems):
    cost = spent / requests * 1e6 if requests else 0.0
    return {'requests': requests, 'seconds': elapsed, 'cpu_us': cost,
            'per_second': requests / elapsed, 'busy': spent / elapsed, 'latency': latency,
            'wrong': wrong, 'problems': problems}


def run_wrk(bench, target, work, seconds, connections=None, path=None, fields=()):
    """One run of wrk. It knows whole seconds only, so it is stopped by SIGINT, as by a user."""
    command = ['wrk', '-t1', f'-c{connections or work.connections}', '-d600s', '--latency']
    for text in tuple(work.fields) + tuple(fields):
        command += ['-H', text]
    if work.script:
        command += ['-s', os.path.join(HERE, work.script)]
    command.append(f'http://127.0.0.1:{target.port}{path or work.path}')
    pids = target.pids()
    before, start = cpu_seconds(pids), time.monotonic()
    wrk = subprocess.Popen(pinned(command, bench.load_cpu), stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    time.sleep(seconds)
    wrk.send_signal(signal.SIGINT)
    said = wrk.communicate(timeout=60)[0]
    # It stops up to 0.1 s after the signal, and what was answered until then counts.
    spent, elapsed = cpu_seconds(pids) - before, time.monotonic() - start
    answered = re.search(r'(\d+) requests in', said)
    requests = int(answered[1]) if answered else 0
    odd = re.search(r'Non-2xx or 3xx responses: (\d+)', said)
    odd = int(odd[1]) if odd else 0
    problems = {}
    if requests == 0 or abs(odd - requests * work.errors) > max(3, requests * 0.01):
        problems['status'] = [abs(odd - int(requests * work.errors)), said[-600:]]
    if 'Socket errors' in said:
        counts = re.search(r'Socket errors: (.*)', said)[1]
        problems['socket errors'] = [sum(int(n) for n in re.findall(r'\d+', counts)), counts]
    latency = {f'p{part}': float(value) * UNITS[unit] for part, value, unit in
               re.findall(r'^\s+(50|90|99)%\s+([\d.]+)(us|ms|s|m)$', said, re.M)}
    wrong = sum(count for count, _ in problems.values())
    sample = sample_of(requests, elapsed, spent, latency, wrong, problems)
    rate = re.search(r'Requests/sec:\s+([\d.]+)', said)
    sample['per_second'] = float(rate[1]) if rate else 0.0
    return sample


def run_h2load(bench, target, work, seconds):
    command = ['h2load', '--h1', '-t', '1', '-c', str(work.connections),
               '-D', f'{int(seconds * 1000)}ms', f'http://127.0.0.1:{target.port}{work.path}']
    pids = target.pids()
    before, start = cpu_seconds(pids), time.monotonic()
    run = subprocess.run(pinned(command, bench.load_cpu), stdin=subprocess.DEVNULL,
                         capture_output=True, text=True, timeout=seconds + 60, check=False)
    spent, elapsed = cpu_seconds(pids) - before, time.monotonic() - start
    found = re.search(r'(\d+) done, (\d+) succeeded', run.stdout)
    rate = re.search(r'([\d.]+) req/s', run.stdout)
    if not found or not rate:
        raise SystemExit(f'h2load against {target.name}: {run.stdout[-400:]}{run.stderr[-400:]}')
    wrong = int(found[1]) - int(found[2])
    sample = sample_of(int(found[1]), elapsed, spent, {}, wrong,
                       {'not succeeded': [wrong, run.stdout[-400:]]} if wrong else {})
    sample['per_second'] = float(rate[1])
    return sample


def client_command(bench, target, mode, options):
    return pinned([bench.program('load_client'), mode, '--port', str(target.port)] + options,
                  bench.load_cpu)


def run_client(bench, target, mode, options, timeout=120):
    """One run of load_client; its JSON is added to the sample as 'said'."""
    pids = target.pids()
    before, start = cpu_seconds(pids), time.monotonic()
    run = subprocess.run(client_command(bench, target, mode, options), stdin=subprocess.DEVNULL,
                         capture_output=True, text=True, timeout=timeout, check=False)
    spent, elapsed = cpu_seconds(pids) - before, time.monotonic() - start
    if run.returncode not in (0, 1):
        raise SystemExit(f'load_client {mode} against {target.name}: {run.stderr or run.stdout}')
    said = json.loads(run.stdout.strip().rsplit('\n', 1)[-1])
    # The corpus is asked for twice, and the first pass costs CPU too.
    sample = sample_of(said['answers'] + said.get('cases', 0), elapsed, spent, said['latency_us'],
                       said['wrong'], said['problems'])
    sample['per_second'] = said['answers'] / said['seconds'] if said['seconds'] else 0.0
    sample['said'] = {name: said[name] for name in ('aborted', 'statuses') if name in said}
    return sample


def check_answers(bench, target, work, seconds):
    """At full speed, every answer: its status, its body or envelope, its request id."""
    options = work.check_options() + ['--connections', str(work.connections),
                                      '--seconds', str(seconds)]
    sample = run_client(bench, target, 'closed', options)
    fine = {int(status): count for status, count in sample['said']['statuses'].items()}
    if set(work.statuses) == {200, 429} and fine.get(200, 0) > fine.get(429, 0):
        sample['wrong'] += 1
        sample['problems']['hardly limited'] = [1, str(fine)]
    return sample


def measure(bench, target, work, seconds, rate=2000):
    seconds = max(seconds, work.at_least)
    if work.kind == 'wrk':
        sample = run_wrk(bench, target, work, seconds)
        # On a machine that is busy wrk may not have begun when its time is over.
        for _ in range(3):
            if sample['requests'] > 2 * work.connections:
                break
            sample = run_wrk(bench, target, work, seconds * 2)
        return sample
    if work.kind == 'h2load':
        return run_h2load(bench, target, work, seconds)
    # As with wrk, the target makes the request ids.
    options = work.load_options() + ['--connections', str(work.connections),
                                     '--seconds', str(seconds)]
    if work.kind == 'open':
        return run_client(bench, target, 'open', options + ['--rate', str(rate)])
    return run_client(bench, target, 'closed', options)
