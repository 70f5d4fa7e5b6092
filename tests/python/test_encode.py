"""Vectors, sequences and ids, beside model2vec's."""

import model2vec
import numpy as np
import pytest

import encode_texts
from m2v import FormatError, StaticModel
from static_reference import assert_near

TEXTS = encode_texts.of_every_kind(71, 400) + ["", " ", "the the the"]
TOLERANCE = {"float16": 1e-3}


@pytest.fixture(scope="module")
def models(folder):
    return StaticModel.from_pretrained(folder), model2vec.StaticModel.from_pretrained(str(folder), force_download=False)


def assert_same(ours, theirs, texts=TEXTS):
    assert ours.dtype == theirs.dtype
    assert_near(ours.astype(np.float64), theirs.astype(np.float64), texts, TOLERANCE.get(ours.dtype.name, 1e-6))


@pytest.mark.parametrize("normalize", [None, True, False])
@pytest.mark.parametrize("max_length", ["the model's", None, 3])
def test_encode(models, normalize, max_length):
    options = {"normalize": normalize} | ({} if max_length == "the model's" else {"max_length": max_length})
    ours, theirs = (model.encode(TEXTS, **options) for model in models)
    assert_same(ours, theirs)


def test_one_text(models):
    ours, theirs = (model.encode(TEXTS[3]) for model in models)
    assert ours.shape == theirs.shape
    assert_same(ours[None], theirs[None], [TEXTS[3]])


@pytest.mark.parametrize("max_length", [None, 3])
def test_sequences(models, max_length):
    ours, theirs = (model.encode_as_sequence(TEXTS, max_length=max_length) for model in models)
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs):
        assert one.shape == other.shape
        if len(other):  # the empty ones of model2vec are float64 whatever the table is
            assert one.dtype == other.dtype and np.array_equal(one, other)
    assert np.array_equal(models[0].encode_as_sequence(TEXTS[5], max_length=max_length), ours[5])


def test_tokenize(models):
    ours, theirs = models
    assert ours.tokenize(TEXTS) == theirs.tokenize(TEXTS)


def test_tokenize_is_the_references(models):
    """It reads the whole of a text, of which encode pools the first max_length * median_token_length characters."""
    ours, theirs = models
    texts = [("the quick brown fox jumps over unbelievably lazy dogs " * 80)[:size] for size in (3_500, 3_960)]
    assert ours.tokenize(texts) == theirs.tokenize(texts)
    assert_same(ours.encode(texts), theirs.encode(texts), texts)
    characters = theirs.max_length * theirs.median_token_length
    assert characters < 3_500 and len(theirs.tokenize([texts[0][:characters]])[0]) < len(ours.tokenize(texts)[0])
    ours.max_length, theirs.max_length = 40, 40
    assert ours.tokenize(texts) == theirs.tokenize(texts)


def test_settings_take_effect(models):
    ours, theirs = models
    for model in models:
        model.max_length = 2
        model.normalize = False
    assert_same(ours.encode(TEXTS), theirs.encode(TEXTS))
    assert ours.config == theirs.config and ours.tokenizer.truncation["max_length"] == 2
    for model in models:
        model.max_length = 512
        model.normalize = True


def test_the_types_of_vectors(models):
    model, _ = models
    exact = model.encode(TEXTS, dtype="float64")
    for dtype in ("float16", np.float32, np.dtype("float64")):
        found = model.encode(TEXTS, dtype=dtype)
        assert found.dtype == np.dtype(dtype)
        assert np.abs(found.astype(np.float64) - exact).max() <= (1e-3 if found.dtype == np.float16 else 1e-6)
    with pytest.raises(ValueError, match="float16, float32 or float64"):
        model.encode(TEXTS, dtype=np.int8)


def test_threads_do_not_change_a_bit(models):
    model, _ = models
    many = TEXTS * 5
    assert model.encode(many, threads=1).tobytes() == model.encode(many, threads=3).tobytes()
    assert model.encode(many, use_multiprocessing=False).tobytes() == model.encode(many).tobytes()


def test_into_an_array_of_the_caller(models, tmp_path):
    model, _ = models
    expected = model.encode(TEXTS, dtype=np.float32)
    out = np.empty_like(expected)
    assert model.encode(TEXTS, out=out) is out and np.array_equal(out, expected)
    mapped = np.lib.format.open_memmap(tmp_path / "x.npy", "w+", np.float32, expected.shape)
    model.encode(TEXTS, out=mapped)
    mapped.flush()
    assert np.array_equal(np.load(tmp_path / "x.npy"), expected)
    assert np.array_equal(model.encode(TEXTS[0], out=out[0]), expected[0])
    for wrong in (np.empty((3, 24), np.float32), np.empty((len(TEXTS), 48), np.float32)[:, ::2]):
        with pytest.raises(ValueError, match="out must be of shape"):
            model.encode(TEXTS, out=wrong)
    with pytest.raises(ValueError, match="float16, float32"):
        model.encode(TEXTS, out=np.empty(expected.shape, np.int32))
    read_only = np.empty_like(expected)
    read_only.flags.writeable = False
    with pytest.raises((TypeError, ValueError)):
        model.encode(TEXTS, out=read_only)


