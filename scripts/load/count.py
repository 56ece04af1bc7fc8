#!/usr/bin/env python3
"""Socket calls and user instructions of one request: the figures that noise does not blur.

See scripts/load/count.sh and docs/performance.md."""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time

import generators
from summary import is_met, read_bars
from targets import Bench
from terminal import say
from workloads import WORKLOADS

NAMES = ['errata', 'nginx', 'haproxy', 'nginx-lua']
SOCKET_CALLS = set("""accept4 accept connect socket close shutdown recvfrom recvmsg sendto sendmsg
    read readv write writev splice sendfile epoll_wait epoll_pwait epoll_pwait2 epoll_ctl getsockopt
    setsockopt poll ppoll""".split())
TIMER_CALLS = {'timerfd_settime', 'timerfd_gettime', 'timer_settime'}
ROW = re.compile(r'\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:(\d+)\s+)?(\w+)$')
SKIPPED = 77


def load(bench, target, work, connections, requests):
    """A fixed number of requests, nothing but their status checked."""
    options = work.load_options() + ['--connections', str(connections),
                                     '--requests', str(requests), '--no-check']
    sample = generators.run_client(bench, target, 'closed', options, timeout=300)
    if sample['wrong'] or sample['requests'] != requests:
        raise SystemExit(f"{target.name} {work.name}: wrong answers: {sample['problems']}")


def wait_for_silence(port):
    """Until the target has closed what the last load left open, so that it is not counted."""
    connected = re.compile(rf'^ *\d+: \w+:{port:04X} \w+:\w+ 0[18] ', re.M)
    deadline = time.monotonic() + 10
    while connected.search(open('/proc/net/tcp', encoding='ascii').read()):
        if time.monotonic() > deadline:
            raise SystemExit(f'connections to port {port} stay open after the load')
        time.sleep(0.02)


def await_attached(tracer, processes):
    """strace says a line for each process that it holds; its last words if it ends before."""
    said = []
    while sum('attached' in line for line in said) < processes:
        said.append(tracer.stderr.readline())
        if not said[-1]:
            raise SystemExit(f"strace did not attach: {''.join(said)}")


def trace(bench, target, work, connections, requests):
    """{call: (times, errors)} of so many requests on connections of their own."""
    wait_for_silence(target.port)
    path = os.path.join(bench.folder, f'{target.name}.calls')
    pids = target.pids()
    attach = [word for pid in pids for word in ('-p', str(pid))]
    tracer = subprocess.Popen(['strace', '-c', '-f', '-o', path] + attach, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)
    try:
        await_attached(tracer, len(pids))
        load(bench, target, work, connections, requests)
    finally:
        tracer.terminate()
        tracer.communicate(timeout=20)
    calls = {}
    with open(path, encoding='utf-8') as file:
        for row in map(ROW.match, file):
            if row and row[3] != 'total':
                calls[row[3]] = (int(row[1]), int(row[2] or 0))
    return calls


def counted_calls(bench, target, work, connections, requests):
    """The difference of 2N and N requests, so that opening connections drops out."""
    once = trace(bench, target, work, connections, requests)
    twice = trace(bench, target, work, connections, 2 * requests)

    def each(names, which):
        nothing = (0, 0)
        return sum(twice.get(name, nothing)[which] - once.get(name, nothing)[which]
                   for name in names) / requests

    names = set(once) | set(twice)
    by_name = {name: round(each([name], 0), 2) for name in names if each([name], 0) >= 0.01}
    return {'calls': each(names & SOCKET_CALLS, 0), 'eagain': each(names & SOCKET_CALLS, 1),
            'epoll_ctl': each(['epoll_ctl'], 0), 'timerfd': each(TIMER_CALLS, 0),
            'by_name': by_name}


def count_all_calls(bench, name, works, requests):
    target = bench.start(name)
    rows = {}
    try:
        for work in works:
            load(bench, target, work, 64, 2000)
            alone = counted_calls(bench, target, work, 1, requests)
            loaded = counted_calls(bench, target, work, 64, 4 * requests)
            rows[work.name] = {'calls_alone': alone['calls'], 'calls_loaded': loaded['calls'],
                               'eagain': alone['eagain'], 'epoll_ctl': alone['epoll_ctl'],
                               'timerfd': alone['timerfd'], 'by_name': alone['by_name']}
    finally:
        bench.stop(target)
    return rows


