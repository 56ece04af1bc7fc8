#!/usr/bin/env python3
"""Puts the figures of a run into the documentation.

  python3 scripts/load/publish.py [FOLDER]      default: build/release/load

Reads report.json of FOLDER, and scaling.json, counts.json and soak.json where they are there.
Writes docs/performance.json (the report without its latency curves), docs/performance.svg (one
chart), and the tables between the marks in docs/performance.md and README.md."""
import json
import os
import re
import sys

import charts
from summary import is_met, read_bars
from targets import TITLES

REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
DOCS = os.path.join(REPOSITORY, 'docs')
BEGIN, END = '<!-- figures: scripts/load/publish.py -->', '<!-- end of figures -->'


def read(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return None
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def table(head, rows):
    return '\n'.join(['| ' + ' | '.join(head) + ' |', '|' + ' --- |' * len(head)] + [
        '| ' + ' | '.join(str(value) for value in row) + ' |' for row in rows]) + '\n'


def about(meta, command):
    versions = meta['versions']
    # What the programs say of themselves, without the words around the number.
    found = [(name, re.search(r'\d+\.\d+[.\d]*', versions[name])) for name in versions]
    numbers = ', '.join(f'{name} {number[0]}' for name, number in found if number)
    return (f"{meta['date']}, commit {meta['commit']}, {meta['cpus']} CPUs ({meta['processor']}), "
            f"Linux {meta['kernel']}, {numbers}; load average before the run "
            f"{meta['load_average_before']}. `{command}`: {meta['rounds']} rounds, "
            f"{meta['took_seconds']} s.\n")


def cost_table(report):
    names = ['errata', 'nginx', 'haproxy', 'nginx-lua']
    rows = []
    for name, cell in report['cells'].items():
        figure = 'bytes' if cell['kind'] == 'idle' else 'cpu_us'
        more = ' (bytes a connection)' if figure == 'bytes' else ''
        if 'errata-log' in cell['ratios']:
            more = f": {cell['ratios']['errata-log']['median']:.2f} times as much with it"
        row = [f"`{name}`: {cell['what']}{more}"]
        for target in names:
            found = cell['targets'].get(target, {}).get(figure)
            row.append(charts.number(found['median']) if found else '')
        for target in names[1:]:
            ratio = cell['ratios'].get(target)
            row.append(f"{ratio['median']:.2f}" if ratio else '')
        rows.append(row)
    return table(['workload', *[f'{TITLES[name]} us' for name in names],
                  *[f'/ {TITLES[name]}' for name in names[1:]]], rows)


def rate_table(report):
    rows = [[f'`{name}`', TITLES[target], f"{row['per_second']['median']:,.0f}",
             *[f"{row['latency'][part]:,.0f}" if part in row['latency'] else ''
               for part in ('p50', 'p99', 'p99.9')]]
            for name in ('small', 'latency') if name in report['cells']
            for target, row in report['cells'][name]['targets'].items()]
    return table(['workload', '', 'requests/s', 'p50 us', 'p99 us', 'p99.9 us'], rows)


def bar_table(bars):
    return table(['workload', 'figure', 'against', 'bar', 'is', ''], [
        [f"`{bar['workload']}`", bar['figure'], bar['against'] or '',
         f"{bar['sign']} {bar['bar']:g}", f"{bar['value']:.4g}",
         'met' if bar['met'] else '**missed**'] for bar in bars])


def count_section(counts):
    figures = ['calls_alone', 'calls_loaded', 'eagain', 'epoll_ctl', 'timerfd', 'instructions']
    rows = [[f'`{work}`', TITLES[name],
             *[f'{row[figure]:,.0f}' if figure == 'instructions' else f'{row[figure]:.2f}'
               for figure in figures if figure in row]]
            for name, by_work in counts.items() for work, row in by_work.items()]
    bars = []
    for bar in read_bars():
        value = counts.get('errata', {}).get(bar['workload'], {}).get(bar['figure'])
        if value is not None:
            bars.append({**bar, 'value': round(value, 2), 'met': is_met(bar, round(value, 2))})
    return ['### Counts for one request\n', '`scripts/load/count.sh --targets '
            'errata,nginx,haproxy,nginx-lua`\n',
            table(['workload', '', *[figure.replace('_', ' ') for figure in figures]], rows),
            bar_table(bars)]


def scaling_section(scaling):
    parts = ['### How the cost grows\n', about(scaling['meta'], 'scripts/load/run.sh --scaling')]
    for chart in scaling['growth'].values():
        steps = [x for x, _ in next(iter(chart['series'].values()))]
        parts.append(chart['what'] + ', in us:\n')
        parts.append(table([chart['axis'], *[f'{step:,}' for step in steps]], [
            [TITLES.get(name, name), *[charts.number(y) for _, y in points]]
            for name, points in chart['series'].items()]))
    return parts


def soak_section(soak):
    return ['### Soak\n', f"`scripts/load/soak.sh`: {len(soak['rows'])} segments at "
            f"{soak['rate']:,.0f} requests/s ({soak['faulty_rate']:,.0f} during faults), "
            f"{soak['reloads']} reloads:\n",
            table(['what', '', 'how'], [[what, 'fine' if fine else '**failed**', how]
                                        for what, fine, how in soak['verdict']])]


def sections(report, scaling, counts, soak):
    wrong = sum(row['wrong'] for cell in report['cells'].values()
                for row in cell['targets'].values())
    command = 'scripts/load/run.sh' + (' --quick' if report['meta']['quick'] else '')
    parts = [about(report['meta'], command),
             "![errata's part of each peer's CPU](performance.svg)\n",
             'CPU microseconds a request (medians), and the median of the ratios paired by '
             'round:\n',
             cost_table(report), rate_table(report), f'Wrong answers: {wrong}.' + (
                 f" Corpus, judged one by one: {report['corpus']['passed']} passed, "
                 f"{report['corpus']['failed']} failed." if report.get('corpus') else '') + '\n',
             '### Bars\n', bar_table(report['bars'])]
    if counts:
        parts += count_section(counts)
    if scaling:
        parts += scaling_section(scaling)
    if soak:
        parts += soak_section(soak)
    return '\n'.join(parts)


def slim(report):
    """Without what no table needs: the curves, and the examples of problems."""
    for cell in report['cells'].values():
        for row in cell['targets'].values():
            row['problems'] = {problem: count for problem, (count, _) in row['problems'].items()}
            for sample in row['samples']:
                sample.pop('problems', None)
                sample.pop('said', None)
                sample['latency'].pop('curve', None) if 'latency' in sample else None
    return report


def rounded(value):
    if isinstance(value, float):
        return float(f'{value:.5g}')
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


def short_table(report):
    titles = {'small': 'a passing 1 KiB response', 'html500': 'an HTML 500 rewritten to JSON',
              'json422': "a service's own JSON 422 rewritten", 'limited': 'a 429'}
    peers = ['nginx', 'haproxy', 'nginx-lua']
    rows = []
    for name, title in titles.items():
        ratios = report['cells'].get(name, {'ratios': {}})['ratios']
        if ratios:
            rows.append([title, *[f"{ratios[peer]['median']:.2f}" if peer in ratios else 'cannot'
                                  for peer in peers]])
    return table(['', *[f"of {TITLES[peer]}'s" for peer in peers]], rows)


def replace(path, made):
    """Puts `made` between the marks of a page."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    before, mark, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise SystemExit(f'publish.py: {path} has no marks for the figures')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(f'{before}{BEGIN}\n{made}{END}{after}')


def main():
    folder = os.path.join(REPOSITORY, 'build', 'release', 'load')
    if len(sys.argv) > 1:
        folder = sys.argv[1]
    report = read(folder, 'report.json')
    if report is None:
        raise SystemExit(f'publish.py: there is no report.json in {folder}')
    made = sections(report, read(folder, 'scaling.json'), read(folder, 'counts.json'),
                    read(folder, 'soak.json'))
    replace(os.path.join(DOCS, 'performance.md'), f'\n{made}\n')
    replace(os.path.join(REPOSITORY, 'README.md'), short_table(report))
    with open(os.path.join(DOCS, 'performance.svg'), 'w', encoding='utf-8') as file:
        file.write(charts.ratios(report, standalone=True))
    with open(os.path.join(DOCS, 'performance.json'), 'w', encoding='utf-8') as file:
        json.dump(rounded(slim(report)), file, separators=(',', ':'))
        file.write('\n')
    print('written: README.md, docs/performance.md, docs/performance.svg, docs/performance.json')


if __name__ == '__main__':
    main()
