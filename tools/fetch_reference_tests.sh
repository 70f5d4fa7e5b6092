#!/usr/bin/env bash
# Puts the source packages of model2vec and of vicinity, with their tests, into .cache/NAME-VERSION.
# Does nothing for those that are there already.
#
#   PYTHON   the Python whose pip fetches them
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}

# fetch NAME VERSION SHA256
fetch() {
  local name=$1 version=$2 sha256=$3
  local target=$root/.cache/$name-$version work
  [[ ! -d $target ]] || return 0
  printf 'Getting the tests of %s %s\n' "$name" "$version" >&2
  mkdir -p "$root/.cache"
  work=$(mktemp -d "$root/.cache/.fetch.XXXXXX")
  trap 'rm -rf "$work"' RETURN
  printf '%s==%s --hash=sha256:%s\n' "$name" "$version" "$sha256" >"$work/requirements.txt"
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary "$name" \
    --require-hashes --dest "$work" --requirement "$work/requirements.txt"
  tar -xzf "$work/$name-$version.tar.gz" -C "$work"
  mv -T "$work/$name-$version" "$target"
}

fetch model2vec 0.10.0 47119ef1f917b4da7a0010bf10c587c923639a6af4ea51cb2d424fc329d09d2f
fetch vicinity 0.4.6 ce3e33dab3e6f3f028dcfb8414836d19f600f570d5c0cce720ead088a0343cad