def instructions_so_far(folder, pid, number):
    """Asks callgrind for its counts; every dump holds what came since the last."""
    subprocess.run(['callgrind_control', '--dump', str(pid)], check=True, timeout=120,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    path = os.path.join(folder, f'callgrind.{number}')
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        total = 0
        for name in os.listdir(folder):
            # One file for each thread: callgrind.1-01, callgrind.1-02.
            if os.path.join(folder, name) == path or name.startswith(f'callgrind.{number}-'):
                with open(os.path.join(folder, name), encoding='utf-8', errors='replace') as file:
                    found = re.search(r'^(?:totals|summary): (\d+)', file.read(), re.M)
                total += int(found[1]) if found else 0
        if total:
            return total
        time.sleep(0.1)
    raise SystemExit(f'callgrind wrote no {path}')


def count_instructions(bench, name, works, requests):
    """{workload: user instructions of one request}, by callgrind, one connection."""
    folder = os.path.join(bench.folder, f'{name}.callgrind')
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    wrap = ['valgrind', '--tool=callgrind', '-q', f'--callgrind-out-file={folder}/callgrind']
    if name == 'errata':
        # Debian 12's valgrind does not understand the debug information of clang 19.
        bench.instead['errata'] = os.path.join(folder, 'errata')
        subprocess.run(['llvm-strip-19', '--strip-debug', os.path.join(bench.programs, 'errata'),
                        '-o', bench.instead['errata']], check=True, timeout=60)
    target = bench.start(name, wrap, seconds=60)
    rows, number = {}, 0

    def spent(work, count):
        nonlocal number
        load(bench, target, work, 1, count)
        number += 1
        return instructions_so_far(folder, target.pids()[0], number)

    try:
        for work in works:
            spent(work, requests)  # warms up
            once = spent(work, requests)
            rows[work.name] = (spent(work, 2 * requests) - once) / requests
    finally:
        bench.stop(target)
    return rows


def judge(counts):
    """Prints the bars on counts; how many are missed."""
    missed = 0
    for bar in read_bars():
        value = counts.get(bar['workload'], {}).get(bar['figure'])
        if value is None:
            continue
        # strace slows the run, so that some calls of the timers come to the request's.
        met = is_met(bar, round(value, 1 if bar['figure'].startswith('calls') else 2))
        missed += not met
        print(f"  {'met   ' if met else 'MISSED'} {bar['workload']:10} {bar['figure']:13} "
              f"{value:10.2f}  (bar {bar['sign']} {bar['bar']:g})")
    return missed


def read_options():
    parser = argparse.ArgumentParser(prog='scripts/load/count.sh', description=__doc__)
    parser.add_argument('--check', action='store_true',
                        help='errata alone; the exit code is 1 if a bar is missed')
    parser.add_argument('--targets', default='errata')
    parser.add_argument('--workloads', default='small,html500,json422,limited,keys,newconn')
    parser.add_argument('--requests', type=int, default=500, help='N of the difference of 2N and N')
    parser.add_argument('--no-instructions', action='store_true')
    parser.add_argument('--build', required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.works = [WORKLOADS[name] for name in options.workloads.split(',')]
    return options


def main():
    options = read_options()
    for tool in ('strace',) if options.no_instructions else ('strace', 'valgrind'):
        if not shutil.which(tool):
            print(f'skipped: there is no {tool}')
            sys.exit(SKIPPED)
    bench = Bench(options.build, os.path.join(options.build, 'load', 'count'), 1, None, None)
    missed, all_counts = 0, {}
    try:
        bench.start_origin()
        for name in ['errata'] if options.check else options.targets.split(','):
            works = [work for work in options.works if name in work.targets]
            say(f'{name}: system calls')
            counts = count_all_calls(bench, name, works, options.requests)
            if not options.no_instructions:
                say(f'{name}: instructions')
                for work, value in count_instructions(bench, name, works, options.requests).items():
                    counts[work]['instructions'] = value
            for work, row in counts.items():
                print(f'{name} {work}: ' + ', '.join(
                    f'{figure} {value:.2f}' for figure, value in row.items()
                    if figure != 'by_name'))
                print('  ' + ', '.join(f'{call} {count}' for call, count in
                                       sorted(row['by_name'].items(), key=lambda item: -item[1])))
            all_counts[name] = counts
            if name == 'errata':
                missed = judge(counts)
    finally:
        bench.stop_all()
    with open(os.path.join(options.build, 'load', 'counts.json'), 'w', encoding='utf-8') as file:
        json.dump(all_counts, file, indent=1)
    sys.exit(1 if options.check and missed else 0)


if __name__ == '__main__':
    main()
