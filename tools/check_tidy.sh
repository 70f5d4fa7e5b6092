#!/usr/bin/env bash
# Runs clang-tidy by .clang-tidy over the library, the front ends and the examples, all cores at
# once, and exits 1 if it objects to anything. A file that passed is not looked at again until it,
# a header or the list of checks changes.
#
#   tools/check_tidy.sh [--changed]
#
#   --changed   only sources that differ from the main branch (there: from the commit before);
#               all of them take half an hour of processor time
#
#   CLANG_TIDY  the command (default: clang-tidy-19; other versions know other checks)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=build/tidy # configured only, for the commands that compile each file by itself
tidy=${CLANG_TIDY:-clang-tidy-19}
command -v "$tidy" >/dev/null || {
  echo "error: no $tidy; tools/setup.sh test installs it" >&2
  exit 1
}
mkdir -p build
cmake --preset tidy >build/tidy.configure.log 2>&1 || {
  cat build/tidy.configure.log >&2
  exit 1
}
passed=$build/tidy
mkdir -p "$passed"
folders=()
for folder in include src cli capi examples; do
  if [[ -d $folder ]]; then folders+=("$folder"); fi
done
newest=$(find "${folders[@]}" .clang-tidy tools/check_tidy.sh -type f \( -name '*.h' -o -name '.clang-tidy' -o -name '*.sh' \) \
  -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-)

# Everything counts as changed where there is no history to ask.
changed=all
if [[ ${1:-} == --changed ]]; then
  base=$(git merge-base HEAD origin/main 2>/dev/null || true)
  if [[ -z $base || $base == "$(git rev-parse HEAD 2>/dev/null)" ]]; then
    base=$(git rev-parse --verify --quiet HEAD~1 || true)
  fi
  if [[ -n $base ]]; then
    changed=$(git diff --name-only "$base" -- && git ls-files --others --exclude-standard)
  fi
fi

files=()
count=0
while IFS= read -r file; do
  grep -q -F "/$file\"" "$build/compile_commands.json" || continue # not part of this build
  count=$((count + 1))
  [[ $changed == all ]] || grep -q -x -F "$file" <<<"$changed" || continue
  stamp=$passed/${file//\//.}
  [[ $stamp -nt $file && $stamp -nt $newest ]] || files+=("$file")
done < <(find "${folders[@]}" -type f -name '*.cpp' | sort)
((count)) || {
  echo "error: $build compiles none of our files" >&2
  exit 1
}

check_one() {
  local stamp=$2/${3//\//.}
  rm -f "$stamp"
  # The compiler's own warnings are the build's business; -w also passes over options of other compilers.
  "$tidy" -p "$1" --quiet --extra-arg=-w "$3" 2> >(grep -v -E '^[0-9]+ warnings? (generated|treated)|^Suppressed' >&2) && touch "$stamp"
}
export -f check_one
export tidy
if ((${#files[@]})); then
  printf '%s\0' "${files[@]}" |
    xargs -0 -n 1 -P "$(nproc)" bash -c 'check_one "$@"' check_one "$build" "$passed"
fi
echo "tidy: nothing found (looked at ${#files[@]} of $count files)"
