#!/usr/bin/env bash
# Installs what the load harness needs and builds the release that it measures.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/install_packages.sh load
log=build/logs/load-build.log
mkdir -p build/logs
echo "build (release)"
if ! { cmake --preset release && cmake --build --preset release \
  --target errata load_origin load_client; } > "$log" 2>&1 < /dev/null; then
  tail -n 40 "$log" >&2
  exit 1
fi
