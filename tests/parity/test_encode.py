"""The vectors of `m2v encode` are those of `model2vec`."""

import json
import shutil

import numpy as np
import pytest

import encode_texts
import model_folders
import static_reference
import tokenizer_files
from conftest import EXHAUSTIVE
from model_folders import Model, random_table, vocabulary_size
from static_reference import FLOAT16_TOLERANCE, FLOAT32_TOLERANCE, assert_encodes_like, assert_near

DIM = 37  # no multiple of any vector width
KIND_COUNT = 20_000 if EXHAUSTIVE else 1_000


@pytest.fixture(scope="module")
def tokens(small_tokenizer):
    return vocabulary_size(small_tokenizer)


def texts_for(reference, seed, longest=100_000):
    """Texts for this model: around its cut by characters, around its limit in tokens."""
    limit = 512 if reference.max_length is None else reference.max_length
    return (
        encode_texts.of_every_kind(seed, KIND_COUNT)
        + encode_texts.of_every_length(seed, longest)
        + encode_texts.around_the_cut(limit * reference.median_token_length, seed)
        + encode_texts.around_the_limit(limit)
    )


def limits_and_norms():
    for max_length in (None, 8, 512, 1):
        for normalize in (True, False):
            yield max_length, normalize


def check(m2v, folder, reference, texts, tolerance=FLOAT32_TOLERANCE, exact=None):
    """Every limit and both kinds of normalizing, asked for by the call.

    With `exact`, a float64 copy, we may be off by twice as much as the reference itself is.
    """
    for max_length, normalize in limits_and_norms():
        flags = [
            "--max-length",
            "none" if max_length is None else max_length,
            "--normalize" if normalize else "--no-normalize",
        ]
        got = m2v.encode(folder, texts, *flags)
        options = dict(max_length=max_length, normalize=normalize)
        expected = static_reference.encode(reference, texts, **options)
        allowed = (
            np.abs(static_reference.encode(exact, texts, **options) - expected).max() * 2
            if exact
            else 0
        )
        assert_near(got, expected, texts, tolerance + allowed)


# --- generated models: dtypes, weights, mappings ---


def float32_copy(model):
    """A model2vec model over the same values in float32, for comparing to the last bits."""
    reference = (
        static_reference.load(model)
        if not isinstance(model, static_reference.StaticModel)
        else model
    )
    return static_reference.with_table(reference, reference.embedding.astype(np.float32))


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8"])
def test_dtypes(m2v, small_tokenizer, tokens, tmp_path, dtype):
    model = Model(small_tokenizer, random_table(tokens, DIM, dtype), dtype)
    folder = model.write(tmp_path / "model")
    reference = static_reference.load(folder)
    check(m2v, folder, reference, texts_for(reference, seed=1))


def test_float16(m2v, small_tokenizer, tokens, tmp_path):
    """Within the reference's own rounding of it, and within float32 rounding of a float32 copy."""
    folder = Model(small_tokenizer, random_table(tokens, DIM, "float16"), "float16").write(
        tmp_path / "model"
    )
    reference = static_reference.load(folder)
    texts = texts_for(reference, seed=2)
    check(m2v, folder, reference, texts, FLOAT16_TOLERANCE)
    check(m2v, folder, float32_copy(reference), texts)


def test_bfloat16(m2v, small_tokenizer, tokens, tmp_path):
    """The reference cannot load bfloat16: it gets the same values in float32."""
    table = random_table(tokens, DIM, "bfloat16")
    folder = Model(small_tokenizer, table, "bfloat16").write(tmp_path / "model")
    reference = static_reference.load(Model(small_tokenizer, table).write(tmp_path / "copy"))
    check(m2v, folder, reference, texts_for(reference, seed=3))


