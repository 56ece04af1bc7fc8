#!/usr/bin/env bash
# CPU microseconds a request of errata, nginx and haproxy, side by side: docs/performance.md says how
# it is measured. Takes about two minutes after the build; the machine should be otherwise quiet.
#   scripts/compare.sh [--rounds N] [--seconds N] [--like] [--calls] [--targets errata,nginx,haproxy]
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_packages.sh compare

echo "build (release)"
log=build/logs/compare-build.log
mkdir -p build/logs
wanted=(compare_origin)
[[ " $* " =~ \ --targets[=\ ](nginx|haproxy|,)*\  ]] || wanted+=(errata)
if ! { cmake --preset release && cmake --build --preset release --target "${wanted[@]}"; } \
  > "$log" 2>&1 < /dev/null; then
  tail -n 40 "$log" >&2
  exit 1
fi
exec python3 scripts/compare/compare.py --build build/release "$@"
