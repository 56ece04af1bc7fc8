#!/usr/bin/env python3
"""The same work through errata, nginx, HAProxy and nginx + Lua, interleaved in one run.

See scripts/load/run.sh and docs/performance.md."""
import argparse
import json
import os
import random
import subprocess
import sys
import time

import generators
import machine
import report
import scaling
import special_runs
import terminal
from summary import summarize
from targets import NAMES, Bench
from workloads import WORKLOADS


def read_options():
    parser = argparse.ArgumentParser(prog='scripts/load/run.sh', description=__doc__)
    parser.add_argument('--quick', action='store_true', help='the main workloads in under a minute')
    parser.add_argument('--scaling', action='store_true',
                        help='how the cost grows with connections, fields, body, keys, threads')
    parser.add_argument('--access-log', action='store_true', help='only what the access log costs')
    parser.add_argument('--workloads', help='comma-separated: ' + ', '.join(WORKLOADS))
    parser.add_argument('--targets', help='comma-separated: ' + ', '.join(NAMES))
    parser.add_argument('--rounds', type=int)
    parser.add_argument('--seconds', type=float, help='of each load')
    parser.add_argument('--threads', type=int, default=1, choices=(1, 2), help='worker threads')
    parser.add_argument('--rate', type=int, default=2000, help='of the open loop')
    parser.add_argument('--seed', type=int, help='of the order')
    parser.add_argument('--output', help='folder for report.html and report.json, or scaling.*')
    parser.add_argument('--build', required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.rounds = options.rounds or (5 if options.quick or options.scaling else 14)
    options.seconds = options.seconds or (0.25 if options.quick or options.scaling else 0.3)
    options.seed = options.seed if options.seed is not None else random.randrange(1 << 30)
    options.output = options.output or os.path.join(options.build, 'load')
    chosen = list(WORKLOADS)
    if options.workloads:
        chosen = options.workloads.split(',')
    elif options.access_log:
        chosen = ['access_log']
    elif options.quick:
        chosen = [name for name, work in WORKLOADS.items() if work.quick]
    unknown = set(chosen) - set(WORKLOADS)
    options.targets = options.targets.split(',') if options.targets else NAMES
    unknown |= set(options.targets) - set(NAMES)
    if unknown:
        parser.error('unknown: ' + ', '.join(sorted(unknown)))
    options.works = {name: WORKLOADS[name] for name in chosen}
    return options


def wanted_targets(work, options):
    return [name for name in work.targets if name in options.targets or
            (name == 'errata-log' and 'errata' in options.targets)]


class Run:
    def __init__(self, bench, options):
        self.bench, self.options = bench, options
        self.running = {}
        self.samples = {name: {target: [] for target in wanted_targets(work, options)}
                        for name, work in options.works.items()}
        self.checks = {name: {} for name in options.works}
        self.random = random.Random(options.seed)
        self.corpus = None
        self.cases = None

    def start(self):
        files = special_runs.write_corpus(self.bench.folder)
        if files is None and self.options.works.pop('corpus', None):
            self.samples.pop('corpus')
            terminal.warn('there is no ../shared/corpus: that workload is left out')
        self.cases = files[1] if files else None
        self.bench.start_origin(files[0] if files else None)
        for name in sorted({target for by_target in self.samples.values() for target in by_target}):
            self.running[name] = self.bench.start(name)

    def check(self):
        """Every answer of a short load, which warms everything up too."""
        seconds = 0.15 if self.options.quick else 0.4
        for name, work in self.options.works.items():
            if work.kind in ('idle', 'corpus'):
                continue
            for target in self.samples[name]:
                self.checks[name][target] = sample = generators.check_answers(
                    self.bench, self.running[target], work, seconds)
                if sample['wrong']:
                    terminal.say(f"{name}: {target}: {sample['wrong']} of {sample['requests']} "
                                 f"answers are wrong: {json.dumps(sample['problems'])[:600]}")
        if 'corpus' in self.options.works and 'errata' in self.options.targets:
            passed, failed = special_runs.judge_corpus(self.bench)
            self.corpus = {'passed': passed, 'failed': failed}
            terminal.say(f'corpus, judged one by one: {passed} passed, {failed} failed')

    def one(self, work, target):
        seconds = self.options.seconds
        if work.kind == 'idle':
            return special_runs.measure_idle(self.bench, target)
        if work.kind == 'corpus':
            return special_runs.measure_corpus(self.bench, self.running[target], self.cases,
                                               seconds)
        return generators.measure(self.bench, self.running[target], work, seconds,
                                  self.options.rate)

    def round(self, number):
        names = list(self.options.works)
        self.random.shuffle(names)
        for name in names:
            work = self.options.works[name]
            if work.kind in ('idle', 'corpus') and number > 3:
                continue  # both are slow and vary little
            order = list(self.samples[name])
            self.random.shuffle(order)
            for target in order:
                self.samples[name][target].append(self.one(work, target))
            figures = ', '.join(
                f"{target} " + (f"{rows[-1]['bytes']:.0f} B" if 'bytes' in rows[-1]
                                else f"{rows[-1]['cpu_us']:.1f}")
                for target, rows in self.samples[name].items())
            terminal.say(f'round {number} of {self.options.rounds}: {name}: {figures}')


def measure(bench, options):
    run = Run(bench, options)
    run.start()
    run.check()
    for number in range(1, options.rounds + 1):
        run.round(number)
    result = summarize(run.samples, run.checks, options.works)
    result['corpus'] = run.corpus
    return result


def write_result(result, options):
    os.makedirs(options.output, exist_ok=True)
    name = 'scaling' if options.scaling else 'report'
    path = os.path.join(options.output, f'{name}.json')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(result, file, indent=1)
    page = os.path.join(options.output, f'{name}.html')
    with open(page, 'w', encoding='utf-8') as file:
        file.write(report.page(result))
    print(f'\nwritten: {os.path.relpath(page)}, {os.path.relpath(path)}')


def main():
    options = read_options()
    cpus = sorted(os.sched_getaffinity(0))
    single = options.threads == 1 and len(cpus) > 1
    bench = Bench(options.build, os.path.join(options.build, 'load', 'run'), options.threads,
                  *(cpus[:2] if single else (None, None)))
    if options.threads == 1 and not single:
        terminal.warn('only one CPU: nothing is pinned, and the figures say little')
    busy = os.getloadavg()[0]
    if busy > 1:
        terminal.warn(f'the machine is busy (load {busy:.1f}): trust the ratios, not the '
                      'microseconds')
    begin = time.time()
    try:
        result = scaling.measure(bench, options) if options.scaling else measure(bench, options)
    except (subprocess.TimeoutExpired, OSError) as error:
        raise SystemExit(f'run.sh: {error}') from error
    finally:
        bench.stop_all()
    result['meta'] = machine.describe(options, bench, busy, time.time() - begin)
    if options.scaling:
        scaling.print_summary(result)
    else:
        terminal.print_summary(result)
    write_result(result, options)
    wrong = any(row['wrong'] for cell in result['cells'].values()
                for row in cell['targets'].values())
    wrong = wrong or any(any(counts.values()) for counts in result.get('wrong', {}).values())
    failed = (result.get('corpus') or {}).get('failed', 0)
    sys.exit(1 if wrong or failed else 0)


if __name__ == '__main__':
    main()
