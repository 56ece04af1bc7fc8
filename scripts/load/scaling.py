def measure(bench, options):
    raise SystemExit
