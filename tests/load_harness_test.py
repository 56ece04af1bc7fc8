#!/usr/bin/env python3
"""Holds what scripts/load makes of samples: medians, paired ratios, bars, the pages.

  load_harness_test.py REPOSITORY"""
import os
import re
import sys
import tempfile
import unittest
import xml.etree.ElementTree

REPOSITORY = os.path.abspath(sys.argv.pop(1) if len(sys.argv) > 1 else '.')
sys.path.insert(0, os.path.join(REPOSITORY, 'scripts', 'load'))
sys.dont_write_bytecode = True

import charts  # noqa: E402
import publish  # noqa: E402
import report  # noqa: E402
import special_runs  # noqa: E402
import summary  # noqa: E402
import targets  # noqa: E402
from workloads import WORKLOADS  # noqa: E402

META = {'date': '2026-11-22 07:45', 'commit': 'abc', 'cpus': 2, 'processor': 'a <processor>',
        'kernel': '6', 'load_average_before': 0.1, 'rounds': 3, 'took_seconds': 9, 'quick': False,
        'versions': {'nginx': 'nginx version: nginx/1.22.1'}}


def sample(cpu_us, wrong=0):
    problems = {'status': [wrong, 'HTTP/1.1 502 <b>']} if wrong else {}
    latency = {'p50': 10.0, 'p99': 20.0, 'curve': [[0.5, 10], [0.99, 20]]}
    return {'cpu_us': cpu_us, 'per_second': 1e6 / cpu_us, 'busy': 0.9, 'requests': 100,
            'wrong': wrong, 'problems': problems, 'latency': latency}


def summarized(**cells):
    samples = {name: {target: [sample(us) if isinstance(us, (int, float)) else us for us in values]
                      for target, values in by_target.items()} for name, by_target in cells.items()}
    return {**summary.summarize(samples, {}, WORKLOADS), 'corpus': None, 'meta': dict(META)}


def bar_of(result, workload, figure, against):
    return [bar for bar in result['bars'] if (bar['workload'], bar['figure'], bar['against']) ==
            (workload, figure, against)][0]


class Figures(unittest.TestCase):
    def test_pairs_ratios_by_round(self):
        # The machine was slow in the second round for both: only pairs tell the same each time.
        result = summarized(small={'errata': [10, 100, 12], 'nginx': [20, 200, 24]})
        ratio = result['cells']['small']['ratios']['nginx']
        self.assertEqual((ratio['median'], ratio['low'], ratio['high']), (0.5, 0.5, 0.5))

    def test_judges_bars_on_both_sides(self):
        result = summarized(small={'errata': [10] * 3, 'nginx': [20] * 3, 'haproxy': [11] * 3})
        self.assertTrue(bar_of(result, 'small', 'ratio', 'nginx')['met'])
        self.assertFalse(bar_of(result, 'small', 'ratio', 'haproxy')['met'])
        self.assertTrue(bar_of(result, 'small', 'rate', 'nginx')['met'])
        self.assertFalse(bar_of(result, 'small', 'rate', 'haproxy')['met'])

    def test_compares_with_errata_itself(self):
        result = summarized(small={'errata': [10]}, json422={'errata': [15]},
                            access_log={'errata': [10], 'errata-log': [11]})
        self.assertFalse(bar_of(result, 'json422', 'ratio', 'small')['met'])
        self.assertAlmostEqual(bar_of(result, 'access_log', 'ratio', 'off')['value'], 1.1)

    def test_counts_wrong_answers_of_rounds_and_checks(self):
        samples = {'small': {'errata': [sample(10, 2), sample(10)]}}
        checks = {'small': {'errata': sample(10, 3)}}
        result = summary.summarize(samples, checks, WORKLOADS)
        self.assertEqual(result['cells']['small']['targets']['errata']['wrong'], 5)

    def test_has_a_workload_for_each_bar(self):
        for bar in summary.read_bars():
            self.assertIn(bar['workload'], WORKLOADS)
            self.assertIn(bar['sign'], ('<=', '>='))


class Pages(unittest.TestCase):
    def setUp(self):
        self.result = summarized(small={'errata': [10, 11], 'nginx': [20, 22]},
                                 latency={'errata': [sample(9, 1)], 'haproxy': [12]})

    def test_makes_a_page_that_needs_nothing_else(self):
        page = report.page(self.result)
        self.assertIn('prefers-color-scheme: dark', page)
        self.assertNotRegex(page, r'<script|<link|(?:src|href)="http|@import|url\(')
        self.assertIn('HTTP/1.1 502 &lt;b&gt;', page)
        for drawn in re.findall(r'<svg.*?</svg>', page, re.S):
            xml.etree.ElementTree.fromstring(drawn)

    def test_draws_a_chart_that_stands_alone(self):
        drawn = charts.ratios(self.result, standalone=True)
        xml.etree.ElementTree.fromstring(drawn)
        self.assertIn('prefers-color-scheme: dark', drawn)

    def test_makes_tables_for_the_documentation(self):
        made = publish.sections(self.result, None, None, None)
        self.assertIn('| `small`: a 200 of 1 KiB passes | 10.5 |', made)
        self.assertIn('Wrong answers: 1.', made)
        self.assertIn('nginx 1.22.1', made)
        self.assertIn('| a passing 1 KiB response | 0.50 |', publish.short_table(self.result))

    def test_pages_have_the_marks(self):
        for name in ('README.md', os.path.join('docs', 'performance.md')):
            with open(os.path.join(REPOSITORY, name), encoding='utf-8') as file:
                text = file.read()
            self.assertLess(0, text.find(publish.BEGIN), name)
            self.assertLess(text.find(publish.BEGIN), text.find(publish.END), name)


class Configurations(unittest.TestCase):
    def test_fills_in_every_name(self):
        with tempfile.TemporaryDirectory() as folder:
            bench = targets.Bench(folder, folder, 1, None, None)
            bench.origin = type('Origin', (), {'port': 1})
            for name in targets.NAMES + ['errata-log']:
                bench.command_of(name, 2)
            for root, _, files in os.walk(folder):
                for file in files:
                    with open(os.path.join(root, file), encoding='utf-8') as text:
                        self.assertNotRegex(text.read(), r'@[A-Z_]+@', file)


class Corpus(unittest.TestCase):
    def test_cuts_a_chunked_body_as_it_was(self):
        case = {'status': 500, 'reason': 'No', 'headers': [['Transfer-Encoding', 'chunked']],
                'framing': 'chunked', 'body_b64': 'MDEyMzQ1Njc4OQ=='}
        answer, keeps = special_runs.response_bytes(case)
        self.assertTrue(keeps)
        self.assertTrue(answer.endswith(b'\r\n\r\n7\r\n0123456\r\n3\r\n789\r\n0\r\n\r\n'), answer)

    def test_asks_with_an_id_and_a_length(self):
        case = {'request': {'method': 'POST', 'headers': {'Host': 'x', 'Accept': '*/*'},
                            'body_b64': 'e30='}}
        to_head, request = special_runs.request_bytes(case, 7)
        self.assertFalse(to_head)
        self.assertEqual(request, b'POST /case/7 HTTP/1.1\r\nHost: corpus.test\r\n'
                         b'X-Request-Id: @ID@\r\nAccept: */*\r\nContent-Length: 2\r\n\r\n{}')


if __name__ == '__main__':
    unittest.main(verbosity=1)
