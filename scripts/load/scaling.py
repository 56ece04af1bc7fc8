"""How the cost of a request grows: with connections, header fields, body, keys and threads."""
import os
import random

import generators
from targets import Bench
from terminal import say
from workloads import WORKLOADS

GROWTH = {
    'connections': ('CPU time of a small request by open connections', 'connections, all busy',
                    [1, 8, 64, 256, 1000, 4000]),
    'fields': ('CPU time of a small request by its header fields', 'further fields of 40 bytes',
               [0, 10, 20, 40, 80]),
    'body': ('CPU time of a response by its body', 'bytes of body',
             [0, 1024, 8192, 32768, 65536, 262144, 1048576]),
    'keys': ('CPU time of a request by the number of limited keys', 'keys',
             [100, 1000, 10000, 100000, 1000000]),
}


def one_sample(bench, target, axis, step, seconds):
    options = ['--connections', '64', '--seconds', str(seconds), '--no-check']
    if axis == 'connections':
        options[1] = str(step)
    elif axis == 'fields':
        options += ['--fields', str(step)]
    elif axis == 'body':
        options += ['--path', f'/bytes/{step}', '--size', str(step)]
        options[1] = '64' if step < 200000 else '16'
    elif axis == 'keys':
        options += ['--path', '/keys/small', '--keys', str(step)]
    return generators.run_client(bench, target, 'closed', options)


def median(values):
    values = sorted(values)
    return values[len(values) // 2]


def measure_growth(bench, names, options):
    bench.start_origin()
    running = {name: bench.start(name) for name in names}
    order = random.Random(options.seed)
    samples = {axis: {name: {step: [] for step in steps} for name in names}
               for axis, (_, _, steps) in GROWTH.items()}
    for number in range(1, options.rounds + 1):
        for axis, (_, _, steps) in GROWTH.items():
            for step in steps:
                for name in order.sample(names, len(names)):
                    samples[axis][name][step].append(
                        one_sample(bench, running[name], axis, step, options.seconds))
                    wrong = samples[axis][name][step][-1]
                    if wrong['wrong']:
                        say(f"{axis} {step}: {name}: wrong: {str(wrong['problems'])[:400]}")
            say(f'round {number} of {options.rounds}: {axis}: ' + ', '.join(
                f'{name} ' + ' '.join(f'{median([row["cpu_us"] for row in rows]):.1f}'
                                      for rows in samples[axis][name].values()) for name in names))
    bench.stop_all()
    return samples


def measure_threads(bench, names, options):
    """Requests a second and CPU time with one and two worker threads, nothing pinned."""
    found = {name: {} for name in names}
    for threads in (1, 2):
        free = Bench(os.path.dirname(bench.programs), bench.folder, threads, None, None)
        try:
            free.start_origin()
            running = {name: free.start(name) for name in names}
            rows = {name: [] for name in names}
            for _ in range(options.rounds):
                for name in names:
                    rows[name].append(generators.measure(free, running[name], WORKLOADS['small'],
                                                         options.seconds))
            for name in names:
                found[name][threads] = rows[name]
        finally:
            free.stop_all()
        say(f'{threads} threads: ' + ', '.join(
            f'{name} {median([row["cpu_us"] for row in rows[name]]):.1f}' for name in names))
    return found


def measure(bench, options):
    names = list(options.targets)
    samples = measure_growth(bench, names, options)
    samples['threads'] = measure_threads(bench, names, options)
    axes = {**GROWTH, 'threads': ('CPU time of a small request by worker threads, nothing pinned',
                                  'worker threads', [1, 2])}
    growth = {axis: {'what': what, 'axis': label, 'series': {
        name: [[step, median([row['cpu_us'] for row in samples[axis][name][step]])]
               for step in steps] for name in names}}
        for axis, (what, label, steps) in axes.items()}
    wrong = {axis: {name: sum(row['wrong'] for rows in by_step.values() for row in rows)
                    for name, by_step in by_name.items()} for axis, by_name in samples.items()}
    return {'cells': {}, 'bars': [], 'growth': growth, 'wrong': wrong}


def print_summary(result):
    for chart in result['growth'].values():
        steps = [x for x, _ in next(iter(chart['series'].values()))]
        print(f"\n{chart['what']} (us)\n  {chart['axis']:26}" + ''.join(f'{x:>10,}' for x in steps))
        for name, points in chart['series'].items():
            print(f'  {name:26}' + ''.join(f'{y:10.1f}' for _, y in points))
    bad = {axis: {name: count for name, count in by_name.items() if count}
           for axis, by_name in result['wrong'].items()}
    print(f'\nwrong answers: {({axis: found for axis, found in bad.items() if found}) or 0}')