def test_a_model_of_arrays(models):
    """Of the reference's own parts, in both packages."""
    _, theirs = models
    ours = StaticModel(
        theirs.embedding,
        theirs.tokenizer,
        config=theirs.config,
        normalize=True,
        weights=theirs.weights,
        token_mapping=theirs.token_mapping,
        base_model_name="org/teacher",
        language=["en"],
    )
    assert_same(ours.encode(TEXTS), theirs.encode(TEXTS))
    assert ours.embedding is theirs.embedding
    as_json = StaticModel(theirs.embedding, theirs.tokenizer.to_str(), weights=theirs.weights,
                          token_mapping=theirs.token_mapping, normalize=True)  # fmt: skip
    assert np.array_equal(as_json.encode(TEXTS), ours.encode(TEXTS))


def test_changed_arrays_count(models):
    _, theirs = models
    model = StaticModel(theirs.embedding.copy(), theirs.tokenizer, weights=theirs.weights,
                        token_mapping=theirs.token_mapping)  # fmt: skip
    before = model.encode("the")
    assert before.any()
    model.embedding[:] = 0
    assert not model.encode("the").any(), "changed in place"
    model.embedding = theirs.embedding
    assert np.array_equal(model.encode("the"), before), "another one"
    if model.weights is not None:
        model.weights = np.zeros_like(model.weights)
        assert not model.encode("the").any()


def test_saved_and_loaded(models, tmp_path):
    model, theirs = models
    model.save_pretrained(tmp_path / "a" / "model", model_name="my name")
    model.save_pretrained(tmp_path / "a", subfolder="inner")
    for again in (
        model2vec.StaticModel.from_pretrained(str(tmp_path / "a" / "model"), force_download=False),
        StaticModel.from_pretrained(tmp_path / "a" / "model"),
        StaticModel.from_pretrained(str(tmp_path / "a"), subfolder="inner"),
    ):
        assert again.embedding.dtype == theirs.embedding.dtype and np.array_equal(again.embedding, theirs.embedding)
        assert_same(again.encode(TEXTS), theirs.encode(TEXTS))
        assert again.config["normalize"] is True and again.tokens == theirs.tokens
    assert "my name" in (tmp_path / "a" / "model" / "README.md").read_text()


def test_settings_of_the_load(folder):
    ours = StaticModel.from_pretrained(folder, normalize=False, max_length=2)
    theirs = model2vec.StaticModel.from_pretrained(str(folder), normalize=False, max_length=2, force_download=False)
    assert_same(ours.encode(TEXTS), theirs.encode(TEXTS))
    assert StaticModel.from_pretrained(folder, max_length=None).max_length is None


def test_a_compiled_model(models, folder, tmp_path, m2v_command):
    m2v_command.check("convert", folder, "-o", tmp_path / "model.m2v")
    compiled = StaticModel.from_pretrained(tmp_path / "model.m2v")
    assert np.array_equal(compiled.encode(TEXTS), models[0].encode(TEXTS))


def test_nothing_to_encode(models):
    model, _ = models
    assert model.encode([]).shape == (0, 24) and model.encode_as_sequence([]) == [] and model.tokenize([]) == []


def test_wrong_texts_and_folders(models, tmp_path):
    model, _ = models
    with pytest.raises(TypeError, match="item 1 is of type NoneType"):
        model.encode(["a", None])
    with pytest.raises(TypeError):
        model.encode(b"bytes")
    with pytest.raises(TypeError):
        model.encode(3)
    with pytest.raises(UnicodeEncodeError):
        model.encode(["\ud800"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match="no static model here"):
        StaticModel.from_pretrained(tmp_path / "empty")


def test_parts_that_do_not_fit(float_folder):
    theirs = model2vec.StaticModel.from_pretrained(str(float_folder), force_download=False)
    tokens = len(theirs.tokens)
    wrong = [
        {"vectors": theirs.embedding[:-1]},
        {"weights": np.ones(tokens - 1)},
        {"token_mapping": np.zeros(tokens - 1, np.int64)},
        {"token_mapping": np.full(tokens, tokens)},
        {"token_mapping": np.full(tokens, -1)},
        {"vectors": theirs.embedding.astype(np.complex64)},
        {"vectors": theirs.embedding[:, :0]},
    ]
    for parts in wrong:
        with pytest.raises(ValueError):
            StaticModel(**{"vectors": theirs.embedding, "tokenizer": theirs.tokenizer, **parts})
    with pytest.raises(TypeError, match="a tokenizer must be"):
        StaticModel(theirs.embedding, 5)
