"""The ids of `m2v tokenize` are those of `tokenizers`, text by text."""

import itertools
import json
import random
from pathlib import Path

import pytest

import nasty
import tokenizer_files
from compare import assert_same_ids, assert_same_ids_of_bytes, assert_same_offsets
from conftest import EXHAUSTIVE

NASTY_COUNT = 1_000_000 if EXHAUSTIVE else 200_000
VARIANT_COUNT = 200_000 if EXHAUSTIVE else 4_000
PASSAGES = Path(__file__).parents[2] / "examples" / "passages.txt"
BERT = {
    "type": "BertNormalizer",
    "clean_text": True,
    "handle_chinese_chars": True,
    "strip_accents": None,
    "lowercase": True,
}
THROUGHPUT = ["short.txt", "multilingual.txt", "long.txt"]
EVERYWHERE = "a{c}b {c} {c}{c}"
FORMS = [
    "{c}",
    "a{c}b",
    "{c} ",
    " {c}",
    "{c}{c}",
    "A{c}{c}1",
    "{c}\u0301",
    "e{c}\u0323",
    "\u4e00{c}.",
    "x {c}y z",
]


@pytest.fixture(scope="module")
def nasty_strings():
    return nasty.strings(NASTY_COUNT, seed=20_260) + nasty.monsters()


@pytest.fixture(scope="module")
def few_nasty_strings():
    return nasty.strings(VARIANT_COUNT, seed=7) + [
        text for text in nasty.monsters() if len(text) < 1_000
    ]


@pytest.fixture(scope="module")
def every_character():
    """Settings of a tokenizer whose ids name the characters, each of them."""
    return tokenizer_files.of_characters(nasty.code_points())


@pytest.fixture(scope="module")
def rich_characters():
    """The same for the characters to which something can happen."""
    return tokenizer_files.of_characters(nasty.rich_code_points())


def packed(form, points, each=16):
    """Texts of several code points, each in its form, with words between: fewer, longer texts."""
    parts = (form.format(c=chr(point)) for point in points)
    while pack := list(itertools.islice(parts, each)):
        yield " of ".join(pack)


# --- the real tokenizer, and the one that distillation makes of it ---


@pytest.fixture(scope="module", params=["teacher", "distilled"])
def real(request):
    return request.getfixturevalue(request.param)


def test_offsets(m2v, real, few_nasty_strings):
    assert_same_offsets(m2v, real, few_nasty_strings + PASSAGES.read_text("utf-8").split("\n"))


def test_nasty_strings(m2v, real, nasty_strings):
    assert_same_ids(m2v, real, nasty_strings)


def test_passages(m2v, real):
    if not PASSAGES.exists():
        pytest.skip("no examples/passages.txt")
    assert_same_ids(m2v, real, PASSAGES.read_text(encoding="utf-8").split("\n"))


@pytest.mark.parametrize("file", THROUGHPUT)
def test_throughput_texts(m2v, real, shared, file):
    assert_same_ids(
        m2v,
        real,
        (shared / "data" / "throughput" / file).read_text(encoding="utf-8").split("\n")[:-1],
    )


def test_every_code_point_alone(m2v, teacher):
    assert_same_ids(m2v, teacher, map(chr, nasty.code_points()))


def test_every_code_point_in_context(m2v, teacher):
    assert_same_ids(m2v, teacher, packed(EVERYWHERE, nasty.code_points(), each=4))


@pytest.mark.exhaustive
@pytest.mark.parametrize("form", FORMS)
def test_every_code_point_in_each_form(m2v, real, form):
    assert_same_ids(m2v, real, (form.format(c=chr(point)) for point in nasty.code_points()))


def test_invalid_utf8(m2v, teacher):
    raw = nasty.invalid_utf8(200_000 if EXHAUSTIVE else 30_000, seed=5) + list(
        nasty.every_short_sequence()
    )
    assert_same_ids_of_bytes(m2v, teacher, raw)


def test_a_text_does_not_depend_on_its_neighbours(m2v, teacher):
    """Word caches fill and empty in another order: the ids stay."""
    texts = nasty.strings(20_000, seed=11)
    order = list(range(len(texts)))
    random.Random(12).shuffle(order)
    straight, shuffled = m2v.tokenize(teacher, texts), m2v.tokenize(
        teacher, [texts[i] for i in order]
    )
    assert [straight[i] for i in order] == shuffled