@pytest.mark.parametrize(
    "dim", [1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 128, 256, 300, 1024]
)
@pytest.mark.parametrize("dtype", ["float32", "float16", "int8"])
def test_widths(m2v, small_tokenizer, tokens, tmp_path, dtype, dim):
    folder = Model(small_tokenizer, random_table(tokens, dim, dtype), dtype).write(
        tmp_path / "model"
    )
    texts = encode_texts.of_every_length(4, longest=3_000)
    assert_encodes_like(m2v, folder, float32_copy(folder), texts)


WEIGHTED = [
    ("float32", "float64"),
    ("float32", "float32"),
    ("float32", "float16"),
    ("float16", "float64"),
    ("float16", "float16"),
    ("float64", "float64"),
    ("float64", "float32"),
    ("int8", "float64"),
    ("int8", "float32"),
]


@pytest.mark.parametrize("dtype,weights_dtype", WEIGHTED)
def test_weights(m2v, small_tokenizer, tokens, tmp_path, dtype, weights_dtype):
    """numpy multiplies and adds in the wider of the two dtypes: float64 where either is."""
    weights = np.random.default_rng(5).uniform(0.001, 2, tokens).astype(weights_dtype)
    weights[7] = 0
    folder = Model(
        small_tokenizer,
        random_table(tokens, DIM, dtype),
        dtype,
        weights=weights,
        weights_dtype=weights_dtype,
    ).write(tmp_path / "model")
    reference = static_reference.load(folder)
    if dtype not in ("float32", "float64"):
        reference = float32_copy(reference)
    exact = (
        None
        if weights_dtype == "float64"
        else static_reference.with_table(reference, reference.embedding.astype(np.float64))
    )
    check(m2v, folder, reference, texts_for(reference, seed=6, longest=20_000), exact=exact)


@pytest.mark.parametrize("with_weights", [True, False], ids=["weights", "no weights"])
@pytest.mark.parametrize("mapping_dtype", ["int32", "int64"])
@pytest.mark.parametrize("dtype", ["float32", "float16", "int8"])
def test_mapping(m2v, small_tokenizer, tokens, tmp_path, dtype, mapping_dtype, with_weights):
    """A vocabulary-quantized model: fewer rows than tokens, each token with its row."""
    rng = np.random.default_rng(7)
    rows = 50
    model = Model(
        small_tokenizer,
        random_table(rows, DIM, dtype),
        dtype,
        mapping=rng.integers(0, rows, tokens),
        mapping_dtype=mapping_dtype,
        weights=rng.uniform(0.01, 1, tokens) if with_weights else None,
        config={"normalize": True, "vocabulary_quantization": rows},
    )
    folder = model.write(tmp_path / "model")
    texts = texts_for(static_reference.load(folder), seed=8, longest=20_000)
    check(m2v, folder, float32_copy(folder), texts)


# --- settings of the folder ---


@pytest.mark.parametrize("layout", model_folders.LAYOUTS)
def test_layouts(m2v, small_tokenizer, tokens, tmp_path, layout):
    model = Model(
        small_tokenizer, random_table(tokens, DIM), config={"normalize": False, "max_length": 5}
    )
    folder = model.write(tmp_path / "model", layout)
    reference = static_reference.load(folder)
    texts = texts_for(reference, seed=9, longest=5_000)
    assert_encodes_like(m2v, folder, reference, texts)


def test_the_first_layout_wins(m2v, small_tokenizer, tokens, tmp_path):
    """model2vec's files beside a nested folder: those of model2vec count."""
    folder = Model(small_tokenizer, random_table(tokens, DIM, seed=2)).write(
        tmp_path / "model", "nested"
    )
    other = Model(small_tokenizer, random_table(tokens, DIM, seed=3)).write(tmp_path / "other")
    shutil.copytree(other, folder, dirs_exist_ok=True)
    texts = tokenizer_files.SENTENCES
    assert_encodes_like(m2v, folder, static_reference.load(other), texts)


