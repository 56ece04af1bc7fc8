#!/usr/bin/env bash
# Shows errata at work: installs what is missing, builds it, prints a table of a legacy service's
# answers before and after, and leaves both running to be tried by hand until Ctrl-C.
#   scripts/demo.sh [--once] [--port N] [--legacy-port N]
# --once ends after the table. Debian 12, as root or with sudo.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n '2,5s/^# \{0,1\}//p' "$0"; }

once=
ports=()
while (($# > 0)); do
  case $1 in
    --once) once=1 ;;
    --port | --legacy-port)
      [[ ${2:-} =~ ^[0-9]+$ ]] || { echo "demo.sh: $1 wants a number" >&2; exit 2; }
      ports+=("$1" "$2")
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

step() { printf '\n== %s\n' "$*"; }

step "1 of 3: packages"
scripts/install_packages.sh build

step "2 of 3: build (some minutes the first time)"
log=build/demo-configure.log
mkdir -p build
cmake --preset release > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
NINJA_STATUS='[%f/%t, %es] ' cmake --build --preset release --target errata

step "3 of 3: before and after"
errata=build/release/bin/errata
"$errata" demo --once "${ports[@]}"
[[ $once ]] && exit 0

step "errata and the legacy service keep running: Ctrl-C ends them"
exec "$errata" demo "${ports[@]}"