# --- a vocabulary in which every character has an id ---


def sweep(m2v, folder, points):
    """Each code point between spaces, and in a word beside a mark that may change places with it."""
    points = list(points)
    assert_same_ids(
        m2v, folder, [*packed("{c}", points, each=32), *packed("e{c}\u0323k", points, each=32)]
    )


def test_every_character_is_seen(m2v, every_character, tmp_path):
    sweep(m2v, tokenizer_files.write(tmp_path / "model", every_character), nasty.code_points())


@pytest.mark.parametrize("bert", tokenizer_files.bert_settings(), ids=str)
def test_rich_characters_under_each_setting(m2v, rich_characters, tmp_path, bert):
    settings = tokenizer_files.with_normalizer(rich_characters, bert)
    sweep(m2v, tokenizer_files.write(tmp_path / "model", settings), nasty.rich_code_points())


@pytest.mark.exhaustive
@pytest.mark.parametrize("bert", [*tokenizer_files.bert_settings(), None], ids=str)
def test_every_character_under_each_setting(m2v, every_character, tmp_path, bert):
    settings = tokenizer_files.with_normalizer(every_character, bert)
    sweep(m2v, tokenizer_files.write(tmp_path / "model", settings), nasty.code_points())


def test_characters_without_a_normalizer(m2v, rich_characters, tmp_path, few_nasty_strings):
    folder = tokenizer_files.write(
        tmp_path / "model", tokenizer_files.with_normalizer(rich_characters, None)
    )
    sweep(m2v, folder, nasty.rich_code_points())
    assert_same_ids(m2v, folder, few_nasty_strings)


def test_invalid_utf8_is_replaced_part_by_part(m2v, rich_characters, tmp_path):
    """U+FFFD has an id here, so the number of replacements shows."""
    folder = tokenizer_files.write(
        tmp_path / "model", tokenizer_files.with_normalizer(rich_characters, None)
    )
    assert_same_ids_of_bytes(
        m2v, folder, nasty.invalid_utf8(20_000, seed=6) + list(nasty.every_short_sequence())
    )


@pytest.mark.parametrize("strip_accents", [False, True])
@pytest.mark.parametrize("seed", range(20 if EXHAUSTIVE else 2))
def test_orders_of_marks(m2v, rich_characters, tmp_path, seed, strip_accents):
    """Canonical reordering and decomposition, with the marks kept and with the marks dropped."""
    rng = random.Random(seed)
    bases = [
        *"aeoAÉǖṩ",
        "\u0928",
        "\u1100",
        "\u1100\u1161",
        "\uac00",
        "\u304b",
        "\u0915",
        "\u0f40",
        "\U0001d15e",
        "\u212b",
        "\ufb1d",
    ]
    texts = [
        "".join([rng.choice(bases), *rng.choices(nasty.MARKS, k=rng.randint(2, 40))])
        for _ in range(20_000)
    ]
    settings = tokenizer_files.with_normalizer(
        rich_characters, {**BERT, "strip_accents": strip_accents}
    )
    assert_same_ids(m2v, tokenizer_files.write(tmp_path / "model", settings), texts)


# --- other settings ---


@pytest.mark.parametrize("bert", tokenizer_files.bert_settings(), ids=str)
def test_bert_settings(m2v, teacher, tmp_path, few_nasty_strings, bert):
    settings = tokenizer_files.with_normalizer(
        tokenizer_files.read(teacher / "tokenizer.json"), bert
    )
    assert_same_ids(m2v, tokenizer_files.write(tmp_path / "model", settings), few_nasty_strings)


NORMALIZERS = {
    "none": None,
    "cased": {**BERT, "lowercase": False},
    "empty sequence": {"type": "Sequence", "normalizers": []},
    "sequence": {"type": "Sequence", "normalizers": [BERT]},
    "nested sequence": {
        "type": "Sequence",
        "normalizers": [{"type": "Sequence", "normalizers": [BERT]}],
    },
    "twice": {
        "type": "Sequence",
        "normalizers": [{**BERT, "lowercase": False, "clean_text": False}, BERT],
    },
}


