#!/bin/sh
# run.sh M2V FOLDER: the command as scripts use it, on a model of four tokens made here.
m2v=$1
work=$2
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# expect CODE COMMAND...: runs it, keeps its output in ./out and ./err, checks the exit code.
expect() {
  code=$1
  shift
  "$@" >out 2>err </dev/null
  got=$?
  [ "$got" -eq "$code" ] || fail "exit code $got, not $code: $* ($(cat err))"
}
out_is() { [ "$(cat out)" = "$1" ] || fail "printed '$(cat out)', not '$1'"; }
out_has() { grep -qF -- "$1" out || fail "no '$1' in '$(cat out)'"; }
err_has() { grep -qF -- "$1" err || fail "no '$1' in '$(cat err)'"; }
err_is_empty() { [ ! -s err ] || fail "unexpected on standard error: $(cat err)"; }
absent() { [ ! -e "$1" ] || fail "$1 is there"; }

rm -rf "$work"
mkdir -p "$work/model" && cd "$work" || exit 1
unset M2V_SIMD

# [UNK] (0, 0)   cat (1, 0)   dog (0.5, 0.5)   moon (0, 1)
one='\000\000\200\077'
half='\000\000\000\077'
zero='\000\000\000\000'
header='{"embeddings":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]}}      '
printf "\\$(printf '%03o' ${#header})\\0\\0\\0\\0\\0\\0\\0" >model/model.safetensors
printf '%s' "$header" >>model/model.safetensors
printf "$zero$zero$one$zero$half$half$zero$one" >>model/model.safetensors
echo '{"normalize": true, "max_length": 512}' >model/config.json
cat >model/tokenizer.json <<'END'
{"normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                "strip_accents": null, "lowercase": true},
 "pre_tokenizer": {"type": "BertPreTokenizer"},
 "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
           "max_input_chars_per_word": 100,
           "vocab": {"[UNK]": 0, "cat": 1, "dog": 2, "moon": 3}}}
END
printf 'Cat moon\n\nzebra DOG\n' >texts.txt
printf '{"text": "cat"}\n{"text": "moon"}\n' >texts.jsonl

# Help and version.
expect 0 "$m2v" --version
out_has "m2v "
expect 0 "$m2v" --help
for command in distill encode tokenize search info bench pull push; do
  out_has "$command"
  "$m2v" $command --help >help 2>err || fail "$command --help"
  grep -q "Examples\{0,1\}:" help || fail "$command --help has no example"
done

# Wrong usage is 2.
expect 2 "$m2v"
expect 2 "$m2v" no-such-command
expect 2 "$m2v" encode
err_has "m2v: "
expect 2 "$m2v" encode -m model --no-such-option
expect 2 "$m2v" encode -m model texts.txt --max-length many
expect 2 "$m2v" encode -m model texts.txt -o vectors.doc
expect 2 "$m2v" search -m model --documents texts.txt
expect 2 "$m2v" search -m model --documents texts.txt ""
expect 2 "$m2v" distill model -o new --quantize-to int4
expect 2 "$m2v" distill model -o new --pca-dims 1.5
expect 2 "$m2v" distill model -o new --sif-coefficient 2

M2V_SIMD=no-such-target expect 2 "$m2v" info model
err_has "M2V_SIMD"
expect 2 "$m2v" encode -m model texts.txt --normalize --no-normalize

# What is not there is 1, and named.
expect 1 "$m2v" info ./no-such-folder
err_has "m2v: ./no-such-folder"
HF_HUB_OFFLINE=1 HF_HOME=no-cache expect 1 "$m2v" encode -m sentence-transformers/all-MiniLM-L6-v2 texts.txt
err_has "hub"
expect 1 "$m2v" encode -m model no-such-file.txt
err_has "no-such-file.txt"
expect 1 "$m2v" encode -m model texts.txt -o no-such-folder/vectors.npy

# tokenize
expect 0 "$m2v" tokenize -m model texts.txt
out_is "1 3

0 2"
expect 0 "$m2v" tokenize -m model/tokenizer.json texts.txt --tokens
out_is '["cat", "moon"]
[]
["[UNK]", "dog"]'
printf 'moon cat\n' | "$m2v" tokenize -m model >out
out_is "3 1"

# encode
expect 0 "$m2v" encode -m model texts.jsonl -o -
[ "$(od -An -tx1 out | tr -d ' \n')" = 0000803f00000000000000000000803f ] || fail "raw vectors"
expect 0 "$m2v" encode -m model texts.txt
err_is_empty
[ "$(wc -l <out)" -eq 3 ] || fail "JSONL: one line per text"
out_has '{"vector": ['
expect 0 "$m2v" encode -m model texts.txt -o vectors.npy
[ "$(tail -c 24 vectors.npy | od -An -tx1 -j8 -N8 | tr -d ' \n')" = 0000000000000000 ] ||
  fail "the empty text has the zero vector"
expect 0 "$m2v" encode -m model texts.txt -o vectors.f32 --no-normalize
[ "$(od -An -tx1 -N8 vectors.f32 | tr -d ' \n')" = 0000003f0000003f ] || fail "--no-normalize"
expect 0 "$m2v" encode -m model texts.txt --sequence
[ "$(wc -l <out)" -eq 3 ] || fail "sequences: one line per text"
expect 0 "$m2v" encode -m model texts.txt -o tokens.safetensors --sequence --max-length 1
[ -s tokens.safetensors ] || fail "no tokens.safetensors"
ls | grep -q tmp && fail "a temporary file is left: $(ls)"

# search
expect 0 "$m2v" search -m model --documents texts.txt -k 2 "the moon" "dog"
out_has "Cat moon"
out_has "zebra DOG"
out_has "3 documents embedded in "
expect 0 "$m2v" search -m model --documents texts.txt --json -k 5 "dog"
out_has '"line": 3, "text": "zebra DOG"'
out_has '"rank": 2'
grep -qF '"rank": 3' out && fail "a text without known words is a hit"
expect 1 "$m2v" search -m model --documents texts.txt "zebra"
err_has "no query contains a known word"
expect 1 "$m2v" search -m model --documents /dev/null "dog"
err_has "no texts"

# info, bench
expect 0 "$m2v" info model
out_has "WordPiece"
expect 0 "$m2v" info model --json
out_has '"tokens": 4, "rows": 4, "dimensions": 2, "dtype": "float32"'
expect 0 "$m2v" bench -m model texts.txt --threads 1 --json
out_has '"texts_per_second": '
out_has '"threads": 1, "simd": "'

# Nobody reads, or the disk is full: an error, quiet when the reader has gone.
"$m2v" tokenize -m model texts.txt >&- 2>err && fail "a closed standard output is no error"
err_has "standard output"
"$m2v" --help >&- 2>err && fail "--help to a closed standard output is no error"
if [ -e /dev/full ]; then
  "$m2v" tokenize -m model texts.txt >/dev/full 2>err
  [ $? -eq 1 ] || fail "a full disk is 1"
  "$m2v" encode -m model texts.txt >/dev/full 2>err
  [ $? -eq 1 ] || fail "a full disk is 1 (encode)"
fi
yes "cat dog moon" | head -n 100000 >many.txt
"$m2v" tokenize -m model many.txt 2>err | head -n 1 >out
err_is_empty
out_is "1 2 3"

# A damaged model.
mkdir damaged && cp model/* damaged && printf 'x' >damaged/config.json
expect 1 "$m2v" info damaged
err_has "config.json"

[ "$failures" -eq 0 ] && echo "all well"
exit "$failures"
