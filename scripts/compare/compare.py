#!/usr/bin/env python3
"""CPU time a request of errata, nginx and haproxy, side by side in one run. See scripts/compare.sh.

Each target is one worker on one CPU; the origin and wrk share another. The targets take turns within
a round, so that what else the machine does falls on all of them; ratios are of the same round.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

import targets

WORKLOADS = {  # name: (path, what it is, status that the client sees)
    'pass': ('/small', 'a passing 200 of 1 KiB', 200),
    'error': ('/html', 'a 500 in HTML, rewritten to JSON', 500),
}


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


def check_answer(target, path, status):
    """Before anything is measured: does it do its job at all?"""
    try:
        with urllib.request.urlopen(f'http://127.0.0.1:{target.port}{path}', timeout=10) as answer:
            got, body = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        got, body = error.code, error.read()
        if error.headers.get('Content-Type') != 'application/json' or \
                list(json.loads(body)) != ['error']:
            raise SystemExit(f'{target.name} does not rewrite {path}: {body[:200]!r}') from None
    if got != status or (status == 200 and len(body) != 1024):
        raise SystemExit(f'{target.name} answers {path} with {got} and {len(body)} bytes')


def load(target, path, status, options, seconds, while_running=None):
    """One run of wrk: (requests, seconds, CPU seconds of the target)."""
    command = ['wrk', '-t1', f'-c{options.connections}', f'-d{seconds}s',
               f'http://127.0.0.1:{target.port}{path}']
    if options.load_cpu is not None:
        command = ['taskset', '-c', str(options.load_cpu)] + command
    pids = target.pids()
    before, start = cpu_seconds(pids), time.monotonic()
    wrk = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
    if while_running:
        while_running()
    said = wrk.communicate(timeout=seconds + 60)[0]
    spent, elapsed = cpu_seconds(pids) - before, time.monotonic() - start
    answered = re.search(r'(\d+) requests in', said)
    odd = re.search(r'Non-2xx or 3xx responses: (\d+)', said)
    requests = int(answered[1]) if answered else 0
    wrong = 'Socket errors' in said or requests == 0 or \
        (int(odd[1]) if odd else 0) != (requests if status >= 400 else 0)
    if wrong:
        raise SystemExit(f'{target.name} {path}: not every answer was right:\n{said}')
    return requests, elapsed, spent


def count_calls(target, path, status, options, folder):
    """System calls a request, by name, with strace attached to the target."""
    report = os.path.join(folder, f'{target.name}.calls')
    attach = [word for pid in target.pids() for word in ('-p', str(pid))]
    tracer = subprocess.Popen(['strace', '-c', '-f', '-o', report] + attach,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)
    tracer.stderr.read(1)  # it says that it is attached
    try:
        requests = load(target, path, status, options, 2)[0]
    finally:
        tracer.terminate()
        tracer.communicate(timeout=20)
    calls = {}
    with open(report, encoding='utf-8') as file:
        for line in file:
            row = re.match(r'\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$', line)
            if row and row[2] != 'total':
                calls[row[2]] = round(int(row[1]) / requests, 2)
    return {name: count for name, count in calls.items() if count >= 0.01}


def print_table(names, samples, ratios):
    for workload, (_, what, _) in WORKLOADS.items():
        print(f'\n{workload}: {what}')
        print(f'  {"":8} {"CPU us/request":>15} {"lowest":>8} {"highest":>8} {"requests/s":>11} '
              f'{"busy":>5}' + ''.join(f'{"/ " + peer:>11}' for peer in names if peer != 'errata'))
        for name in names:
            rows = samples[workload][name]
            cpu = [row['cpu_us'] for row in rows]
            line = (f'  {name:8} {statistics.median(cpu):15.1f} {min(cpu):8.1f} {max(cpu):8.1f} '
                    f'{statistics.median(row["per_second"] for row in rows):11.0f} '
                    f'{statistics.median(row["busy"] for row in rows):5.0%}')
            if name == 'errata':
                line += ''.join(f'{ratios[workload][peer]:11.2f}' for peer in ratios[workload])
            print(line)


def measure(running, options):
    samples = {workload: {target.name: [] for target in running} for workload in WORKLOADS}
    for turn in range(options.rounds):
        # Another order each round: none is always first after the pause.
        shift = turn % len(running)
        for workload, (path, _, status) in WORKLOADS.items():
            for target in running[shift:] + running[:shift]:
                requests, elapsed, spent = load(target, path, status, options, options.seconds)
                samples[workload][target.name].append({
                    'cpu_us': spent / requests * 1e6, 'per_second': requests / elapsed,
                    'busy': spent / elapsed, 'requests': requests})
        print(f'round {turn + 1} of {options.rounds}: ' + ', '.join(
            f'{workload} ' + ' '.join(f'{name} {rows[-1]["cpu_us"]:.1f}'
                                      for name, rows in samples[workload].items())
            for workload in WORKLOADS), flush=True)
    return samples


def read_options():
    parser = argparse.ArgumentParser(prog='scripts/compare.sh', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--seconds', type=int, default=2, help='of load, each (2)')
    parser.add_argument('--connections', type=int, default=64)
    parser.add_argument('--targets', default='errata,nginx,haproxy')
    parser.add_argument('--like', action='store_true',
                        help='nginx and haproxy also mint a request id and add X-Forwarded-*; '
                             'without it they are as bare as they can be')
    parser.add_argument('--calls', action='store_true', help='also count system calls, by strace')
    parser.add_argument('--build', required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.targets = options.targets.split(',')
    unknown = set(options.targets) - {'errata', 'nginx', 'haproxy'}
    if unknown or options.rounds < 1 or options.seconds < 1 or options.connections < 1:
        parser.error(f'unknown target {unknown}' if unknown else 'numbers start at 1')
    cpus = sorted(os.sched_getaffinity(0))
    options.target_cpu, options.load_cpu = cpus[:2] if len(cpus) > 1 else (None, None)
    return options


def main():
    options = read_options()
    folder = os.path.abspath(os.path.join(options.build, 'compare'))
    os.makedirs(folder, exist_ok=True)
    if options.load_cpu is None:
        print('only one CPU: nothing is pinned, and the figures say little', file=sys.stderr)
    if os.getloadavg()[0] > 1.5:
        print(f'the machine is busy (load {os.getloadavg()[0]:.1f}): trust the ratios, and only over '
              'many rounds, not the microseconds', file=sys.stderr)
    programs = os.path.join(options.build, 'bin')
    started = []
    try:
        origin = targets.start_origin(os.path.join(programs, 'compare_origin'), folder,
                                      options.load_cpu)
        started.append(origin)
        for name in options.targets:
            started.append(targets.start_target(name, folder, options.target_cpu, origin.port,
                                                os.path.join(programs, 'errata'), options.like))
        running = started[1:]
        for target in running:
            for path, _, status in WORKLOADS.values():
                check_answer(target, path, status)
                load(target, path, status, options, 1)  # warm
        samples = measure(running, options)
        calls = {}
        if options.calls:
            calls = {workload: {target.name: count_calls(target, path, status, options, folder)
                                for target in running}
                     for workload, (path, _, status) in WORKLOADS.items()}
    finally:
        for process in reversed(started):
            process.stop()

    ratios = {workload: {
        peer: statistics.median(mine['cpu_us'] / theirs['cpu_us']
                                for mine, theirs in zip(rows.get('errata', []), rows[peer]))
        for peer in rows if peer != 'errata' and 'errata' in rows}
        for workload, rows in samples.items()}
    print_table(options.targets, samples, ratios)
    for workload, by_target in calls.items():
        print(f'\n{workload}: system calls a request')
        for name, counts in by_target.items():
            print(f'  {name:8} {sum(counts.values()):5.2f}  ' + ', '.join(
                f'{call} {count}' for call, count in sorted(counts.items(), key=lambda c: -c[1])))
    report = os.path.join(folder, 'compare.json')
    with open(report, 'w', encoding='utf-8') as file:
        json.dump({'rounds': options.rounds, 'seconds': options.seconds, 'like': options.like,
                   'connections': options.connections, 'samples': samples,
                   'median_paired_ratios': ratios, 'calls': calls}, file, indent=1)
    print(f'\nwritten to {os.path.relpath(report)}')


if __name__ == '__main__':
    main()
