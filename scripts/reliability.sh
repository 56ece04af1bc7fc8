#!/usr/bin/env bash
# Does errata keep its promises towards the many and the slow? Idle and slow connections by the
# thousand beside a fresh client, readers that hardly read, and what a refused request costs:
# docs/reliability.md says what is measured and why. About two minutes after the build. Exit 1 if a
# bar is missed.
#   scripts/reliability.sh [--only held|readers|refusals]
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ $# -gt 0 && ($# -ne 2 || $1 != --only) ]]; then
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
scripts/install_packages.sh count

wanted=10500  # both ends of 7,000 connections, and those to the origin
if (($(ulimit -n) < wanted)) && ! ulimit -n "$wanted" 2> /dev/null; then
  echo "reliability.sh: wants a limit of $wanted open files, see ulimit -n" >&2
  exit 3
fi

echo "build (release)"
log=build/logs/reliability-build.log
folder=build/release/reliability
mkdir -p build/logs "$folder"
if ! { cmake --preset release && cmake --build --preset release --target errata reliability_bench; } \
  > "$log" 2>&1 < /dev/null; then
  tail -n 40 "$log" >&2
  exit 1
fi
# callgrind does not read all debug information of clang.
llvm-objcopy-19 --strip-debug build/release/bin/errata "$folder/errata_profiled"
rm -f "$folder"/callgrind.*
exec build/release/bin/reliability_bench --errata build/release/bin/errata --folder "$folder" \
  --profiled "$folder/errata_profiled" "$@"
