"""Charts as SVG text. Colours come from classes, so that one chart serves light and dark pages."""
import math
from html import escape

from targets import TITLES

CLASSES = {'errata': 'c0', 'nginx': 'c1', 'haproxy': 'c2', 'nginx-lua': 'c3', 'errata-log': 'c4'}
STYLE = '''
svg { font: 12px system-ui, sans-serif; }
svg text { fill: #1f2328; } svg .soft { fill: #656d76; } svg .line { stroke: #d0d7de; }
svg .strong { stroke: #57606a; } svg .c0 { fill: #0969da; stroke: #0969da; }
svg .c1 { fill: #1a7f37; stroke: #1a7f37; } svg .c2 { fill: #bc4c00; stroke: #bc4c00; }
svg .c3 { fill: #8250df; stroke: #8250df; } svg .c4 { fill: #6e7781; stroke: #6e7781; }
svg .whisker { stroke: #1f2328; stroke-width: 1.2; } svg .bar { stroke: #cf222e; stroke-width: 2; }
svg .curve { fill: none; stroke-width: 2; } svg .range { stroke-width: 2; opacity: .45; }
svg .back { fill: none; }
@media (prefers-color-scheme: dark) {
  svg text { fill: #e6edf3; } svg .soft { fill: #8d96a0; } svg .line { stroke: #30363d; }
  svg .strong { stroke: #8d96a0; } svg .c0 { fill: #4493f8; stroke: #4493f8; }
  svg .c1 { fill: #3fb950; stroke: #3fb950; } svg .c2 { fill: #f0883e; stroke: #f0883e; }
  svg .c3 { fill: #ab7df8; stroke: #ab7df8; } svg .c4 { fill: #9198a1; stroke: #9198a1; }
  svg .whisker { stroke: #e6edf3; } svg .bar { stroke: #f85149; }
}
'''


def number(value):
    if value >= 100:
        return f'{value:,.0f}'
    return f'{value:.1f}' if value >= 1 else f'{value:.2f}'


def svg(width, height, parts, label, standalone=False):
    """A standalone file has no page to give it a background, so it brings its own."""
    extra = ''
    if standalone:
        back = ('svg .back { fill: #ffffff; } '
                '@media (prefers-color-scheme: dark) { svg .back { fill: #0d1117; } }')
        extra = (f'<style>{STYLE}{back}</style>'
                 f'<rect class="back" width="{width}" height="{height}"/>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            f'width="{width}" height="{height}" aria-label="{escape(label)}">{extra}'
            + '\n'.join(parts) + '</svg>\n')


def text(x, y, words, anchor='start', style=''):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{style}">'
            f'{escape(words)}</text>')


def dot(x, y, radius, style, title=''):
    inside = f'<title>{escape(title)}</title>' if title else ''
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" class="{style}">{inside}</circle>'


def line(x1, y1, x2, y2, style):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{style}"/>'


def bars(rows, unit, label):
    """rows: [(target, median, low, high)]: a bar each, with its spread."""
    left, right, step = 150, 560, 24
    top = max(high for _, _, _, high in rows) or 1
    # One outlier must not make the bars vanish: what is beyond is shown as an arrow.
    limit = min(top, 1.8 * max(median for _, median, _, _ in rows) or 1)

    def place(value):
        return left + (right - left) * min(value, limit) / limit

    parts = []
    for index, (target, median, low, high) in enumerate(rows):
        y = 6 + index * step
        parts.append(text(left - 8, y + 13, TITLES.get(target, target), 'end'))
        width = place(median) - left
        title = f'{number(median)} {unit}, {number(low)} to {number(high)}'
        parts.append(f'<rect x="{left}" y="{y}" width="{width:.1f}" height="16" rx="2" '
                     f'class="{CLASSES.get(target, "c4")}"><title>{title}</title></rect>')
        parts.append(line(place(low), y + 8, place(high), y + 8, 'whisker'))
        for end in (low, high):
            parts.append(line(place(end), y + 4, place(end), y + 12, 'whisker'))
        more = ' (to ' + number(high) + ')' if high > limit else ''
        parts.append(text(max(place(high), place(median)) + 8, y + 13, f'{number(median)}{more}'))
    height = 12 + len(rows) * step
    return svg(700, height, parts, f'{label}, {unit}')


def ratio_rows(result):
    """[(workload, peer, ratio, bar or None)] of all that is compared with a peer."""
    wanted = {(bar['workload'], bar['against']): bar['bar'] for bar in result['bars']
              if bar['figure'] == 'ratio'}
    return [(name, peer, ratio, wanted.get((name, peer)))
            for name, cell in result['cells'].items() if cell['kind'] != 'idle'
            for peer, ratio in cell['ratios'].items() if peer != 'errata-log']


