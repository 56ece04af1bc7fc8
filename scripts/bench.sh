#!/usr/bin/env bash
# What normalizing a body costs: CPU microseconds (best of all repetitions) and allocations, for
# typical errors. Takes about a minute after the build. Exit 1 if a body is over its bar.
#   scripts/bench.sh [--repetitions N] [--filter REGEX]
set -euo pipefail
cd "$(dirname "$0")/.."

repetitions=15
filter=.
while (($#)); do
  case $1 in
    --repetitions) repetitions=${2:?} ;;
    --filter) filter=${2:?} ;;
    *)
      sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
      exit 2
      ;;
  esac
  shift 2
done

scripts/install_packages.sh bench
echo "build (release)"
log=build/logs/bench-build.log
mkdir -p build/logs
if ! { cmake --preset release && cmake --build --preset release --target normalize_bench; } \
  > "$log" 2>&1 < /dev/null; then
  tail -n 40 "$log" >&2
  exit 1
fi
exec build/release/bin/normalize_bench --bars --benchmark_filter="$filter" \
  --benchmark_repetitions="$repetitions" --benchmark_min_time=0.1 \
  --benchmark_enable_random_interleaving=true
