#!/usr/bin/env bash
# Minutes of load at 60 % of the peak, with reloads, faults of the origin, hang-ups, slow readers.
#   scripts/load/soak.sh [--minutes N] [--part 0.6] [--threads 1|2] [--no-faults] [--no-reloads]
# Stops by itself and ends in a verdict; exit code 1: memory, descriptors or latency drift, or an
# answer was wrong.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/load/build.sh
exec python3 scripts/load/soak.py --build build/release "$@"
