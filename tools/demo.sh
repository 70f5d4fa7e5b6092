#!/usr/bin/env bash
# The demo behind `make demo`: distils a real Sentence Transformer, weighs both models, embeds the
# passages in examples/ and answers three questions by meaning. What is up to date is not redone.
#
#   M2V  the m2v command to use (default: the release build)
set -euo pipefail
export LC_NUMERIC=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
m2v=${M2V:-$root/build/release/cli/m2v}
cd "$root"
teacher=.cache/teacher/all-MiniLM-L6-v2
passages=examples/passages.txt
model=out/minilm-256
report=out/minilm-256.report.json
speed=out/minilm-256.bench.json
vectors=out/passages.npy
stamp=out/demo.version
questions=("Which treats could make a puppy sick?"
  "Why is the sunset so colourful?"
  "Which musician lost his hearing?")

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' plain=$'\e[0m'
else
  bold='' dim='' green='' plain=''
fi

columns=100
if [ -t 1 ]; then
  width=$(tput cols 2>/dev/null || echo 80)
  [ "$width" -ge "$columns" ] || columns=$width
fi

step=0
heading() {
  step=$((step + 1))
  printf '\n%s%d. %s%s\n' "$bold$green" "$step" "$1" "$plain"
}
note() { printf '   %s\n' "$*"; }
command_line() { printf '   %s$ %s%s\n' "$dim" "$*" "$plain"; }

# What m2v search prints: the question and the best hit bold, every passage whole and wrapped.
wrapped() {
  awk -v columns="$columns" -v bold="$bold" -v plain="$plain" '
    /^ +[0-9]+ +-?[0-9.]+ +[0-9]+  / {
      match($0, /^ +[0-9]+ +-?[0-9.]+ +[0-9]+  +/)
      indent = RLENGTH
      line = substr($0, 1, indent - 1)
      if ($1 == 1) printf "%s", bold
      count = split(substr($0, indent + 1), words, " ")
      for (i = 1; i <= count; i++) {
        if (i > 1 && length(line) + 1 + length(words[i]) > columns) {
          print line
          line = sprintf("%*s", indent - 1, "")
        }
        line = line " " words[i]
      }
      print line ($1 == 1 ? plain : "")
      next
    }
    NF { print "   " (NR == 1 ? bold $0 plain : $0) }'
}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# number_in FILE NAME: a number out of flat JSON
number_in() { sed -nE "s/.*\"$2\"[[:space:]]*:[[:space:]]*([0-9.eE+-]+).*/\1/p" "$1" | head -n 1; }
bytes_of() { wc -c <"$1" | tr -d ' '; }
megabytes() { awk -v bytes="$1" 'BEGIN { printf "%.1f MB", bytes / 1e6 }'; }
# 1234567 -> 1,234,567, in three significant digits: more would not be repeatable
thousands() {
  awk -v n="$1" 'BEGIN {
    unit = 1
    while (n / unit >= 1000) unit *= 10
    s = sprintf("%.0f", int(n / unit + 0.5) * unit)
    while (match(s, /[0-9][0-9][0-9][0-9](,|$)/)) s = substr(s, 1, RSTART) "," substr(s, RSTART + 1)
    print s
  }'
}
times() { awk -v a="$1" -v b="$2" 'BEGIN { q = a / b; printf q < 10 ? "%.1f" : "%.0f", q }'; }

[ -x "$m2v" ] || fail "no m2v command at $m2v: build it with 'make build' or set M2V"
[ -f "$teacher/model.safetensors" ] || fail "no teacher in $teacher: run tools/fetch_teacher.sh"

mkdir -p out
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
version=$("$m2v" --version)

heading "Distil all-MiniLM-L6-v2 into a static model of 256 dimensions"
command_line "m2v distill $teacher -o $model --report $report"
# A model that another version made, or that no longer loads, is made anew.
if [ -s "$report" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$version" ] &&
  "$m2v" info "$model" >/dev/null 2>&1; then
  note "already there: $model, made in $(number_in "$report" total_seconds | awk '{ printf "%.1f", $1 }') s"
else
  rm -f "$stamp" "$speed" "$vectors"
  "$m2v" distill "$teacher" -o "$model" --report "$report"
  printf '%s\n' "$version" >"$stamp"
fi

heading "Before and after"
before=$(bytes_of "$teacher/model.safetensors")
after=$(bytes_of "$model/model.safetensors")
# Measured right after the distillation, whose own speed it is set beside, and kept.
if ! [ -s "$speed" ]; then
  # The collection over and over, so that a pass takes long enough to be timed.
  for _ in $(seq 100); do cat "$passages"; done >"$scratch/texts.txt"
  "$m2v" bench -m "$model" "$scratch/texts.txt" --json >"$scratch/bench.json"
  mv "$scratch/bench.json" "$speed"
fi
fast=$(number_in "$speed" texts_per_second)
# Every token of the vocabulary went through the teacher as [CLS] token [SEP].
slow=$(awk -v tokens="$(number_in "$report" tokens)" -v seconds="$(number_in "$report" forward_seconds)" \
  'BEGIN { print tokens / seconds }')
note "size   teacher $(megabytes "$before"), static $(megabytes "$after"): $(times "$before" "$after") times smaller"
note "speed  teacher $(thousands "$slow") texts per second (texts of 3 tokens, while it was distilled)"
note "       static  $(thousands "$fast") texts per second (these passages, about ten times as long): $(times "$fast" "$slow") times as many"

heading "Embed $(wc -l <"$passages" | tr -d ' ') passages"
command_line "m2v encode -m $model $passages -o $vectors"
if [ "$vectors" -nt "$passages" ] && [ "$vectors" -nt "$model/config.json" ]; then
  note "already there: $vectors"
else
  "$m2v" encode -m "$model" "$passages" -o "$vectors"
  note "done: $vectors ($(megabytes "$(bytes_of "$vectors")"))"
fi

heading "Ask by meaning"
command_line "m2v search -m $model --documents $passages -k 3 QUESTION"
for question in "${questions[@]}"; do
  printf '\n'
  "$m2v" search -m "$model" --documents "$passages" -k 3 "$question" | wrapped
done

printf '\nYour own question:  %s search -m %s --documents %s "..."\n' \
  "${m2v#"$root/"}" "$model" "$passages"
