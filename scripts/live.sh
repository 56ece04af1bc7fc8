#!/usr/bin/env bash
# Starts real services with errata in front and checks what becomes of their errors.
#   scripts/live.sh [--errata FILE] [--no-install] [--keep] [SERVICE...]
# Without --errata it builds the release preset. Without SERVICE all folders of tests/live/ are
# tried; what Debian or npm cannot give is skipped with a line that says so. --keep leaves logs and
# configurations. The last line is "N passed, M failed, K skipped"; the exit code is 1 if one failed.
set -euo pipefail
cd "$(dirname "$0")/.."

errata=
arguments=()
while (($# > 0)); do
  case $1 in
    --errata)
      errata=${2-}
      shift
      ;;
    -h | --help)
      sed -n '2,6s/^# \{0,1\}//p' "$0"
      exit 0
      ;;
    *) arguments+=("$1") ;;
  esac
  shift
done

if [[ -z $errata ]]; then
  scripts/install_packages.sh build
  mkdir -p build
  cmake --preset release > build/live-configure.log 2>&1 || { cat build/live-configure.log >&2; exit 1; }
  cmake --build --preset release --target errata
  errata=build/release/bin/errata
fi
exec timeout 900 python3 tests/live/run.py --errata "$errata" "${arguments[@]}"
