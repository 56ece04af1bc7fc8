"""On what a run was made, and how."""
import os
import platform
import re
import subprocess
import time


def first_line(*command):
    try:
        run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             timeout=10, check=False)
    except OSError:
        return ''
    return (run.stdout + run.stderr).strip().split('\n')[0]


def processor():
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        found = re.search(r'^model name\s*: (.*)$', file.read(), re.M)
    return found[1] if found else platform.machine()


def describe(options, bench, load_average, seconds):
    repository = os.path.join(os.path.dirname(__file__), '..', '..')
    return {
        'date': time.strftime('%Y-%m-%d %H:%M'), 'took_seconds': round(seconds),
        'commit': first_line('git', '-C', repository, 'describe', '--always', '--dirty'),
        'processor': processor(), 'cpus': os.cpu_count(), 'kernel': platform.release(),
        'load_average_before': round(load_average, 2),
        'versions': {
            'errata': first_line(bench.program('errata'), '--version'),
            'nginx': first_line('/usr/sbin/nginx', '-v'),
            'haproxy': first_line('/usr/sbin/haproxy', '-v'),
            'wrk': first_line('wrk', '-v'),
        },
        'rounds': options.rounds, 'seconds': options.seconds, 'threads': options.threads,
        'rate': options.rate, 'seed': options.seed, 'quick': options.quick,
        'pinned': bench.target_cpu is not None,
    }
