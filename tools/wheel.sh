#!/usr/bin/env bash
# Builds the source distribution, and from it the wheels, into build/wheel/dist: one for each Python before 3.12
# that is here, and one for all later ones (the stable ABI). auditwheel puts the libraries that they need into
# them. Prints names and sizes.
#
#   PYTHONS   the Pythons to build for, with colons between (default: those that tools/find_pythons.py finds)
#   JOBS      how many files to compile at once (default: one a processor)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$root/build/wheel
tools=$root/.venv-wheel/bin
export CMAKE_BUILD_PARALLEL_LEVEL=${JOBS:-$(nproc)}
if command -v ccache >/dev/null; then
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi

say() { printf '%s\n' "$*" >&2; }

# quietly COMMAND...: prints what it printed if it fails.
quietly() {
  "$@" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
  }
}

rm -rf "$work/dist" "$work/source" "$work/raw"
mkdir -p "$work/dist" "$work/source"
quietly "$tools/python" -m build --sdist --outdir "$work/dist" "$root"
# What was unpacked is new, whatever the archive says: make must not take it for old.
tar -xzf "$work"/dist/m2v-*.tar.gz -C "$work/source" --strip-components 1 --touch

mapfile -t pythons < <("$root/tools/find_pythons.py")
((${#pythons[@]})) || {
  say "error: no Python from 3.10 on with venv and headers (on Debian: python3-venv and python3-dev)"
  exit 1
}
for line in "${pythons[@]}"; do
  read -r version python <<<"$line"
  # The wheel for 3.12 serves the later ones too.
  if ((${version#*.} > 12)) && compgen -G "$work/raw/*-abi3-*.whl" >/dev/null; then continue; fi
  say "Building the wheel for Python $version"
  quietly "$tools/python" -m pip --python "$python" wheel --no-deps --no-cache-dir --wheel-dir "$work/raw" \
    -C build-dir="$work/cmake" "$work/source"
done
for wheel in "$work"/raw/*.whl; do
  PATH=$tools:$PATH quietly "$tools/auditwheel" repair --strip --wheel-dir "$work/dist" "$wheel"
done
(cd "$work/dist" && stat --printf '%s %n\n' -- * | numfmt --to=si --suffix=B)