@pytest.mark.parametrize("layout", ["sentence-transformers", "nested"])
@pytest.mark.parametrize("normalizes", [True, False])
def test_modules_json_turns_normalizing_on(
    m2v, small_tokenizer, tokens, tmp_path, layout, normalizes
):
    """Ours: the reference does not read modules.json, so it is told."""
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"}
    ]
    if normalizes:
        modules.append(
            {
                "idx": 1,
                "name": "1",
                "path": "1_Normalize",
                "type": "sentence_transformers.models.Normalize",
            }
        )
    folder = Model(small_tokenizer, random_table(tokens, DIM), config={}, modules=modules).write(
        tmp_path / "model", layout
    )
    reference = static_reference.load(folder, normalize=normalizes)
    texts = tokenizer_files.SENTENCES + [""]
    assert_encodes_like(m2v, folder, reference, texts)


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"normalize": True},
        {"normalize": False},
        {"max_length": None},
        {"max_length": 8},
        {"max_length": 1, "normalize": True},
        {"max_length": 600, "normalize": True},
        {"max_length": 512, "unheard_of": {"key": [1, None]}},
    ],
    ids=json.dumps,
)
def test_config_values(m2v, small_tokenizer, tokens, tmp_path, config):
    folder = Model(small_tokenizer, random_table(tokens, DIM), config=config).write(
        tmp_path / "model"
    )
    reference = static_reference.load(folder)
    texts = texts_for(reference, seed=10)
    assert_encodes_like(m2v, folder, reference, texts)


def test_a_limit_of_no_tokens(m2v, small_tokenizer, tokens, tmp_path):
    folder = Model(small_tokenizer, random_table(tokens, DIM)).write(tmp_path / "model")
    assert not m2v.encode(folder, ["a fox", ""], "--max-length", 0).any()
    assert not static_reference.encode(
        static_reference.load(folder), ["a fox", ""], max_length=0
    ).any()


MEDIANS = {
    "even number, half rounded down": [
        "[UNK]",
        "aaa",
        "bbb",
        "cccc",
        "dddd",
        "e",
    ],  # 1 3 3 4 4 5: 3.5
    "code points, not bytes": ["[UNK]", "é", "ëë", "東京", "👍👍", "a", "b"],
    "with prefixes": ["[UNK]", "##a", "##b", "a", "b", "##ab", "ab"],
}


@pytest.mark.parametrize("name", MEDIANS)
@pytest.mark.parametrize("added", [False, True], ids=["", "with added tokens"])
def test_the_median_length_decides_the_cut(m2v, tmp_path, name, added):
    settings = tokenizer_files.of_tokens(MEDIANS[name])
    if added:
        settings = tokenizer_files.with_added_tokens(
            settings, [("a very long added token", {}), ("another " * 6, {}), ("ÀÉ" * 20, {})]
        )
    folder = Model(
        settings,
        random_table(vocabulary_size(settings), 5),
        config={"normalize": False, "max_length": 6},
    ).write(tmp_path / "model")
    reference = static_reference.load(folder)
    known = [token.removeprefix("##") for token in MEDIANS[name] if token != "[UNK]"]
    texts = [
        " ".join((known * 20)[shift:])[:length]
        for length in range(60)
        for shift in range(len(known))
    ]
    texts += encode_texts.around_the_cut(6 * reference.median_token_length, seed=11)
    check(m2v, folder, reference, texts)
    assert_encodes_like(m2v, folder, reference, texts)


# --- real models ---


@pytest.fixture(scope="module", params=["ours", "theirs"])
def minilm(request):
    """MiniLM, distilled by m2v, and by the reference where its files are at hand."""
    if request.param == "ours":
        return request.getfixturevalue("distilled")
    return request.getfixturevalue("shared") / "reference" / "minilm" / "default" / "model"


def test_minilm_float16(m2v, minilm):
    reference = static_reference.load(minilm)
    texts = texts_for(reference, seed=12)
    check(m2v, minilm, reference, texts, FLOAT16_TOLERANCE)
    assert_encodes_like(m2v, minilm, reference, texts, FLOAT16_TOLERANCE)


