#!/usr/bin/env python3
"""Runs the error corpus through the normalizer without a network and prints what the judge says.

  corpus_report.py --runner build/dev/bin/normalize_lines [--corpus DIR] [--only REGEX] [--show]

DIR holds errors.jsonl and replay.py, whose checks are used as they are (default: ../shared/corpus
beside the repository; without it the script says so and leaves with 77, which CTest counts as
skipped). The last line is `N passed, N failed`; the exit code is 1 below --at-least percent.
"""
import argparse
import importlib.util
import json
import os
import re
import subprocess
import sys
import types

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def load_judge(folder):
    spec = importlib.util.spec_from_file_location('replay', os.path.join(folder, 'replay.py'))
    replay = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(replay)
    return replay


def question(case):
    return json.dumps({
        'method': case['request']['method'],
        'request_headers': list(map(list, case['request'].get('headers', {}).items())),
        'status': case['status'],
        'headers': case['headers'],
        'body_hex': case['body'].hex(),
        'truncated': case['framing'].endswith('truncated'),
        'strict': False,
    })


def respond(case, answer):
    """What a client would see of the answer, as the judge's own Resp."""
    seen = types.SimpleNamespace(problems=[], complete=True)
    if answer['verdict'] == 'pass' or answer['untouched']:
        seen.status, seen.body = case['status'], case['body']
        seen.headers = [tuple(h) for h in case['headers']]
        seen.complete = not case['framing'].endswith('truncated')
        return seen
    seen.status = answer['status']
    seen.headers = [tuple(h) for h in answer['headers']]
    seen.body = b'' if case['request']['method'] == 'HEAD' else answer['body'].encode()
    return seen


def judge(replay, case, seen):
    """-> {check: problem} of the failed checks"""
    expect, method = case['expect'], case['request']['method']
    options = types.SimpleNamespace(allow_extra=set(), max_message=2000)
    headers = list(case['request'].get('headers', {}).items())
    if expect.get('incomplete'):
        return {} if not seen.complete else {'transport': 'a cut-off success came out whole'}
    if expect.get('untouched'):
        if case['framing'].endswith('truncated'):
            seen.complete = True
        found = {'untouched': replay.judge_untouched(case, seen, method)}
    elif expect.get('soft') and seen.status == case['status'] and seen.body == case['body']:
        found = {'untouched': replay.judge_untouched(case, seen, method)}
    else:
        request = {'method': method, 'headers': headers}
        found = replay.judge_error(case, expect, seen, request, options)
    return {check: problem for check, problem in found.items() if problem}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--runner', required=True, help='the executable normalize_lines')
    parser.add_argument('--corpus', default=os.path.join(REPOSITORY, '..', 'shared', 'corpus'))
    parser.add_argument('--only', default='', help='regular expression on case ids')
    parser.add_argument('--show', action='store_true', help='print every envelope')
    parser.add_argument('--at-least', type=float, default=0, help='percent that must pass')
    options = parser.parse_args()
    if not os.path.exists(os.path.join(options.corpus, 'replay.py')):
        print(f'no corpus at {options.corpus}: skipped')
        return 77
    replay = load_judge(options.corpus)
    cases = [c for c in replay.load([os.path.join(options.corpus, 'errors.jsonl')])
             if re.search(options.only, c['id'])]
    done = subprocess.run([options.runner], input='\n'.join(map(question, cases)) + '\n',
                          capture_output=True, text=True, check=True)
    passed = 0
    for case, line in zip(cases, done.stdout.split('\n')):
        answer = json.loads(line)
        problems = judge(replay, case, respond(case, answer))
        passed += not problems
        if options.show and answer['verdict'] != 'pass':
            print(f'{case["id"]} {answer["shape"]}: {answer["status"]} {answer["body"]}')
        if problems:
            said = ' | '.join(f'{check}: {str(text)[:200]}' for check, text in problems.items())
            print(f'FAIL {case["id"]} ({answer.get("shape", "passed")}): {said}')
    print(f'{passed} passed, {len(cases) - passed} failed')
    return 0 if passed * 100 >= options.at_least * len(cases) else 1


if __name__ == '__main__':
    sys.exit(main())
