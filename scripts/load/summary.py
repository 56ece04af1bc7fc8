"""From the samples of all rounds: medians, ratios paired by round, and which bars are met."""
import os
import statistics

BARS = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'bars.txt')


def read_bars(path=BARS):
    bars = []
    with open(path, encoding='utf-8') as file:
        for line in file:
            words = line.split('#')[0].split()
            if words:
                workload, figure, against, sign, bar, stretch = words
                bars.append({'workload': workload, 'figure': figure,
                             'against': None if against == '-' else against, 'sign': sign,
                             'bar': float(bar),
                             'stretch': None if stretch == '-' else float(stretch)})
    return bars


def is_met(bar, value):
    return value <= bar['bar'] if bar['sign'] == '<=' else value >= bar['bar']


def spread(values):
    return {'median': statistics.median(values), 'low': min(values), 'high': max(values),
            'all': values}


def paired(mine, theirs, figure):
    """Ratios of the same round; None when there is none."""
    ratios = [one[figure] / other[figure] for one, other in zip(mine, theirs)
              if one.get(figure) and other.get(figure)]
    return spread(ratios) if ratios else None


def summarize_target(samples):
    out = {'samples': samples}
    for figure in ('cpu_us', 'per_second', 'busy', 'bytes'):
        values = [sample[figure] for sample in samples if figure in sample]
        if values:
            out[figure] = {key: value for key, value in spread(values).items() if key != 'all'}
    parts = sorted({part for sample in samples for part in sample.get('latency', {})
                    if part.startswith('p')})
    out['latency'] = {part: statistics.median(sample['latency'][part] for sample in samples
                                              if part in sample.get('latency', {}))
                      for part in parts}
    curves = [sample['latency']['curve'] for sample in samples
              if 'curve' in sample.get('latency', {})]
    if curves:
        out['curve'] = [[points[0][0], statistics.median(us for _, us in points)]
                        for points in zip(*curves)]
    return out


def value_of_bar(bar, cells):
    """The figure that a bar is about, or None when this run has none."""
    cell = cells.get(bar['workload'])
    if cell is None:
        return None
    figure = {'ratio': 'cpu_us', 'rate': 'per_second', 'bytes_ratio': 'bytes'}.get(bar['figure'])
    if bar['figure'] == 'bytes':
        mine = cell['targets'].get('errata')
        return mine['bytes']['median'] if mine and 'bytes' in mine else None
    if figure is None:
        return None
    samples = {name: target['samples'] for name, target in cell['targets'].items()}
    if bar['against'] == 'off':
        found = paired(samples.get('errata-log', []), samples.get('errata', []), figure)
    elif bar['against'] in cells:
        base = cells[bar['against']]['targets'].get('errata', {}).get('samples', [])
        found = paired(samples.get('errata', []), base, figure)
    else:
        found = paired(samples.get('errata', []), samples.get(bar['against'], []), figure)
    return found['median'] if found else None


def summarize(samples, checks, works):
    """samples: {workload: {target: [sample, ...]}}; checks: {workload: {target: sample}}."""
    cells = {}
    for name, by_target in samples.items():
        cell = {'what': works[name].what, 'kind': works[name].kind, 'targets': {}, 'ratios': {}}
        for target, rows in by_target.items():
            row = summarize_target(rows)
            check = checks.get(name, {}).get(target)
            runs = rows + ([check] if check else [])
            row['checked'] = check['requests'] if check else None
            row['wrong'] = sum(run['wrong'] for run in runs)
            row['problems'] = {problem: found for run in runs
                               for problem, found in run['problems'].items()}
            cell['targets'][target] = row
        for peer in by_target:
            if peer != 'errata' and 'errata' in by_target:
                figure = 'bytes' if works[name].kind == 'idle' else 'cpu_us'
                over, under = by_target['errata'], by_target[peer]
                if peer == 'errata-log':
                    over, under = under, over
                ratio = paired(over, under, figure)
                if ratio:
                    cell['ratios'][peer] = ratio
        cells[name] = cell
    bars = []
    for bar in read_bars():
        value = value_of_bar(bar, cells)
        if value is not None:
            bars.append({**bar, 'value': value, 'met': is_met(bar, value)})
    return {'cells': cells, 'bars': bars}
