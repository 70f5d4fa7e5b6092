"""What a tokenizer.json may leave out, state as null, or call otherwise: as `tokenizers` has it."""

import json

import pytest
from tokenizers import Tokenizer

import tokenizer_files

TEXT = "ab a\nb"
BASE = {
    "version": "1.0",
    "truncation": None,
    "padding": None,
    "added_tokens": [],
    "normalizer": None,
    "pre_tokenizer": None,
    "post_processor": None,
    "decoder": None,
}
LETTERS = {"a": 0, "b": 1, "ab": 2, "##b": 3, " ": 4, "<unk>": 5}
MODELS = {
    "BPE": {
        "type": "BPE",
        "dropout": None,
        "unk_token": "<unk>",
        "continuing_subword_prefix": None,
        "end_of_word_suffix": None,
        "fuse_unk": False,
        "byte_fallback": False,
        "ignore_merges": False,
        "vocab": LETTERS,
        "merges": [["a", "b"]],
    },
    "WordPiece": {
        "type": "WordPiece",
        "unk_token": "<unk>",
        "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
        "vocab": LETTERS,
    },
    "WordLevel": {"type": "WordLevel", "vocab": LETTERS, "unk_token": "<unk>"},
    "Unigram": {
        "type": "Unigram",
        "unk_id": 1,
        "vocab": [["a", -1], ["<unk>", 0.0], ["ab", -1.5]],
        "byte_fallback": False,
    },
}
ADDED = {
    "id": 7,
    "content": "b",
    "single_word": False,
    "lstrip": False,
    "rstrip": False,
    "normalized": False,
    "special": False,
}
PAIR = {"sep": ["a", 1], "cls": ["b", 2]}
BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
ITEM = {"Sequence": {"id": "A", "type_id": 0}}
SPECIAL = {"SpecialToken": {"id": "x", "type_id": 0}}
TEMPLATE = {
    "type": "TemplateProcessing",
    "single": [SPECIAL, ITEM],
    "pair": [SPECIAL, ITEM, {"Sequence": {"id": "B", "type_id": 1}}],
    "special_tokens": {"x": {"id": "x", "ids": [4, 5], "tokens": ["x", "y"]}},
}
WRONG = [None, "text", 5, -1, 1.5, True, [], {}, ["a"], [["a"]], [["a", "b", "a"]], {"a": 1}]


def with_each_change(value):
    """The value without each of its members, and with each of them something else."""
    for key in value:
        yield f"without {key}", {name: value[name] for name in value if name != key}
        for wrong in WRONG:
            yield f"{key} = {json.dumps(wrong)}", {**value, key: wrong}
    yield "with one more", {**value, "more": 1}


def assert_same_verdict(m2v, folder, name, settings):
    """Both refuse the file, or both read it and give the same ids."""
    try:
        tokenizer = Tokenizer.from_str(json.dumps(settings))
        expected = tokenizer.encode(TEXT, add_special_tokens=False).ids
    except BaseException:  # a panic is no Exception
        expected = None
    folder = tokenizer_files.write(folder, settings)
    texts = folder / "texts.jsonl"
    texts.write_text(json.dumps({"text": TEXT}) + "\n")
    done = m2v.run("tokenize", "-m", folder, texts)
    if expected is None:
        assert done.returncode == 1, f"{name}: m2v accepts it"
        assert b"tokenizer.json: $" in done.stderr, f"{name}: {done.stderr}"
    else:
        assert done.returncode == 0, f"{name}: {done.stderr}"
        assert [int(number) for number in done.stdout.split()] == expected, name


def check_all(m2v, tmp_path, cases):
    for i, (name, settings) in enumerate(cases):
        assert_same_verdict(m2v, tmp_path / str(i), name, settings)


def has_dropout(model):
    return model.get("dropout") is not None


@pytest.mark.parametrize("kind", MODELS)
def test_models(m2v, tmp_path, kind):
    cases = [("as it is", MODELS[kind]), *with_each_change(MODELS[kind])]
    check_all(
        m2v,
        tmp_path,
        [(name, {**BASE, "model": model}) for name, model in cases if not has_dropout(model)],
    )


@pytest.mark.parametrize("kind", MODELS)
def test_models_without_type(m2v, tmp_path, kind):
    model = {key: value for key, value in MODELS[kind].items() if key != "type"}
    assert_same_verdict(m2v, tmp_path / "1", kind, {**BASE, "model": model})
    assert_same_verdict(m2v, tmp_path / "2", kind, {**BASE, "model": {**model, "type": kind.lower()}})