@pytest.mark.parametrize("name", NORMALIZERS)
def test_normalizers(m2v, small_tokenizer, tmp_path, few_nasty_strings, name):
    settings = tokenizer_files.with_normalizer(small_tokenizer, NORMALIZERS[name])
    assert_same_ids(m2v, tokenizer_files.write(tmp_path / "model", settings), few_nasty_strings)


BERT_SPLIT = {"type": "BertPreTokenizer"}


@pytest.mark.parametrize(
    "pre_tokenizer",
    [
        None,
        {"type": "Sequence", "pretokenizers": []},
        {"type": "Sequence", "pretokenizers": [BERT_SPLIT] * 2},
    ],
    ids=["none", "empty sequence", "twice"],
)
def test_pre_tokenizers(m2v, small_tokenizer, tmp_path, few_nasty_strings, pre_tokenizer):
    settings = {**small_tokenizer, "pre_tokenizer": pre_tokenizer}
    texts = few_nasty_strings + tokenizer_files.SENTENCES
    assert_same_ids(m2v, tokenizer_files.write(tmp_path / "model", settings), texts)


def test_a_vocabulary_without_the_unknown_token(m2v, small_tokenizer, tmp_path):
    """Good for texts that do not need it; the others are an error, as they are in the reference."""
    known = [token for token in small_tokenizer["model"]["vocab"] if token != "[UNK]"]
    vocabulary = {token: i for i, token in enumerate(known)}
    settings = {
        **small_tokenizer,
        "model": {**small_tokenizer["model"], "vocab": vocabulary},
        "added_tokens": [],
    }
    folder = tokenizer_files.write(tmp_path / "model", settings)
    assert_same_ids(m2v, folder, tokenizer_files.SENTENCES)
    done = m2v.run("tokenize", "-m", folder, "-", stdin="a fox\n👾\n".encode())
    assert done.returncode == 1 and b"[UNK]" in done.stderr


MODELS = [
    *(
        {"max_input_chars_per_word": length}
        for length in (0, 1, 2, 5, 99, 100, 101, 250, 1_000_000)
    ),
    *({"continuing_subword_prefix": prefix} for prefix in ("", "#", "@@", "é", "▁▁▁", "a")),
    {"unk_token": "[MASK]"},
    {"unk_token": "the"},
]


@pytest.mark.parametrize("fields", MODELS, ids=str)
def test_model_settings(m2v, small_tokenizer, tmp_path, few_nasty_strings, fields):
    settings = tokenizer_files.with_model(small_tokenizer, **fields)
    texts = (
        few_nasty_strings
        + tokenizer_files.SENTENCES
        + [word for line in tokenizer_files.SENTENCES for word in line.split()]
    )
    assert_same_ids(m2v, tokenizer_files.write(tmp_path / "model", settings), texts)


def test_a_vocabulary_of_prefixes(m2v, tmp_path):
    """Longest match first, and no way back: a word with an unknown end is unknown as a whole."""
    letters = "ab"
    words = [
        "".join(word)
        for length in (1, 2, 3, 5)
        for word in itertools.product(letters, repeat=length)
    ]
    rng = random.Random(3)
    tokens = [
        "[UNK]",
        *sorted(rng.sample(words, len(words) // 3)),
        *sorted("##" + word for word in rng.sample(words, len(words) // 4)),
    ]
    folder = tokenizer_files.write(tmp_path / "model", tokenizer_files.of_tokens(tokens))
    texts = [
        "".join(text)
        for length in range(1, 13)
        for text in itertools.product(letters, repeat=length)
    ]
    assert_same_ids(m2v, folder, texts)


def test_padding_truncation_and_templates_have_no_effect(m2v, small_tokenizer, tmp_path):
    from tokenizers import Tokenizer, processors

    tokenizer = Tokenizer.from_str(json.dumps(small_tokenizer))
    tokenizer.enable_truncation(4, stride=1)
    tokenizer.enable_padding(length=64)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    folder = tmp_path / "model"
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    assert_same_ids(m2v, folder, tokenizer_files.SENTENCES + nasty.strings(2_000, seed=13))
