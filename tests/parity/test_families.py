"""The tokenizers of well-known families, made small: the same stages with the same settings, over a
vocabulary trained here. `m2v tokenize` takes the fast path, `--offsets` the plain one."""

import base64
from pathlib import Path

import pytest
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

import charsmap
import nasty
import tokenizer_training
from compare import assert_same_ids, assert_same_offsets
from conftest import EXHAUSTIVE

NASTY_COUNT = 100_000 if EXHAUSTIVE else 6_000
PASSAGES = (Path(__file__).parents[2] / "examples" / "passages.txt").read_text("utf-8").split("\n")
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace("{1,3}", "")
CLIP = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
METASPACE = pre_tokenizers.Metaspace


# A character map like those of SentencePiece's models.
NMT_NFKC = normalizers.Precompiled(base64.b64decode(charsmap.of(charsmap.compatibility())))


def split(pattern, behavior="isolated", invert=False):
    return pre_tokenizers.Split(Regex(pattern), behavior, invert)


def bytes_of(add_prefix_space=False, use_regex=False):
    return pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space, use_regex=use_regex)


def byte_level(*steps, normalizer=None, **model):
    return models.BPE(**model), normalizer, pre_tokenizers.Sequence(list(steps))


def unigram(pre_tokenizer, *steps):
    return models.Unigram(), normalizers.Sequence(list(steps)), pre_tokenizer


def sentencepiece_bpe(pre_tokenizer=None, *steps):
    model = models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>")
    return model, normalizers.Sequence(list(steps)), pre_tokenizer


def replace(pattern, content):
    return normalizers.Replace(pattern, content)


EDGES = [
    "",
    " ",
    "  two  spaces  ",
    "▁a▁▁b ▁",
    "\r\n\r\n x\r",
    "\x03x",
    "<s> a<|endoftext|> b",
    "'S 'll don't'",
    "e\u0301 \u0301e",
    "a\0b",
    "x" * 300_000,
    " " * 100_000,
    "\u0301" * 50_000,
    "ab" * 150_000,
]

# Model, normalizer and pre-tokenizer.
FAMILIES = {
    "GPT-2": byte_level(bytes_of(use_regex=True)),
    "RoBERTa": byte_level(bytes_of(add_prefix_space=True, use_regex=True)),
    "ModernBERT": byte_level(bytes_of(use_regex=True), normalizer=normalizers.NFC()),
    "Llama 3": byte_level(split(LLAMA3), bytes_of(), ignore_merges=True),
    "Llama 3, distilled": byte_level(split(LLAMA3), bytes_of(add_prefix_space=True)),
    "Qwen 2": byte_level(split(QWEN2), bytes_of(), normalizer=normalizers.NFC()),
    "cl100k": byte_level(split(LLAMA3, "removed", invert=True), bytes_of()),
    "CLIP": byte_level(
        split(CLIP, "removed", invert=True),
        bytes_of(),
        normalizer=normalizers.Sequence(
            [normalizers.NFC(), replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
        ),
        end_of_word_suffix="</w>",
    ),
    "XLM-R": unigram(
        pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), METASPACE()]), NMT_NFKC
    ),
    "bge-m3": unigram(METASPACE(), NMT_NFKC, replace(Regex(" {2,}"), " ")),
    "T5": unigram(
        METASPACE(), NMT_NFKC, normalizers.Strip(left=False), replace(Regex(" {2,}"), "▁")
    ),
    "ALBERT": unigram(
        METASPACE(),
        replace("``", '"'),
        replace("''", '"'),
        normalizers.NFKD(),
        normalizers.StripAccents(),
        normalizers.Lowercase(),
        NMT_NFKC,
    ),
    "DeBERTa-v3": unigram(
        METASPACE(),
        normalizers.Strip(),
        NMT_NFKC,
        replace(Regex(" {2,}"), " "),
    ),
    "first word only": unigram(METASPACE(prepend_scheme="first"), NMT_NFKC, normalizers.Strip()),
    "no first mark": unigram(METASPACE(prepend_scheme="never"), normalizers.Nmt()),
    "Llama 2": sentencepiece_bpe(None, normalizers.Prepend("▁"), replace(" ", "▁")),
    "Gemma": sentencepiece_bpe(
        pre_tokenizers.Split(" ", "merged_with_previous"), replace(" ", "▁")
    ),
    "Mistral": sentencepiece_bpe(METASPACE(prepend_scheme="first", split=False)),
    "MPNet": (
        models.WordPiece(unk_token="[UNK]"),
        normalizers.BertNormalizer(),
        pre_tokenizers.BertPreTokenizer(),
    ),
    "Japanese BERT": (
        models.WordPiece(unk_token="[UNK]"),
        normalizers.Sequence([normalizers.NFKC(), normalizers.BertNormalizer(lowercase=False)]),
        pre_tokenizers.Sequence([pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Digits(True)]),
    ),
}


def learn(tokenizer, texts):
    special = ["<unk>", "[UNK]", "<s>", "<|endoftext|>"]
    options = {}
    if isinstance(tokenizer.model, models.Unigram):
        options["unk_id"] = special.index("<unk>")
    elif isinstance(tokenizer.model, models.BPE) and not tokenizer.model.byte_fallback:
        options["alphabet"] = pre_tokenizers.ByteLevel.alphabet()
    tokenizer_training.learn(tokenizer, texts, 3_000, special_tokens=special, **options)


@pytest.fixture(scope="module", params=FAMILIES)
def family(request, tmp_path_factory):
    """A folder with the tokenizer.json of a family."""
    model, normalizer, pre_tokenizer = FAMILIES[request.param]
    tokenizer = Tokenizer(model)
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    texts = PASSAGES + nasty.strings(2_000, seed=1)
    learn(tokenizer, texts)
    folder = tmp_path_factory.mktemp("family")
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module")
def texts():
    monsters = [text for text in nasty.monsters() if len(text) < 20_000]
    return PASSAGES + nasty.strings(NASTY_COUNT, seed=2) + monsters + EDGES


def test_ids(m2v, family, texts):
    assert_same_ids(m2v, family, texts)


def test_offsets(m2v, family, texts):
    assert_same_offsets(m2v, family, texts[:: len(texts) // 1_500])


def test_every_character(m2v, family):
    points = nasty.code_points() if EXHAUSTIVE else nasty.rich_code_points()
    for form in ["{c}", "a{c}b", " {c}", "{c}{c}"]:
        words = [form.format(c=chr(point)) for point in points]
        assert_same_ids(m2v, family, [" of ".join(words[i : i + 16]) for i in range(0, len(words), 16)])
