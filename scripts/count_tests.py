#!/usr/bin/env python3
"""Counts the tests of one CTest run: each Boost.Test case is one, each other CTest test is one.

  count_tests.py JUNIT_FILE REPORT_FOLDER

prints PASSED FAILED SKIPPED, then for each test that is no Boost.Test executable its last line.

JUNIT_FILE is what `ctest --output-junit` wrote. REPORT_FOLDER holds NAME.xml for each CTest test
NAME that is a Boost.Test executable: its own report in XML. An executable that died before its
report, or failed after a clean one (a leak at exit), counts as one more failure.
"""
import os
import sys
import xml.etree.ElementTree as ElementTree


def boost_cases(path):
    """(passed, failed, skipped) of one Boost.Test report, or None where there is no whole one."""
    try:
        suite = ElementTree.parse(path).getroot().find('TestSuite')
    except (OSError, ElementTree.ParseError):
        return None
    if suite is None:
        return None
    count = {name: int(value) for name, value in suite.attrib.items() if value.isdigit()}
    return (count.get('test_cases_passed', 0) + count.get('test_cases_passed_with_warnings', 0),
            count.get('test_cases_failed', 0) + count.get('test_cases_timed_out', 0),
            count.get('test_cases_skipped', 0))


def main():
    junit, reports = sys.argv[1:]
    passed = failed = skipped = 0
    last_lines = []
    for case in ElementTree.parse(junit).getroot().iter('testcase'):
        status = case.get('status')
        counted = boost_cases(os.path.join(reports, case.get('name') + '.xml'))
        said = (case.findtext('system-out') or '').split('\n')
        said = [line.strip() for line in said if line.strip()]
        if counted is None and said:
            last_lines.append(f'{case.get("name")}: {said[-1]}')
        if case.find('skipped') is not None and case.find('failure') is None:
            # CTest writes a test whose executable was not built the same way as one that skipped.
            reason = case.find('skipped').get('message', '')
            if 'SKIP_' in reason or status == 'disabled':
                skipped += 1
            else:
                failed += 1
            continue
        ok = status == 'run' and case.find('failure') is None
        if counted is None:
            passed, failed = passed + ok, failed + (not ok)
            continue
        passed += counted[0]
        failed += counted[1] or (not ok)
        skipped += counted[2]
    print(passed, failed, skipped)
    print('\n'.join(last_lines))


if __name__ == '__main__':
    main()
