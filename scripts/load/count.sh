#!/usr/bin/env bash
# Socket calls (strace) and user instructions (callgrind) of one request: what noise does not blur.
#   scripts/load/count.sh [--targets errata,nginx,haproxy,nginx-lua] [--workloads small,json422]
#   scripts/load/count.sh --check      errata by scripts/load/bars.txt; exit code 1: a bar missed
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/load/build.sh
exec python3 scripts/load/count.py --build build/release "$@"
