#!/usr/bin/env bash
# Installs what groups of make targets need: Debian packages, and Python environments inside the
# repository. Where everything is there it prints nothing and needs no network.
#
#   tools/setup.sh build          compilers and libraries
#   tools/setup.sh demo           what fetching the demo's model takes
#   tools/setup.sh test           .venv with the reference implementation, and the checking tools
#   tools/setup.sh integrations   .venv-integrations with torch and Sentence Transformers
#   tools/setup.sh wheel          .venv-wheel with what builds and checks wheels
#   tools/setup.sh fuzz           clang with libFuzzer
#   tools/setup.sh docs           .venv-docs with what builds the documentation site
#
#   PYTHON   the Python (3.11 or later) that makes the environments
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages=(ca-certificates g++ cmake ninja-build pkg-config ccache python3 libsimdjson-dev
  libhwy-dev libxxhash-dev zlib1g-dev libzstd-dev libmd4c-dev libeigen3-dev libonig-dev libcli11-dev libcurl4-openssl-dev libssl-dev
  doctest-dev)
python_packages=(ca-certificates python3 python3-venv python3-pip)
demo_packages=("${python_packages[@]}" curl)
test_packages=("${python_packages[@]}" python3-dev clang-format-19 clang-tidy-19 zstd zsh fish groff-base)
command -v go >/dev/null || test_packages+=(golang-go) # 1.17 or later will do
integrations_packages=("${python_packages[@]}")
wheel_packages=("${python_packages[@]}" python3-dev)
fuzz_packages=(clang-19 libclang-rt-19-dev)
docs_packages=("${python_packages[@]}" doxygen)

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "error: $*"
  exit 1
}

installed() {
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet -o DPkg::Lock::Timeout=600 \
    -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 "$@" </dev/null
}

install_packages() {
  local package missing=() as_root=() log
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "This is no Debian or Ubuntu: please see to it that these are installed: $*"
    return
  fi
  for package in "$@"; do
    installed "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null ||
      fail "not root, and there is no sudo; as root run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  log=$(mktemp)
  if ! { apt update && apt install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "apt-get could not install them (see above)"
  fi
  rm -f "$log"
}

# The first Python that is recent enough and can make environments.
find_python() {
  local python
  for python in "${PYTHON:-}" python3 /usr/bin/python3; do
    if [[ -n $python ]] && "$python" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s\n' "$python"
      return
    fi
  done
  fail "no Python 3.11 or later with the venv module; set PYTHON to one"
}

# environment FOLDER REQUIREMENTS: a virtual environment with exactly these packages. The stamp in
# it is the hash of the list, so that it is made again when the list changes or it was cut short.
environment() {
  local folder=$root/$1 requirements=$root/tools/requirements/$2 hash stamp python
  hash=$(sha256sum <"$requirements" | cut -d ' ' -f 1)
  stamp=$folder/requirements.sha256
  if [[ -f $stamp && $(<"$stamp") == "$hash" ]] && "$folder/bin/python" -c '' 2>/dev/null; then
    return
  fi
  say "Making $1 from tools/requirements/$2"
  python=$(find_python)
  rm -rf "$folder"
  "$python" -m venv "$folder"
  printf '*\n' >"$folder/.gitignore"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-deps \
    --only-binary :all: --requirement "$requirements"
  "$folder/bin/python" -m pip check --disable-pip-version-check >/dev/null ||
    fail "tools/requirements/$2 is not complete: run $1/bin/python -m pip check"
  printf '%s\n' "$hash" >"$stamp"
}

(($#)) || fail "say what for: build, demo, test, integrations, wheel, fuzz or docs"
packages=()
for group in "$@"; do
  case $group in
    build) packages+=("${build_packages[@]}") ;;
    demo) packages+=("${demo_packages[@]}") ;;
    test) packages+=("${test_packages[@]}") ;;
    integrations) packages+=("${integrations_packages[@]}") ;;
    wheel) packages+=("${wheel_packages[@]}") ;;
    fuzz) packages+=("${fuzz_packages[@]}") ;;
    docs) packages+=("${docs_packages[@]}") ;;
    *) fail "no such group: $group" ;;
  esac
done
mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
install_packages "${packages[@]}"
for group in "$@"; do
  case $group in
    test) environment .venv test.txt ;;
    integrations) environment .venv-integrations integrations.txt ;;
    wheel) environment .venv-wheel wheel.txt ;;
    docs) environment .venv-docs docs.txt ;;
  esac
done
