#!/usr/bin/env bash
# Puts the source package of model2vec, with its tests, into .cache/model2vec-VERSION. Does nothing
# when it is there already.
#
#   PYTHON   the Python whose pip fetches it
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=0.10.0
sha256=47119ef1f917b4da7a0010bf10c587c923639a6af4ea51cb2d424fc329d09d2f
target=$root/.cache/model2vec-$version
python=${PYTHON:-$root/.venv/bin/python}

[[ ! -d $target ]] || exit 0
printf 'Getting the tests of model2vec %s\n' "$version" >&2
mkdir -p "$root/.cache"
work=$(mktemp -d "$root/.cache/.fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
printf 'model2vec==%s --hash=sha256:%s\n' "$version" "$sha256" >"$work/requirements.txt"
"$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary model2vec \
  --require-hashes --dest "$work" --requirement "$work/requirements.txt"
tar -xzf "$work/model2vec-$version.tar.gz" -C "$work"
mv -T "$work/model2vec-$version" "$target"
