#!/usr/bin/env python3
"""Minutes of load at a part of the peak, with reloads, faults of the origin, hang-ups and slow
readers; ends in a verdict on memory, descriptors, latency and answers.

See scripts/load/soak.sh and docs/performance.md."""
import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time

import generators
from processes import cpu_seconds, descriptors, resident_bytes
from targets import Bench
from terminal import say
from workloads import WORKLOADS

CALM = ['--path', '/mix', '--statuses', '200,500', '--ids']
FAULTY = ['--path', '/mix', '--statuses', '200,500,502,503,504', '--ids']
# What a client may see of an origin that hangs up within its answer; never a wrong answer.
OF_FAULTS = {'broken off'}
MEMORY_SLACK = 4 << 20
DESCRIPTOR_SLACK = 2
UPSTREAM_IDLE = 2  # seconds; so that at the end no connection is left
# At the end the process takes turns with a fresh one: what else the machine does hits both.
PAIRS, PAIR_SECONDS = 8, 2
PEAK_RUNS = 5
# What the median of the pairs may be: times the fresh one's, and more by so many microseconds.
DRIFT = {'p50': (1.5, 200), 'p99': (1.5, 5000), 'cpu': (1.1, 0)}


def read_options():
    parser = argparse.ArgumentParser(prog='scripts/load/soak.sh', description=__doc__)
    parser.add_argument('--minutes', type=float, default=10)
    parser.add_argument('--part', type=float, default=0.6, help='of the peak (0.6)')
    parser.add_argument('--threads', type=int, default=1, choices=(1, 2))
    parser.add_argument('--no-faults', action='store_true')
    parser.add_argument('--no-reloads', action='store_true')
    parser.add_argument('--output', help='folder for soak.json')
    parser.add_argument('--build', required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.output = options.output or os.path.join(options.build, 'load')
    options.segment = max(3.0, min(10.0, options.minutes * 60 / 18))
    options.segments = max(6, round(options.minutes * 60 / options.segment))
    return options


class Reloads:
    """Each time: the same configuration, a changed one, or one with a mistake."""

    def __init__(self, bench, target):
        self.target, self.count = target, 0
        self.path = os.path.join(bench.folder, 'errata', 'errata.json')
        with open(self.path, encoding='utf-8') as file:
            self.text = file.read()

    def one(self):
        texts = (self.text, self.text.replace('"max_body": "1MiB"', '"max_body": "512KiB"'),
                 self.text.replace('"rate": "1/s"', '"rate": 1'))
        with open(self.path, 'w', encoding='utf-8') as file:
            file.write(texts[self.count % 3])
        self.target.signal(signal.SIGHUP)
        self.count += 1

    def taken(self):
        return self.target.said().count('is in use'), \
            self.target.said().count('the configuration in use stays')


class Soak:
    def __init__(self, bench, options):
        self.bench, self.options = bench, options
        bench.start_origin()
        bench.upstream_idle = f'{UPSTREAM_IDLE}s'
        self.target = bench.start('errata')
        self.descriptors_before = descriptors(self.target.pids())
        self.reloads = Reloads(bench, self.target)
        self.descriptors_after = None
        self.rows, self.pairs, self.wrong = [], [], {}

    def peak(self, faulty):
        """Requests a second of a closed loop, with all that a segment has beside its load: an
        origin with faults costs more, as connections end on both sides."""
        if faulty:
            self.bench.origin.signal(signal.SIGUSR1)
        rates = []
        for _ in range(PEAK_RUNS):
            threads, found = self.beside(2, faulty)  # they last half as long
            for thread in threads:
                thread.start()
            sample = generators.run_client(self.bench, self.target, 'closed', (
                FAULTY if faulty else CALM) + ['--connections', '64', '--seconds', '1'])
            for thread in threads:
                thread.join()
            for one in found + [sample]:
                self.note(one, OF_FAULTS if faulty else set())
            rates.append(sample['per_second'])
        if faulty:
            self.bench.origin.signal(signal.SIGUSR1)
        return statistics.median(rates)

    def note(self, sample, pardoned):
        for problem, (count, example) in sample['problems'].items():
            if problem not in pardoned:
                old = self.wrong.get(problem, [0, example])
                self.wrong[problem] = [old[0] + count, old[1]]

    def beside(self, segment, faulty):
        """Slow readers and clients that hang up, for most of a segment; they are checked too."""
        found = []
        options = [['--path', '/bytes/262144', '--size', '262144', '--connections', '8',
                    '--slow-bytes', '16384', '--slow-pause-ms', '20'],
                   ['--path', '/bytes/65536', '--size', '65536', '--connections', '4',
                    '--abort-every', '3']]
        if faulty:
            options = [more + ['--statuses', '200,502,503,504'] for more in options]

        def run(more):
            found.append(generators.run_client(self.bench, self.target, 'closed', more + [
                '--ids', '--seconds', str(segment * 0.5)]))
        threads = [threading.Thread(target=run, args=(more,)) for more in options]
        return threads, found

    def segment(self, number, faulty, rate):
        seconds = self.options.segment
        threads, found = self.beside(seconds, faulty)
        pardoned = OF_FAULTS if faulty else set()
        if faulty:
            self.bench.origin.signal(signal.SIGUSR1)
        if not self.options.no_reloads:
            threads.append(threading.Timer(seconds / 2, self.reloads.one))
        cpu = cpu_seconds(self.target.pids())
        for thread in threads:
            thread.start()
        sample = generators.run_client(
            self.bench, self.target, 'open', (FAULTY if faulty else CALM) + [
                '--connections', '128', '--seconds', str(seconds), '--rate', str(int(rate))])
        for thread in threads:
            thread.join()
        if faulty:
            self.bench.origin.signal(signal.SIGUSR1)
        for one in found + [sample]:
            self.note(one, pardoned)
        time.sleep(0.3)  # connections that ended are closed
        pids = self.target.pids()
        self.rows.append({
            'faulty': faulty, 'answers': sample['requests'] + sum(one['requests'] for one in found),
            'p50': sample['latency']['p50'], 'p99': sample['latency']['p99'],
            'cpu_seconds': cpu_seconds(pids) - cpu, 'resident': resident_bytes(pids),
            'descriptors': descriptors(pids),
            'wrong': sum(count for count, _ in self.wrong.values())})
        row = self.rows[-1]
        say(f"{number + 1}/{self.options.segments} {'faults' if faulty else 'calm  '} "
            f"{row['answers']} answers, p50 {row['p50']:.0f} us, p99 {row['p99']:.0f} us, "
            f"{row['resident'] / 2**20:.1f} MiB, {row['descriptors']} descriptors, "
            f"{row['wrong']} wrong")

    def run(self):
        faults = not self.options.no_faults
        peak, faulty_peak = self.peak(False), self.peak(True) if faults else 0.0
        rate, faulty_rate = peak * self.options.part, faulty_peak * self.options.part
        more = f'; during faults {faulty_peak:.0f} and {faulty_rate:.0f}' if faults else ''
        say(f'peak {peak:.0f} requests/s, soaking at {rate:.0f}{more}')
        for number in range(self.options.segments):
            faulty = number % 3 == 2 and faults
            self.segment(number, faulty, faulty_rate if faulty else rate)
            if not self.target.is_alive():
                self.wrong['errata ended'] = [1, self.target.said()[-600:]]
                break
        else:
            time.sleep(UPSTREAM_IDLE * 2 + 1)
            self.descriptors_after = descriptors(self.target.pids())
            self.take_turns(rate)
        return {'peak': peak, 'rate': rate, 'faulty_rate': faulty_rate, 'rows': self.rows,
                'pairs': self.pairs, 'wrong': self.wrong,
                'reloads': self.reloads.count, 'taken': self.reloads.taken(),
                'verdict': self.verdict()}

    def take_turns(self, rate):
        fresh = self.bench.start('errata-fresh')
        for number in range(PAIRS):
            pair = {}
            for name, target in sorted((('soaked', self.target), ('fresh', fresh)),
                                       reverse=number % 2 == 1):
                cpu = cpu_seconds(target.pids())
                sample = generators.run_client(self.bench, target, 'open', CALM + [
                    '--connections', '128', '--seconds', str(PAIR_SECONDS),
                    '--rate', str(int(rate))])
                self.note(sample, set())
                cost = (cpu_seconds(target.pids()) - cpu) / max(1, sample['requests']) * 1e6
                pair[name] = {'p50': sample['latency']['p50'], 'p99': sample['latency']['p99'],
                              'cpu': cost}
            self.pairs.append(pair)
        self.bench.stop(fresh)

    def drift(self):
        """[(what, fine, how)] of the pairs"""
        for figure, (times, slack) in DRIFT.items():
            over = statistics.median(pair['soaked'][figure] - times * pair['fresh'][figure]
                                     for pair in self.pairs)
            soaked, fresh = (statistics.median(pair[name][figure] for pair in self.pairs)
                             for name in ('soaked', 'fresh'))
            more = f' and {slack} us' if slack else ''
            yield ('CPU a request' if figure == 'cpu' else f'latency {figure}', over <= slack,
                   f'{soaked:.5g} us, beside {fresh:.5g} of a fresh process, in {PAIRS} pairs '
                   f'(may be {times} times{more})')

    def verdict(self):
        """[(what, fine, how)]"""
        rows = self.rows
        third = max(1, len(rows) // 3)
        first, last = rows[:third], rows[-third:]
        grown = max(row['resident'] for row in last) - max(row['resident'] for row in first)
        allowed = max(MEMORY_SLACK, max(row['resident'] for row in first) // 10)
        more = (self.descriptors_after or 1 << 20) - self.descriptors_before
        slope = statistics.linear_regression(range(len(rows)),
                                             [row['resident'] for row in rows]).slope
        out = [('memory', grown <= allowed,
                f'{grown / 2**20:+.1f} MiB between the first and the last third, slope '
                f'{slope * 60 / self.options.segment / 1024:+.0f} KiB a minute '
                f'(may grow by {allowed / 2**20:.1f} MiB)'),
               ('descriptors', more <= DESCRIPTOR_SLACK,
                f'{self.descriptors_before} before, {self.descriptors_after} after all is closed, '
                f"{max(row['descriptors'] for row in rows)} at most")]
        out += self.drift() if self.pairs else []
        total = sum(count for count, _ in self.wrong.values())
        checked = sum(row['answers'] for row in rows)
        out.append(('answers', total == 0, f'{checked} checked, {total} wrong'))
        if not self.options.no_reloads:
            used, refused = self.reloads.taken()
            out.append(('reloads', used + refused == self.reloads.count,
                        f'{self.reloads.count} asked for, {used} taken, {refused} refused with '
                        'reason'))
        return out


def main():
    options = read_options()
    cpus = sorted(os.sched_getaffinity(0))
    pinned = options.threads == 1 and len(cpus) > 1
    bench = Bench(options.build, os.path.join(options.build, 'load', 'soak'), options.threads,
                  *(cpus[:2] if pinned else (None, None)))
    try:
        result = Soak(bench, options).run()
    except (subprocess.TimeoutExpired, OSError) as error:
        raise SystemExit(f'soak.sh: {error}') from error
    finally:
        bench.stop_all()
    for problem, (count, example) in result['wrong'].items():
        print(f'WRONG {problem} ({count}): {example}')
    print()
    for what, fine, how in result['verdict']:
        print(f"{'fine  ' if fine else 'FAILED'} {what:13} {how}")
    os.makedirs(options.output, exist_ok=True)
    path = os.path.join(options.output, 'soak.json')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(result, file, indent=1)
    steady = all(fine for _, fine, _ in result['verdict'])
    print(f"\nverdict: {'steady' if steady else 'NOT steady'}; written: {os.path.relpath(path)}")
    sys.exit(0 if steady else 1)


if __name__ == '__main__':
    main()