def ratios(result, standalone=False):
    """Errata's CPU as a part of each peer's, one line a workload: a dot each, with its spread."""
    rows = ratio_rows(result)
    if not rows:
        return ''
    left, right, top, step, end = 120, 690, 46, 15, 1.5
    parts, y, last = [], top, None

    def place(value):
        return left + (right - left) * min(value, end) / end

    for index, (name, peer, ratio, bar) in enumerate(rows):
        if name != last:
            y += 8 if index else 0
            parts.append(text(left - 10, y + 10, name, 'end'))
            last = name
        style = CLASSES[peer]
        parts.append(line(place(ratio['low']), y + 6, place(ratio['high']), y + 6,
                          f'range {style}'))
        if bar is not None:
            parts.append(line(place(bar), y, place(bar), y + 12, 'bar'))
        parts.append(dot(place(ratio['median']), y + 6, 4, style,
                         f"{name}: {ratio['median']:.2f} of {TITLES[peer]} "
                         f"({ratio['low']:.2f} to {ratio['high']:.2f})"))
        parts.append(text(right + 12, y + 10, f'{ratio["median"]:.2f}', 'start', 'soft'))
        y += step
    back = [text(left, 14, "errata's part of each peer's CPU a request "
                 '(left of 1: errata is cheaper)')]
    x = left
    for peer in dict.fromkeys(peer for _, peer, _, _ in rows):
        back.append(dot(x + 5, 30, 4, CLASSES[peer]))
        back.append(text(x + 14, 34, TITLES[peer], 'start', 'soft'))
        x += 110
    back.append(line(x + 5, 24, x + 5, 36, 'bar'))
    back.append(text(x + 14, 34, 'bar', 'start', 'soft'))
    for tick in (0, 0.25, 0.5, 0.75, 1, 1.25, 1.5):
        back.append(line(place(tick), top - 4, place(tick), y + 4,
                         'strong' if tick == 1 else 'line'))
        back.append(text(place(tick), y + 18, f'{tick:g}', 'middle', 'soft'))
    return svg(760, y + 26, back + parts, 'CPU ratios by workload', standalone)


def curves(series, label):
    """series: {target: [[part, us], ...]}: latency by percentile, both axes logarithmic."""
    left, right, top, bottom = 90, 690, 16, 260
    values = [us for points in series.values() for _, us in points if us > 0]
    if not values:
        return ''
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    far = -math.log10(1 - 0.9999)

    def place(part, us):
        x = left + (right - left) * -math.log10(1 - part) / far
        return x, bottom - (bottom - top) * (math.log10(max(us, 1)) - low) / (high - low)

    parts = []
    for power in range(low, high + 1):
        y = place(0.5, 10 ** power)[1]
        parts.append(line(left, y, right, y, 'line'))
        parts.append(text(left - 8, y + 4, f'{10 ** power:,} us', 'end', 'soft'))
    for part, name in ((0.5, 'p50'), (0.9, 'p90'), (0.99, 'p99'), (0.999, 'p99.9'),
                       (0.9999, 'p99.99')):
        x = place(part, 1)[0]
        parts.append(line(x, top, x, bottom, 'line'))
        parts.append(text(x, bottom + 16, name, 'middle', 'soft'))
    for index, (target, points) in enumerate(series.items()):
        path = ' '.join('%.1f,%.1f' % place(part, us) for part, us in points)
        style = CLASSES.get(target, 'c4')
        parts.append(f'<polyline points="{path}" class="{style} curve" style="fill:none"/>')
        parts.append(dot(left + 5 + index * 130, bottom + 34, 4, style))
        parts.append(text(left + 14 + index * 130, bottom + 38, TITLES.get(target, target)))
    return svg(720, bottom + 46, parts, label)


def growth(series, label, axis, unit='us'):
    """series: {target: [[x, y], ...]}: how a cost grows; x by its steps, y from 0."""
    left, right, top, bottom = 70, 640, 12, 220
    steps = sorted({x for points in series.values() for x, _ in points})
    highest = max(y for points in series.values() for _, y in points) or 1

    def place(x, y):
        across = steps.index(x) / max(1, len(steps) - 1)
        return left + (right - left) * across, bottom - (bottom - top) * y / highest

    parts = []
    for part in (0, 0.25, 0.5, 0.75, 1):
        y = place(steps[0], highest * part)[1]
        parts.append(line(left, y, right, y, 'line'))
        parts.append(text(left - 8, y + 4, number(highest * part), 'end', 'soft'))
    for x in steps:
        parts.append(text(place(x, 0)[0], bottom + 16, f'{x:,}', 'middle', 'soft'))
    parts.append(text(right, bottom + 32, axis, 'end', 'soft'))
    for index, (target, points) in enumerate(series.items()):
        style = CLASSES.get(target, 'c4')
        path = ' '.join('%.1f,%.1f' % place(x, y) for x, y in points)
        parts.append(f'<polyline points="{path}" class="{style} curve" style="fill:none"/>')
        for x, y in points:
            at = place(x, y)
            parts.append(dot(*at, 3, style,
                             f'{TITLES.get(target, target)}, {x:,}: {number(y)} {unit}'))
        parts.append(dot(left + 5 + index * 130, bottom + 46, 4, style))
        parts.append(text(left + 14 + index * 130, bottom + 50, TITLES.get(target, target)))
    return svg(700, bottom + 58, parts, label)