SCORES = [[["a", "b"]], [["a"]], [["a", 1, 2]], [[1, "a"]], [["a", None]], [["", 1], ["a", 2]]]
MERGES = [
    ["a b"], ["#version: 0.2", "a b"], ["a b", "#version: x"], ["a  b"], ["a b "], ["ab"], [""],
    [["a", "b"], "a b"], ["a b", ["a", "b"]], [["a", "z"]], [["b", "a"]], [["a", 1]],
]  # fmt: skip


def test_contents_of_models(m2v, tmp_path):
    models = [{**MODELS["Unigram"], "unk_id": 0, "vocab": scores} for scores in SCORES]
    models += [{**MODELS["Unigram"], "unk_id": unknown} for unknown in (0, 2, 3, 2**40)]
    models += [{**MODELS["BPE"], "merges": merges} for merges in MERGES]
    models += [{**MODELS["BPE"], "merges": [["a", "##b"]], "continuing_subword_prefix": "##"}]
    models += [{**MODELS["BPE"], "continuing_subword_prefix": "é"}]
    models += [{**MODELS["BPE"], "dropout": 0}, {**MODELS["BPE"], "dropout": 0.0}]
    models += [{**MODELS["WordLevel"], "vocab": {"a": i}} for i in (2.0, -1, "1", None, True, 2**32)]
    check_all(m2v, tmp_path, [(json.dumps(model), {**BASE, "model": model}) for model in models])


def test_dropout_is_refused(m2v, tmp_path):
    settings = {**BASE, "model": {**MODELS["BPE"], "dropout": 0.1}}
    folder = tokenizer_files.write(tmp_path / "model", settings)
    done = m2v.run("tokenize", "-m", folder, "-", stdin=b"a\n")
    assert done.returncode == 1 and b"$.model.dropout" in done.stderr


def test_the_whole(m2v, tmp_path):
    whole = {**BASE, "model": MODELS["BPE"]}
    parts = ("version", "added_tokens", "model")
    cases = [(name, case) for name, case in with_each_change(whole) if name.split()[0] in parts]
    cases += [
        (f"without {key}", {name: whole[name] for name in whole if name != key}) for key in whole
    ]
    cases += [("with one more", {**whole, "more": 1}), ("version", {**whole, "version": "2.0"})]
    check_all(m2v, tmp_path, cases)


def test_added_tokens(m2v, tmp_path):
    cases = [("as it is", ADDED), *with_each_change(ADDED)]
    cases += [(f"id {number}", {**ADDED, "id": number}) for number in (2**32 - 1, 2**32)]
    settings = {**BASE, "model": MODELS["BPE"]}
    check_all(
        m2v, tmp_path, [(name, {**settings, "added_tokens": [token]}) for name, token in cases]
    )


def changed(value, path, new):
    """A copy in which what stands at the path is something else."""
    value = json.loads(json.dumps(value))
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return value


# A template without its sequence leaves the reference nothing, even where no special tokens are
# asked for; one whose special token is missing makes it panic later.
OTHERWISE = ("single = []", "special_tokens = {}")


def post_processors():
    yield from (case for case in with_each_change(TEMPLATE) if case[0] not in OTHERWISE)
    for path in (
        ("single", 0),
        ("single", 1),
        ("single", 1, "Sequence", "id"),
        ("single", 0, "SpecialToken", "type_id"),
        ("pair", 0, "SpecialToken", "id"),
        ("special_tokens", "x"),
        ("special_tokens", "x", "ids"),
        ("special_tokens", "x", "tokens"),
        ("special_tokens", "x", "id"),
    ):
        for wrong in [*WRONG, [7], {**ITEM, **SPECIAL}]:
            yield f"{path} = {json.dumps(wrong)}", changed(TEMPLATE, path, wrong)
    for base in (
        PAIR,
        BYTE_LEVEL,
        {**PAIR, "type": "BertProcessing"},
        {**PAIR, "type": "RobertaProcessing", "trim_offsets": True, "add_prefix_space": False},
        {"type": "Sequence", "processors": [BYTE_LEVEL, {**PAIR, "type": "Foo"}]},
        {"processors": []},
    ):
        yield from [(json.dumps(base), base), *with_each_change(base)]
    for pair in (["a", -1], [1, "a"], ["a", 1, 2], ["a", 2**32], ["a", 2**32 - 1], ["a", 1.0]):
        yield f"sep {pair}", {**PAIR, "sep": pair}


def test_post_processors(m2v, tmp_path):
    settings = {**BASE, "model": MODELS["BPE"]}
    check_all(
        m2v, tmp_path, [(name, {**settings, "post_processor": p}) for name, p in post_processors()]
    )
