"""The tables and the progress that a run prints."""
import sys
import time

from targets import TITLES

BEGIN = time.monotonic()


def say(text):
    print(f'[{time.monotonic() - BEGIN:4.0f} s] {text}', flush=True)


def bar_text(bar):
    against = f" / {bar['against']}" if bar['against'] else ''
    return f"{bar['figure']}{against} {bar['sign']} {bar['bar']:g}"


def print_cell(name, cell, bars):
    print(f"\n{name}: {cell['what']}")
    if cell['kind'] == 'idle':
        for target, row in cell['targets'].items():
            print(f"  {TITLES[target]:22} {row['bytes']['median']:10.0f} bytes a connection "
                  f"({row['bytes']['low']:.0f} to {row['bytes']['high']:.0f})")
    else:
        print(f"  {'':22} {'CPU us/request':>14} {'low':>8} {'high':>8} {'requests/s':>11} "
              f"{'busy':>5} {'p50 us':>8} {'p99 us':>8} {'p99.9':>8} {'errata/it':>9}")
        for target, row in cell['targets'].items():
            latency = ''.join(f"{row['latency'][part]:9.0f}" if part in row['latency'] else ' ' * 9
                              for part in ('p50', 'p99', 'p99.9'))
            ratio = cell['ratios'].get(target)
            cpu = row['cpu_us']
            print(f"  {TITLES[target]:22} {cpu['median']:14.1f} {cpu['low']:8.1f} "
                  f"{cpu['high']:8.1f} {row['per_second']['median']:11.0f} "
                  f"{row['busy']['median']:5.0%}{latency} "
                  + (f"{ratio['median']:9.2f}" if ratio else ''))
    for bar in bars:
        if bar['workload'] == name:
            verdict = 'met   ' if bar['met'] else 'MISSED'
            print(f"    {verdict} {bar_text(bar):34} is {bar['value']:.4g}")
    for target, row in cell['targets'].items():
        if row['wrong']:
            print(f"    WRONG  {TITLES[target]}: {row['wrong']} answers: " + ', '.join(
                f'{problem} ({count})' for problem, (count, _) in row['problems'].items()))


def print_summary(result):
    for name, cell in result['cells'].items():
        print_cell(name, cell, result['bars'])
    missed = [bar for bar in result['bars'] if not bar['met']]
    wrong = sum(row['wrong'] for cell in result['cells'].values()
                for row in cell['targets'].values())
    if result.get('corpus'):
        judged = result['corpus']
        print(f"\ncorpus, judged one by one: {judged['passed']} passed, {judged['failed']} failed")
    print(f"\nbars: {len(result['bars']) - len(missed)} met, {len(missed)} missed; "
          f"wrong answers: {wrong}")


def warn(text):
    print(text, file=sys.stderr, flush=True)
