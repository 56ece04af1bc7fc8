"""One page with all figures and charts of a run; it needs no network and no script."""
from html import escape

import charts
from targets import TITLES
from terminal import bar_text

PAGE_STYLE = '''
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
       background: #ffffff; color: #1f2328; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
table { border-collapse: collapse; margin: .6rem 0; display: block; overflow-x: auto; }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #d0d7de;
         white-space: nowrap; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; }
.met { color: #1a7f37; } .missed, .wrong { color: #cf222e; font-weight: 600; }
.soft { color: #656d76; }
svg { max-width: 100%; height: auto; }
@media (prefers-color-scheme: dark) {
  body { background: #0d1117; color: #e6edf3; } th, td { border-color: #30363d; }
  .met { color: #3fb950; } .missed, .wrong { color: #f85149; } .soft { color: #8d96a0; }
}
'''


def table(head, rows):
    """Cells are text, or (text, class)."""
    def cell(value, tag):
        words, style = value if isinstance(value, tuple) else (value, '')
        return f'<{tag} class="{style}">{escape(str(words))}</{tag}>' if style else \
            f'<{tag}>{escape(str(words))}</{tag}>'
    top = ''.join(cell(name, 'th') for name in head)
    lines = ''.join('<tr>' + ''.join(cell(value, 'td') for value in row) + '</tr>' for row in rows)
    return f'<table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table>'


def bar_table(bars):
    return table(['workload', 'bar', 'is', '', 'stretch'], [
        [bar['workload'], bar_text(bar), f"{bar['value']:.4g}",
         ('met', 'met') if bar['met'] else ('missed', 'missed'),
         f"{bar['stretch']:g}" if bar['stretch'] is not None else ''] for bar in bars])


def spread_text(figure, digits=1):
    median, low, high = (f'{figure[name]:.{digits}f}' for name in ('median', 'low', 'high'))
    return f'{median} ({low} to {high})'


def cell_table(cell):
    if cell['kind'] == 'idle':
        return table(['', 'bytes a connection', "errata's part"], [
            [TITLES[name], spread_text(row['bytes'], 0),
             f"{cell['ratios'][name]['median']:.2f}" if name in cell['ratios'] else '']
            for name, row in cell['targets'].items()])
    rows = []
    for name, row in cell['targets'].items():
        latency = [f"{row['latency'][part]:,.0f}" if part in row['latency'] else ''
                   for part in ('p50', 'p99', 'p99.9')]
        ratio = cell['ratios'].get(name)
        wrong = (str(row['wrong']), 'wrong') if row['wrong'] else '0'
        rows.append([TITLES[name], spread_text(row['cpu_us']),
                     f"{row['per_second']['median']:,.0f}", f"{row['busy']['median']:.0%}",
                     *latency, spread_text(ratio, 2) if ratio else '', wrong])
    return table(['', 'CPU us a request', 'requests/s', 'busy', 'p50 us', 'p99 us', 'p99.9 us',
                  'paired ratio', 'wrong'], rows)


def cell_section(name, cell, bars):
    figure, unit = ('bytes', 'bytes a connection') if cell['kind'] == 'idle' else \
        ('cpu_us', 'CPU us a request')
    rows = [(target, row[figure]['median'], row[figure]['low'], row[figure]['high'])
            for target, row in cell['targets'].items() if figure in row]
    parts = [f'<h2 id="{name}">{escape(name)}: {escape(cell["what"])}</h2>']
    if rows:
        parts.append(charts.bars(rows, unit, cell['what']))
    parts.append(cell_table(cell))
    series = {target: row['curve'] for target, row in cell['targets'].items() if 'curve' in row}
    if cell['kind'] == 'open' and series:
        parts.append('<p class="soft">Latency from when each request should have started, median '
                     'of rounds.</p>')
        parts.append(charts.curves(series, f'{name}: latency by percentile'))
    for target, row in cell['targets'].items():
        for problem, (count, example) in row['problems'].items():
            words = f'{TITLES[target]}: {problem} ({count})'
            parts.append(f'<p class="wrong">{escape(words)}</p><pre>{escape(str(example))}</pre>')
    mine = [bar for bar in bars if bar['workload'] == name]
    if mine:
        parts.append(bar_table(mine))
    return '\n'.join(parts)


def growth_sections(result):
    parts = []
    for name, chart in result.get('growth', {}).items():
        parts.append(f'<h2>{escape(chart["what"])}</h2>')
        parts.append(charts.growth(chart['series'], chart['what'], chart['axis']))
        steps = [x for x, _ in next(iter(chart['series'].values()))]
        parts.append(table([chart['axis']] + [f'{step:,}' for step in steps], [
            [TITLES.get(target, target)] + [f'{y:.1f}' for _, y in points]
            for target, points in chart['series'].items()]))
    return parts


def meta_table(meta):
    versions = meta.pop('versions', {})
    rows = [[key.replace('_', ' '), value] for key, value in meta.items()]
    meta['versions'] = versions
    return table(['', ''], rows + [[name, value] for name, value in versions.items()])


def page(result):
    cells, bars = result['cells'], result['bars']
    wrong = sum(row['wrong'] for cell in cells.values() for row in cell['targets'].values())
    missed = sum(not bar['met'] for bar in bars)
    body = ['<h1>errata beside nginx, HAProxy and nginx + Lua</h1>']
    if cells:
        colours = 'missed' if missed else 'met', 'wrong' if wrong else 'met'
        body.append(f'<p>{len(bars) - missed} bars met, <span class="{colours[0]}">{missed} missed'
                    f'</span>; wrong answers: <span class="{colours[1]}">{wrong}</span>.</p>')
    if result.get('corpus'):
        body.append(f"<p>Corpus, judged one by one: {result['corpus']['passed']} passed, "
                    f"{result['corpus']['failed']} failed.</p>")
    body.append(charts.ratios(result))
    body += [cell_section(name, cell, bars) for name, cell in cells.items()]
    body += growth_sections(result)
    body.append('<h2>How</h2>')
    body.append(meta_table(result['meta']))
    return ('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>errata under load</title><style>{PAGE_STYLE}{charts.STYLE}</style></head>\n'
            '<body>\n' + '\n'.join(body) + '\n</body></html>\n')
