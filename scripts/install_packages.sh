#!/usr/bin/env bash
# Installs the Debian packages that are missing, and says nothing when none is.
#   scripts/install_packages.sh [build|test|bench|count|load]...     (default: build)
# build: what compiles errata; test: build, and what its tests need; bench: build, and what
# scripts/bench.sh needs; count: build, and what scripts/load/count.sh counts with; load: count, and
# the peers and generators of scripts/load.
set -euo pipefail

build=(clang-19 lld-19 llvm-19 libclang-rt-19-dev cmake ninja-build ccache pkg-config
       libboost1.81-dev libboost-json1.81-dev libboost-test1.81-dev libboost-url1.81-dev
       libre2-dev libpugixml-dev libgumbo-dev zlib1g-dev libbrotli-dev libzstd-dev
       libcli11-dev libspdlog-dev curl)
test=(python3 clang-format-19 clang-tidy-19)
bench=(libbenchmark-dev)
count=(python3 strace valgrind)
load=(nginx-light libnginx-mod-http-lua lua-cjson haproxy wrk nghttp2-client)
services=(nginx haproxy)  # what those of `load` start by themselves

fail() {
  echo "install_packages.sh: $*" >&2
  exit 3
}

wanted=()
for set in "${@:-build}"; do
  case $set in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${build[@]}" "${test[@]}") ;;
    bench) wanted+=("${build[@]}" "${bench[@]}") ;;
    count) wanted+=("${build[@]}" "${count[@]}") ;;
    load) wanted+=("${build[@]}" "${count[@]}" "${load[@]}") ;;
    *)
      echo "usage: $0 [build|test|bench|count|load]..." >&2
      exit 2
      ;;
  esac
done

command -v dpkg-query > /dev/null ||
  fail "this is not a Debian system; install what is like: ${wanted[*]}"

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null || true)
  [[ $status == installed || " ${missing[*]} " == *" $package "* ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

as_root=()
if ((EUID != 0)); then
  command -v sudo > /dev/null || fail "not root and no sudo; as root run:
  apt-get install --no-install-recommends ${missing[*]}"
  as_root=(sudo)
fi

# Only a service that was not there before is stopped afterwards: an operator's own stays up.
new_services=()
for service in "${services[@]}"; do
  command -v "$service" > /dev/null || [[ -x /usr/sbin/$service ]] || new_services+=("$service")
done

echo "installing ${#missing[@]} packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# RUNLEVEL=1 keeps invoke-rc.d from starting services where sysvinit's rules hold.
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
     apt-get -q -o Dpkg::Use-Pty=0 -o Acquire::Retries=3)
apt_step() {
  local pid said=$SECONDS
  "${apt[@]}" "$@" < /dev/null > "$log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2> /dev/null; do
    sleep 0.2
    ((SECONDS - said < 20)) || { said=$SECONDS; echo "  $(tail -n 1 "$log" | cut -c 1-90)"; }
  done
  wait "$pid" || {
    tail -n 30 "$log" >&2
    fail "apt-get $1 failed (its last lines are above)"
  }
}
apt_step update
apt_step install --no-install-recommends --yes "${missing[@]}"

for service in "${new_services[@]}"; do
  [[ -x /usr/sbin/$service ]] || continue
  if [[ -d /run/systemd/system ]]; then
    "${as_root[@]}" systemctl --quiet disable --now "$service" || true
  elif [[ -x /etc/init.d/$service ]]; then
    "${as_root[@]}" "/etc/init.d/$service" stop < /dev/null > "$log" 2>&1 || true
  fi
done
