"""Teachers without a tokenizer.json: what `transformers` makes of their vocabulary files.

The tokenizers that are expected are put together here, from the parts of `tokenizers`, as the
converters of `transformers` do.
"""

import base64
import json
import random

import numpy as np
import pytest
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

import nasty
import sentencepiece_model as spm
import tokenizer_files
import tokenizer_training
from compare import Reference
from test_tokenizer import PASSAGES

MARKS = ["<s>", "</s>", "<unk>", "<pad>", "<mask>", "[CLS]", "[MASK]", "<extra_id_3>", "[INST]"]


@pytest.fixture(scope="module")
def passages():
    return PASSAGES.read_text(encoding="utf-8").split("\n")


@pytest.fixture(scope="module")
def texts(passages):
    rng = random.Random(5)
    marked = [f"{rng.choice(passages)[:30]} {rng.choice(MARKS)}{text}" for text in passages]
    blanks = [f"  {text}\n\n {text[:9]}  " for text in passages[:50]]
    return passages + marked + blanks + nasty.strings(5_000, seed=21)


def folder_of(path, files, **settings):
    """A folder of these files, and tokenizer_config.json, config.json, ... of these settings."""
    path.mkdir()
    for name, content in files.items():
        (path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    for name, value in settings.items():
        (path / f"{name}.json").write_text(json.dumps(value))
    return path


def assert_same(m2v, folder, expected, texts):
    """The expected tokenizer goes through a file, as it does before anybody uses it."""
    file = m2v.new_path(".json")
    expected.save(str(file))
    reference = Reference(file)
    wanted, got = reference.lines(texts), m2v.tokenize(folder, texts)
    wrong = [
        f"{ascii(text[:200])}\n  expected {w[:200]}\n  got      {g[:200]}"
        for text, w, g in zip(texts, wanted, got)
        if w != g
    ]
    assert not wrong, f"{len(wrong)} texts differ\n" + "\n".join(sorted(wrong, key=len)[:3])


def add_special(tokenizer, *tokens):
    tokenizer.add_special_tokens(
        [token if isinstance(token, AddedToken) else AddedToken(token) for token in tokens]
    )


# --- vocab.txt ---


def bert(settings, **flags):
    vocabulary = settings["model"]["vocab"]
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    defaults = dict(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
    tokenizer.normalizer = normalizers.BertNormalizer(**{**defaults, **flags})
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "config, flags",
    [
        (None, {}),
        ({"do_lower_case": False}, {"lowercase": False}),
        ({"strip_accents": False, "tokenizer_class": "BertTokenizer"}, {"strip_accents": False}),
        ({"tokenize_chinese_chars": False}, {"handle_chinese_chars": False}),
        ({"strip_accents": None}, {}),
    ],
    ids=str,
)
def test_vocab_txt(m2v, tmp_path, small_tokenizer, texts, config, flags, ending):
    tokens = sorted(small_tokenizer["model"]["vocab"], key=small_tokenizer["model"]["vocab"].get)
    settings = {} if config is None else {"tokenizer_config": config}
    folder = folder_of(tmp_path / "model", {"vocab.txt": ending.join([*tokens, ""])}, **settings)
    expected = bert(small_tokenizer, **flags)
    add_special(expected, "[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]")
    assert_same(m2v, folder, expected, texts)


def test_special_tokens_of_the_settings(m2v, tmp_path, small_tokenizer, texts):
    """A token with flags, one that the vocabulary has not, one that is turned off."""
    tokens = sorted(small_tokenizer["model"]["vocab"], key=small_tokenizer["model"]["vocab"].get)
    folder = folder_of(
        tmp_path / "model",
        {"vocab.txt": "\n".join(tokens)},
        tokenizer_config={"mask_token": "[IGNORED]", "pad_token": None},
        special_tokens_map={
            "mask_token": {"content": "[MASK]", "lstrip": True, "rstrip": True},
            "cls_token": "<mask>",
            "additional_special_tokens": ["[INST]", "[MASK]"],
        },
    )
    expected = bert(small_tokenizer)
    mask = AddedToken("[MASK]", lstrip=True, rstrip=True)
    add_special(expected, "[UNK]", "[SEP]", "<mask>", mask, "[INST]")
    assert_same(m2v, folder, expected, texts)


def test_added_tokens_decoder(m2v, tmp_path, small_tokenizer, texts):
    vocabulary = small_tokenizer["model"]["vocab"]
    flags = {"lstrip": False, "rstrip": True, "normalized": True, "single_word": False}
    folder = folder_of(
        tmp_path / "model",
        {"vocab.txt": "\n".join(sorted(vocabulary, key=vocabulary.get))},
        tokenizer_config={
            "added_tokens_decoder": {
                str(len(vocabulary)): {"content": "the", "special": False, **flags},
                "1": {"content": "[UNK]", "special": True, **flags, "normalized": False},
            }
        },
    )
    expected = bert(small_tokenizer)
    add_special(expected, AddedToken("[UNK]", rstrip=True))
    expected.add_tokens([AddedToken("the", rstrip=True)])
    add_special(expected, "[SEP]", "[PAD]", "[CLS]", "[MASK]")
    assert_same(m2v, folder, expected, texts)


# --- vocab.json and merges.txt ---


@pytest.fixture(scope="module")
def byte_level(passages, tmp_path_factory):
    """A byte-level BPE of the passages, as its two files."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>"]
    tokenizer_training.learn(tokenizer, passages, 3_000, special_tokens=special, alphabet=alphabet)
    folder = tmp_path_factory.mktemp("byte_level")
    tokenizer.model.save(str(folder))
    return {name: (folder / name).read_bytes() for name in ("vocab.json", "merges.txt")}


def gpt2(tmp_path, files, add_prefix_space=False):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    names = [str(tmp_path / name) for name in ("vocab.json", "merges.txt")]
    model = models.BPE.from_file(*names, continuing_subword_prefix="", end_of_word_suffix="")
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space)
    return tokenizer


@pytest.mark.parametrize("prefix", [False, True])
@pytest.mark.parametrize("kind", [None, "roberta", "gpt2"])
def test_vocab_json(m2v, tmp_path, byte_level, texts, kind, prefix):
    config = {"add_prefix_space": prefix}
    settings = {"tokenizer_config": config} | ({"config": {"model_type": kind}} if kind else {})
    folder = folder_of(tmp_path / "model", byte_level, **settings)
    expected = gpt2(tmp_path, byte_level, prefix)
    if kind == "gpt2":
        add_special(expected, "<|endoftext|>")
    else:
        mask = AddedToken("<mask>", lstrip=True)
        add_special(expected, "<s>", "</s>", "<unk>", "<pad>", mask)
    assert_same(m2v, folder, expected, texts)


def test_vocab_json_of_qwen(m2v, tmp_path, byte_level, texts):
    settings = {"tokenizer_class": "Qwen2Tokenizer"}
    folder = folder_of(tmp_path / "model", byte_level, tokenizer_config=settings)
    expected = gpt2(tmp_path, byte_level)
    expected.normalizer = normalizers.NFC()
    words = (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
        r"|\s*[\r\n]+|\s+(?!\S)|\s+"
    )
    expected.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(words), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    add_special(expected, "<|endoftext|>")
    assert_same(m2v, folder, expected, texts)


# --- SentencePiece ---


def float32(score):
    return float(np.float32(score))


@pytest.fixture(scope="module")
def unigram_pieces(passages):
    """Learnt pieces with their scores, one that a user defined, and numbers with commas."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer_training.learn(tokenizer, passages, 2_000)
    learnt = json.loads(tokenizer.to_str())["model"]["vocab"]
    special = [("<s>", 0.0, spm.CONTROL), ("</s>", 0.0, spm.CONTROL), ("[INST]", 0.0, spm.USER_DEFINED)]
    special += [("1,", -3.0, spm.NORMAL), ("12,", -4.0, spm.NORMAL)]
    rest = [(text, float32(score), spm.NORMAL) for text, score in learnt]
    return [("<unk>", 0.0, spm.UNKNOWN), *special, *rest]


@pytest.fixture(scope="module", params=["no charsmap", "charsmap"])
def charsmap(request):
    """A real table of SentencePiece, from the reference data."""
    if request.param == "no charsmap":
        return b""
    file = request.getfixturevalue("shared") / "reference/tokenizers/mbart-like-unigram-legacy.json"
    return base64.b64decode(json.loads(file.read_text())["normalizer"]["precompiled_charsmap"])


def vocabulary_of(pieces):
    return [(text, score) for text, score, _ in pieces]


def from_pieces(vocabulary, unknown_id, charsmap, steps, before=()):
    """A Unigram tokenizer: steps before the charsmap, the charsmap, steps behind it."""
    tokenizer = Tokenizer(models.Unigram(vocabulary, unknown_id, False))
    table = [normalizers.Precompiled(charsmap)] if charsmap else []
    tokenizer.normalizer = normalizers.Sequence([*before, *table, *steps])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    add_special(tokenizer, AddedToken("<s>"), AddedToken("</s>"))
    tokenizer.add_tokens([AddedToken("[INST]", normalized=False)])
    return tokenizer


PLAIN = [normalizers.Strip(left=False, right=True), normalizers.Replace(Regex(" {2,}"), "▁")]


@pytest.mark.parametrize("config", [None, {"model_type": "xlm-roberta"}], ids=str)
def test_xlm_roberta(m2v, tmp_path, unigram_pieces, charsmap, texts, config):
    model = spm.model(unigram_pieces, charsmap=charsmap)
    settings = {"config": config} if config else {}
    folder = folder_of(tmp_path / "model", {"sentencepiece.bpe.model": model}, **settings)
    vocabulary = [(token, 0.0) for token in ("<s>", "<pad>", "</s>", "<unk>")]
    vocabulary += vocabulary_of(unigram_pieces[3:]) + [("<mask>", 0.0)]
    expected = from_pieces(vocabulary, 3, charsmap, PLAIN)
    add_special(expected, "<unk>", "<pad>", AddedToken("<mask>", lstrip=True))
    assert_same(m2v, folder, expected, texts)


def test_t5(m2v, tmp_path, unigram_pieces, charsmap, texts):
    model = spm.model(unigram_pieces, charsmap=charsmap)
    config = {"tokenizer_class": "T5Tokenizer", "extra_ids": 5}
    folder = folder_of(tmp_path / "model", {"spiece.model": model}, tokenizer_config=config)
    extra = [f"<extra_id_{i}>" for i in range(5)]
    vocabulary = vocabulary_of(unigram_pieces) + [(token, 0.0) for token in reversed(extra)]
    expected = from_pieces(vocabulary, 0, charsmap, PLAIN)
    add_special(expected, "<unk>", "<pad>", *extra)
    assert_same(m2v, folder, expected, texts)


@pytest.mark.parametrize("plain", [False, True])
def test_albert(m2v, tmp_path, unigram_pieces, charsmap, texts, plain):
    model = spm.model(unigram_pieces, charsmap=charsmap)
    config = {"do_lower_case": not plain, "keep_accents": plain}
    folder = folder_of(
        tmp_path / "model",
        {"spiece.model": model},
        tokenizer_config=config,
        config={"model_type": "albert"},
    )
    vocabulary = [
        (text, score - 100 if text[-2:-1].isdigit() and text.endswith(",") else score)
        for text, score in vocabulary_of(unigram_pieces)
    ]
    before = [normalizers.Replace("``", '"'), normalizers.Replace("''", '"')]
    if not plain:
        before += [normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()]
    steps = [normalizers.Replace(Regex(" {2,}"), " ")]
    expected = from_pieces(vocabulary, 0, charsmap, steps, before)
    mask = AddedToken("[MASK]", lstrip=True)
    add_special(expected, "[CLS]", "[SEP]", "<unk>", "<pad>", mask)
    assert_same(m2v, folder, expected, texts)


@pytest.mark.parametrize("changed", [False, True])
def test_deberta(m2v, tmp_path, unigram_pieces, charsmap, texts, changed):
    pieces = [("[UNK]", 0.0, spm.UNKNOWN), *unigram_pieces[1:]]
    model = spm.model(pieces, unknown_piece="[UNK]", charsmap=charsmap)
    config = {"do_lower_case": changed, "split_by_punct": changed}
    folder = folder_of(
        tmp_path / "model",
        {"spm.model": model},
        tokenizer_config=config,
        config={"model_type": "deberta-v2"},
    )
    before = [normalizers.Lowercase()] * changed + [normalizers.Strip()]
    steps = [normalizers.Replace(Regex(" {2,}"), " ")]
    expected = from_pieces(vocabulary_of(pieces), 0, charsmap, steps, before)
    words = [pre_tokenizers.Punctuation("isolated")] * changed + [pre_tokenizers.Metaspace()]
    expected.pre_tokenizer = pre_tokenizers.Sequence(words)
    add_special(expected, "[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]")
    assert_same(m2v, folder, expected, texts)


def merges_by_score(pieces):
    """Every two pieces that make a third, as `transformers` sorts them."""
    scores = dict(vocabulary_of(pieces))
    ids = {text: i for i, text in enumerate(scores)}
    merges = []
    for text, score in scores.items():
        cuts = [(text[:i], text[i:], score) for i in range(1, len(text))]
        known = [cut for cut in cuts if cut[0] in ids and cut[1] in ids]
        merges += sorted(known, key=lambda cut: (ids[cut[0]], ids[cut[1]]))
    merges.sort(key=lambda cut: (cut[2], len(cut[0]), len(cut[1])), reverse=True)
    return [(left, right) for left, right, _ in merges]


@pytest.fixture(scope="module")
def bpe_pieces(passages):
    """The pieces of a BPE of the passages, some of them with the same score."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer_training.learn(tokenizer, [" " + text for text in passages], 1_500)
    learnt = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    special = [("<unk>", 0.0, spm.UNKNOWN), ("<s>", 0.0, spm.CONTROL), ("</s>", 0.0, spm.CONTROL)]
    special += [(f"<0x{byte:02X}>", 0.0, spm.BYTE) for byte in range(256)]
    return special + [(text, -float(i // 3), spm.NORMAL) for i, (text, _) in enumerate(learnt)]


@pytest.mark.parametrize("legacy", [True, False])
def test_llama(m2v, tmp_path, bpe_pieces, texts, legacy):
    model = spm.model(bpe_pieces, model_type=spm.BPE)
    settings = {} if legacy else {"tokenizer_config": {"legacy": False}}
    folder = folder_of(
        tmp_path / "model",
        {"tokenizer.model": model},
        **settings,
        config={"model_type": "mistral"},
    )
    ids = {text: i for i, (text, _, _) in enumerate(bpe_pieces)}
    merges = merges_by_score(bpe_pieces)
    expected = Tokenizer(
        models.BPE(ids, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    )
    if legacy:
        expected.normalizer = normalizers.Sequence(
            [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
        )
    else:
        expected.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    add_special(expected, "<s>", "</s>", "<unk>")
    assert_same(m2v, folder, expected, texts)


# --- what cannot be read ---


def error_of(m2v, folder):
    done = m2v.run("tokenize", "-m", folder, "-", stdin=b"a\n")
    assert done.returncode == 1, done
    return done.stderr.decode()


def test_nothing_there(m2v, tmp_path):
    message = error_of(m2v, folder_of(tmp_path / "model", {"README.md": "empty"}))
    for name in ("tokenizer.json", "vocab.txt", "vocab.json", "spiece.model", "tokenizer.model"):
        assert name in message


def test_what_kind_it_is_must_be_known(m2v, tmp_path, unigram_pieces, byte_level):
    model = spm.model(unigram_pieces)
    folder = folder_of(tmp_path / "1", {"spiece.model": model})
    assert "tokenizer_class" in error_of(m2v, folder)
    folder = folder_of(
        tmp_path / "2", {"sentencepiece.bpe.model": model}, config={"model_type": "mbart"}
    )
    assert "tokenizer_class" in error_of(m2v, folder)
    folder = folder_of(tmp_path / "3", byte_level, config={"model_type": "clip"})
    assert "clip" in error_of(m2v, folder)
    only = {"vocab.json": byte_level["vocab.json"]}
    assert "merges.txt" in error_of(m2v, folder_of(tmp_path / "4", only))


def test_damaged_models_are_refused(m2v, tmp_path, unigram_pieces):
    """Cut short and with bytes changed: an error or another tokenizer, never a crash."""
    rng = random.Random(9)
    whole = spm.model(unigram_pieces[:40])
    for i in range(60):
        damaged = bytearray(whole[: rng.randrange(len(whole))] if i % 2 else whole)
        for _ in range(rng.randint(1, 4) if not i % 2 else 0):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        files = {"sentencepiece.bpe.model": bytes(damaged)}
        done = m2v.run(
            "tokenize", "-m", folder_of(tmp_path / str(i), files), "-", stdin=b"a text\n"
        )
        assert done.returncode in (0, 1), done
