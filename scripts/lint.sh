#!/usr/bin/env bash
# Format of every source, the layers, and clang-tidy on what changed.
#   scripts/lint.sh [BASE]     tidies the sources that differ from the commit BASE (default: HEAD~1)
#   scripts/lint.sh --all      tidies every source
# Exit code 1 if anything is wrong. `clang-format-19 -i` puts the format right.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 3
case ${1-} in
  '' | --all | [!-]*) ;;
  *)
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
scripts/install_packages.sh test || exit 3

base=${1-HEAD~1}
wrong=0
mapfile -t sources < <(git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp' |
  while read -r file; do [[ -f $file ]] && echo "$file"; done)

echo "format: ${#sources[@]} files"
clang-format-19 --dry-run -Werror "${sources[@]}" || wrong=1

echo "layers"
python3 tests/layers_test.py . || wrong=1

if [[ $base == --all ]] || ! git rev-parse --quiet --verify "$base^{commit}" > /dev/null; then
  changed=("${sources[@]}")
else
  mapfile -t changed < <({
    git diff --name-only --diff-filter=d "$base" -- '*.cpp' '*.hpp'
    git ls-files --others --exclude-standard -- '*.cpp' '*.hpp'
  } | sort -u)
fi

# clang-tidy wants the commands of a build.
if ! cmake --preset dev > /dev/null; then
  echo "lint.sh: cannot configure the dev preset" >&2
  exit 3
fi

# A header is tidied through its own source, where there is one.
declare -A units=()
for file in "${changed[@]}"; do
  unit=${file%.hpp}
  [[ $unit == "$file" ]] || unit+=.cpp
  if grep -qF "\"$PWD/$unit\"" build/dev/compile_commands.json; then units[$unit]=1; fi
done
echo "tidy: ${#units[@]} files"
if ((${#units[@]})); then
  printf '%s\0' "${!units[@]}" | sort -z |
    xargs -0 -n 1 -P "$(nproc)" clang-tidy-19 -p build/dev --quiet --warnings-as-errors='*' \
      2> >(grep -vE '^[0-9]+ warnings? (generated|treated)|^Suppressed|^Use -header-filter' >&2) ||
    wrong=1
fi
((wrong == 0)) && echo "lint: nothing wrong"
exit $wrong
