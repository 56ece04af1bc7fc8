#!/usr/bin/env bash
# What a request costs in errata, nginx, HAProxy and nginx + Lua, side by side: docs/performance.md
# says how it is measured. Installs what is missing; the machine should be otherwise quiet.
#   scripts/load/run.sh                all workloads, under ten minutes after the build
#   scripts/load/run.sh --quick        the main ones, under a minute
#   scripts/load/run.sh --scaling      how the cost grows
#   scripts/load/run.sh soak           the same as scripts/load/soak.sh
#   scripts/load/run.sh --help         more
# Ends with a table; report.html and report.json are in build/release/load. Exit code 1: an answer
# was wrong.
set -euo pipefail
if [[ ${1-} == soak ]]; then
  shift
  exec "$(dirname "$0")/soak.sh" "$@"
fi
cd "$(dirname "$0")/../.."
scripts/load/build.sh
exec python3 scripts/load/run.py --build build/release "$@"
