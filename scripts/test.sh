#!/usr/bin/env bash
# Builds errata and runs its tests, from a fresh clone with no other step.
#   scripts/test.sh               dev, then the same tests under AddressSanitizer
#   scripts/test.sh --fast        dev only
#   scripts/test.sh --full        dev, asan, tsan, release, plain, then each fuzzer for a minute
#   scripts/test.sh --policies    only the tests of policies/ and the golden cases, in dev
# The last line is "N passed, M failed", with ", K skipped" when some were. A Boost.Test case counts
# as one, and so does each other CTest test. The exit code is 0 only if tests ran and none failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 3

presets=(dev asan)
targets=()  # none: everything
only=()
packages=(test)
case ${1-} in
  '') ;;
  --fast) presets=(dev) ;;
  --full)
    presets=(dev asan tsan release plain fuzz)
    packages=(test count)
    ;;
  --policies)
    presets=(dev)
    targets=(--target policies_test golden_test)
    only=(--tests-regex '^(policies|golden)$')
    ;;
  *)
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

exec < /dev/null
passed=0 failed=0 skipped=0
finish() {
  local tail=''
  ((skipped > 0)) && tail=", $skipped skipped"
  echo "$passed passed, $failed failed$tail"
  ((failed == 0 && passed > 0))
  exit
}

step() { printf '[%3d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }

# Runs "$@" with its output in the file $log, saying every 20 s how far it is.
follow() {
  local what=$1 log=$2 pid said=$SECONDS
  shift 2
  "$@" > "$log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2> /dev/null; do
    sleep 0.5
    if ((SECONDS - said >= 20)); then
      said=$SECONDS
      step "$what: $(tail -c 400 "$log" | tr '\r' '\n' | grep -v '^$' | tail -n 1 | cut -c 1-90)"
    fi
  done
  wait "$pid"
}

# The part of a log that says what went wrong: from its first error on, or else its end.
show_failure() {
  echo "--- from $1"
  local mark='(error|FAILED|\*\*\*Failed|property broken|Test unit written)'
  if grep -qE "$mark" "$1"; then
    grep -nE -A 12 "$mark" "$1" | head -n 120
  else
    tail -n 60 "$1"
  fi
  echo "---"
}

step "packages"
if ! scripts/install_packages.sh "${packages[@]}"; then
  failed=1
  finish
fi

run_preset() {
  local preset=$1 folder=build/$1 logs=build/logs result
  local targets=("${targets[@]}") only=("${only[@]}")
  if [[ $preset == fuzz ]]; then
    targets=(--target fuzzers)
    only=(--label-regex '^fuzz$' --parallel 2)
  fi
  mkdir -p "$logs"
  step "$preset: configure"
  if ! follow "$preset: configure" "$logs/$preset-configure.log" cmake --preset "$preset"; then
    show_failure "$logs/$preset-configure.log"
    return 1
  fi
  step "$preset: build"
  if ! follow "$preset: build" "$logs/$preset-build.log" \
    cmake --build --preset "$preset" "${targets[@]}"; then
    show_failure "$logs/$preset-build.log"
    return 1
  fi
  step "$preset: test"
  rm -rf "$folder/reports" "$folder/junit.xml"
  mkdir -p "$folder/reports"
  follow "$preset: test" "$logs/$preset-test.log" \
    ctest --preset "$preset" --no-tests=error --timeout 600 "${only[@]}" \
    --test-output-size-passed 300000 --output-junit "$PWD/$folder/junit.xml"
  result=$?
  grep -E '^ *[0-9]+/[0-9]+ Test +#' "$logs/$preset-test.log"
  ((result == 0)) || show_failure "$logs/$preset-test.log"
  local counted p f s
  counted=$(python3 scripts/count_tests.py "$folder/junit.xml" "$folder/reports") || return 1
  read -r p f s <<< "$counted"
  tail -n +2 <<< "$counted" | sed 's/^/         /'
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  step "$preset: $p passed, $f failed, $s skipped"
  # CTest may see a failure that no report tells of.
  ((result == 0 || f > 0))
}

for preset in "${presets[@]}"; do
  run_preset "$preset" || failed=$((failed + 1))
done
finish
