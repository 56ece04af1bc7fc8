#!/usr/bin/env python3
"""Holds a page that is made by a command to what the command makes of today's sources.

  made_page_test.py REPOSITORY PAGE REFRESH COMMAND...

PAGE is relative to REPOSITORY; COMMAND prints it. REFRESH is what a person types to make it anew;
it is only shown. Exit 1 if the page is not current.
"""
import difflib
import os
import subprocess
import sys

SHOWN_LINES = 20


def main():
    root, page, refresh, *command = sys.argv[1:]
    made = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, check=True).stdout.decode()
    path = os.path.join(root, page)
    kept = ''
    if os.path.exists(path):
        with open(path, encoding='utf-8', newline='') as file:
            kept = file.read()
    if kept == made:
        print(f'{page} is current')
        return 0
    lines = list(difflib.unified_diff(kept.splitlines(), made.splitlines(), page, 'as made now',
                                      lineterm='', n=1))
    print('\n'.join(lines[:SHOWN_LINES]))
    if len(lines) > SHOWN_LINES:
        print(f'... and {len(lines) - SHOWN_LINES} lines more')
    print(f'{page} is not current. Make it anew and commit it:\n  {refresh}')
    return 1


if __name__ == '__main__':
    sys.exit(main())