def test_minilm_float32(m2v, minilm, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(minilm, folder)
    table = model_folders.read_safetensors(minilm / "model.safetensors")["embeddings"]
    model_folders.write_safetensors(
        folder / "model.safetensors", {"embeddings": ("float32", table)}
    )
    reference = static_reference.load(folder)
    texts = texts_for(reference, seed=13)
    check(m2v, folder, reference, texts)
    assert_encodes_like(m2v, folder, reference, texts)


def test_minilm_throughput_texts(m2v, minilm, shared):
    path = shared / "data" / "throughput" / "multilingual.txt"
    texts = path.read_text(encoding="utf-8").split("\n")[:-1]
    if not EXHAUSTIVE:
        texts = texts[::20]
    reference = float32_copy(minilm)
    assert_encodes_like(m2v, minilm, reference, texts)


# --- token vectors ---


def sequences(m2v, folder, texts, *options):
    """One array a text, from the .safetensors that --sequence writes."""
    from runner import write_jsonl

    source, out = m2v.new_path(".jsonl"), m2v.new_path(".safetensors")
    write_jsonl(source, texts)
    m2v.check("encode", "--sequence", "-m", folder, source, "-o", out, *options)
    tensors = model_folders.read_safetensors(out)
    offsets = tensors["offsets"]
    assert (
        offsets.dtype == np.int64
        and offsets[0] == 0
        and offsets[-1] == len(tensors["embeddings"])
        and len(offsets) == len(texts) + 1
    )
    return [tensors["embeddings"][first:last] for first, last in zip(offsets, offsets[1:])]


@pytest.mark.parametrize("max_length", [None, 8, 512])
@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
def test_sequences(m2v, small_tokenizer, tokens, tmp_path, max_length, weighted):
    """Truncated only on request; weighted, never normalized."""
    rng = np.random.default_rng(14)
    model = Model(
        small_tokenizer,
        random_table(40 if weighted else tokens, DIM),
        config={"normalize": True, "max_length": 3},
    )
    if weighted:
        model.mapping, model.weights = rng.integers(0, 40, tokens), rng.uniform(0.1, 2, tokens)
    folder = model.write(tmp_path / "model")
    reference = static_reference.load(folder)
    texts = (
        encode_texts.of_every_kind(15, 300)
        + encode_texts.of_every_length(15, 20_000)
        + encode_texts.around_the_cut(8 * reference.median_token_length, 15)
    )
    got = sequences(
        m2v, folder, texts, *([] if max_length is None else ["--max-length", max_length])
    )
    expected = reference.encode_as_sequence(texts, max_length=max_length)
    for text, ours, theirs in zip(texts, got, expected):
        assert ours.shape == theirs.shape, ascii(text[:200])
        assert_near(ours, theirs.astype(np.float64), [text] * len(ours), FLOAT32_TOLERANCE)


# --- the same bytes ---


def test_threads_do_not_change_a_bit(m2v, distilled):
    texts = encode_texts.of_every_kind(16, 5_000) + encode_texts.of_every_length(16)
    runs = [m2v.encode(distilled, texts, "--threads", threads).tobytes() for threads in (1, 2, 5)]
    assert runs[0] == runs[1] == runs[2]


def test_neighbours_do_not_change_a_bit(m2v, distilled):
    texts = encode_texts.of_every_kind(17, 2_000) + encode_texts.of_every_length(17, 5_000)
    together = m2v.encode(distilled, texts)
    order = np.random.default_rng(18).permutation(len(texts))
    shuffled = m2v.encode(distilled, [texts[i] for i in order])
    assert together[order].tobytes() == shuffled.tobytes()
    for i in order[:40]:
        assert m2v.encode(distilled, [texts[i]]).tobytes() == together[i].tobytes(), ascii(
            texts[i][:200]
        )
