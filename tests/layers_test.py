#!/usr/bin/env python3
"""Holds the sources to the layers of docs/architecture.md, and to a few habits of the house.

  layers_test.py REPOSITORY      prints FILE:LINE: what is wrong; exit 1 if anything is
"""
import os
import re
import sys

SOURCE_FOLDERS = ('policies', 'proxy', 'tests', 'scripts', 'conf', 'docs', '.ci')
TOP_FILES = ('CMakeLists.txt', 'CMakePresets.json', 'README.md', 'CHANGELOG.md')
CODE = ('.cpp', '.hpp')
SCRIPTS = ('.py', '.sh', '.cmake', 'CMakeLists.txt')
MAX_LINES = 500

# What any policy may include of the others, and what single ones compose beyond that.
SHARED_POLICIES = {'message', 'envelope', 'catalog', 'sixteen_bytes', 'json_position',
                   'reason_phrase'}
COMPOSES = {
    'rate_limit': {'client_address', 'limit_key', 'limit_table', 'siphash'},
    'limit_key': {'client_address', 'siphash'},
}
BENEATH = {  # the shared ones stand in this order
    'message': set(),
    'sixteen_bytes': set(),
    'catalog': set(),
    'envelope': {'message', 'catalog', 'sixteen_bytes'},
}

SOCKETS = (r'boost/asio|boost/beast|sys/(socket|epoll|select|poll|un|uio)\.h|netinet/|arpa/|netdb\.h'
           r'|poll\.h')
IMPURE = SOCKETS + r'|spdlog/|random$|iostream$|fstream$|filesystem$|unistd\.h|sys/random\.h'
FORBIDDEN_INCLUDES = [  # (path pattern, include pattern, why)
    (r'.*', r'regex$', 'std::regex is neither linear nor safe on long input; use RE2'),
    (r'policies/', r'proxy/', 'a policy knows nothing of proxy/'),
    (r'policies/', IMPURE, 'a policy does no I/O, reads no clock, draws no randomness'),
    (r'proxy/config/', SOCKETS, 'reading a configuration needs no sockets'),
    (r'proxy/config/', r'proxy/(?!config/)', 'the configuration stands below the rest of proxy/'),
    (r'proxy/wire/', r'proxy/(cli/|server|listener|connection|exchange|upstream|pool)',
     'the wire stands below what uses it'),
    (r'proxy/(?!cli/|main\.cpp)', r'proxy/cli/', 'only main knows the subcommands'),
    (r'(policies|proxy)/', r'tests/|boost/test/', 'tests stay in tests/'),
]
UNFINISHED = re.compile(r'\b(TO' r'DO|FIX' r'ME|XX' r'X|HA' r'CK)\b')
FORBIDDEN_CODE = [  # (path pattern, code pattern, why)
    (r'.*', r'\bstd::w?regex\b', 'std::regex is neither linear nor safe on long input; use RE2'),
    (r'tests/', r'\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(',
     'a test waits for what it needs, it does not sleep'),
    (r'policies/', r'\b\w+_clock::now\b|\b(clock_gettime|gettimeofday|getrandom|time)\s*\(',
     'time and entropy are given to a policy'),
    (r'policies/', r'\bstd::j?thread\b', 'a policy starts no thread'),
    (r'.*\.hpp$', r'^\s*using namespace\b', 'a header opens no namespace for those who include it'),
]
INCLUDE = re.compile(r'\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")')


def files_of(root):
    for name in TOP_FILES:
        if os.path.isfile(os.path.join(root, name)):
            yield name
    for folder in SOURCE_FOLDERS:
        for where, folders, names in os.walk(os.path.join(root, folder)):
            folders[:] = sorted(f for f in folders if f != '__pycache__')
            for name in sorted(names):
                yield os.path.relpath(os.path.join(where, name), root)


def policy_of(path):
    """policies/rate_limit.hpp -> rate_limit; all of policies/normalize/ is one policy."""
    part = path.split('/')[1]
    return part if '.' not in part else part.rsplit('.', 1)[0]


def policy_may_include(path, included):
    mine, other = policy_of(path), policy_of(included)
    # Parts of one policy in files of their own: rate_limit and rate_limit_table.
    if mine == other or other.startswith(mine + '_') or mine.startswith(other + '_'):
        return True
    if mine in BENEATH:
        return other in BENEATH[mine]
    return other in SHARED_POLICIES or other in COMPOSES.get(mine, ())


def without_comment(line):
    """Good enough for the patterns above: cuts at // outside a string."""
    quoted = False
    for i, c in enumerate(line):
        if c == '"' and (i == 0 or line[i - 1] != '\\'):
            quoted = not quoted
        elif not quoted and line.startswith('//', i):
            return line[:i]
    return line


def check_code(path, lines):
    if path.endswith('.hpp'):
        if not lines or not lines[0].startswith('//'):
            yield 1, 'a header opens with one sentence on what it is for'
        if not any(line.strip() == '#pragma once' for line in lines):
            yield 1, 'a header says #pragma once'
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        if include:
            name = include[1] or include[2]
            for where, what, why in FORBIDDEN_INCLUDES:
                if re.match(where, path) and re.match(what, name):
                    yield number, f'includes {name}: {why}'
            if path.startswith('policies/') and name.startswith('policies/') \
                    and not policy_may_include(path, name):
                yield number, f'includes {name}: policies do not know each other'
            continue
        code = without_comment(line)
        for where, what, why in FORBIDDEN_CODE:
            if re.match(where, path) and re.search(what, code):
                yield number, why


def include_cycles(root, sources):
    """Chains of our own headers that lead back to their start."""
    graph = {}
    for path, lines in sources.items():
        found = (INCLUDE.match(line) for line in lines)
        graph[path] = [m[2] for m in found if m and m[2] in sources]
    done, cycles = set(), []

    def visit(path, chain):
        if path in chain:
            cycles.append(chain[chain.index(path):] + [path])
        elif path not in done:
            for other in graph[path]:
                visit(other, chain + [path])
            done.add(path)

    for path in sorted(graph):
        visit(path, [])
    return cycles


def main():
    root = os.path.abspath(sys.argv[1])
    problems, sources, looked_at = [], {}, 0
    for path in files_of(root):
        if not path.endswith(CODE + SCRIPTS):
            continue
        looked_at += 1
        with open(os.path.join(root, path), encoding='utf-8', errors='replace') as file:
            lines = file.read().split('\n')
        for number, line in enumerate(lines, 1):
            if path.endswith(CODE + SCRIPTS) and UNFINISHED.search(line):
                problems.append(f'{path}:{number}: unfinished work is an issue, not a comment')
        if path.endswith(CODE + SCRIPTS) and len(lines) > MAX_LINES:
            problems.append(f'{path}:{MAX_LINES}: {len(lines)} lines; two responsibilities are '
                            'two files')
        if path.endswith(CODE):
            sources[path] = lines
            problems += [f'{path}:{number}: {what}' for number, what in check_code(path, lines)]
    problems += ['include cycle: ' + ' -> '.join(cycle) for cycle in include_cycles(root, sources)]
    print('\n'.join(problems) if problems else f'{looked_at} files keep to their layers')
    return 1 if problems or not sources else 0


if __name__ == '__main__':
    sys.exit(main())
