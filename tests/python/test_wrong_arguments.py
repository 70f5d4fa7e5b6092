"""Whatever is passed wrongly is an error that names the argument: every function and method of the package, each of its
arguments, and arguments that there are not."""

import importlib
import inspect
import itertools

import numpy as np
import pytest

import m2v
from m2v import Index, StaticModel, Tokenizer
from m2v.inference import Activation, Layer, MLPHead, StaticModelPipeline
from m2v.train import StaticModelForClassification, StaticModelForPairSimilarity, StaticModelForSimilarity
from m2v.vicinity import Vicinity

MODULES = ["", "distill", "index", "inference", "onnx", "persistence", "quantization", "tokenizer", "train"]
MODULES += ["vicinity", "vocabulary_quantization"]
TEXTS = ["the cat", "water and bread"]


class Wrong:
    """What no argument is."""

    def __repr__(self):
        return "<wrong>"


BIG = 10**12
WRONG = [Wrong(), -(10**9), BIG, "no such thing", b"bytes", 1.5, [Wrong()], {"a": Wrong()}, np.zeros((2, 2), complex)]
#: What has no effect, or may be anything.
FREE = {"device", "mode", "pretty", "with_added_tokens"}
#: What objects are made of, which are no arguments of a user's call.
INTERNAL = {"Cancelled", "Error", "FormatError", "HubError", "IoError"}
#: Classes of plain values, and functions between modules.
PLAIN = {"Layer", "Encoding", "Activation", "DType", "Backend", "Metric", "PoolingMode", "Arguments", "BasicBackend"}
PLAIN |= {"BasicVectorStore", "Labels", "TokenBatch"}
HELPERS = {"as_matrix", "as_ids", "as_column", "checked", "load_native", "resolve", "download", "optional", "normalize"}
HELPERS |= {"locked", "write_array", "write_file"}
HELPERS |= {"one_of", "whole", "array", "as_strings", "attribute", "evaluate_single_or_multi_label", "push_folder_to_hub", "share_rows"}


@pytest.fixture(scope="module")
def objects(float_folder, tmp_path_factory):
    """An object of each class that has methods, and good arguments by name."""
    model = StaticModel.from_pretrained(float_folder)
    rng = np.random.default_rng(3)
    index = Index(4)
    index.add(rng.normal(size=(5, 4)))
    head = MLPHead(
        [Layer(rng.normal(size=(2, 24)).astype(np.float32), np.zeros(2, np.float32))],
        Activation.SOFTMAX,
        np.array(["a", "b"]),
    )
    options = {"n_layers": 0}
    return {
        "StaticModel": model,
        "Index": index,
        "Tokenizer": model.tokenizer,
        "Encoding": model.tokenizer.encode("the cat"),
        "MLPHead": head,
        "StaticModelPipeline": StaticModelPipeline(model, head),
        "Vicinity": Vicinity.from_vectors_and_items(rng.normal(size=(5, 4)), list("abcde")),
        "StaticModelForClassification": StaticModelForClassification.from_static_model(model=model, **options),
        "StaticModelForSimilarity": StaticModelForSimilarity.from_static_model(model=model, **options),
        "StaticModelForRegression": StaticModelForSimilarity.from_static_model(model=model, **options),
        "StaticModelForPairSimilarity": StaticModelForPairSimilarity.from_static_model(model=model, **options),
    }


def public_functions():
    """Every function, method and constructor that is public, each once: its name, and how it is found."""
    seen = set()
    for name in MODULES:
        module = importlib.import_module(f"m2v.{name}" if name else "m2v")
        for key, value in vars(module).items():
            if key.startswith("_") or key in INTERNAL | PLAIN | HELPERS or not getattr(value, "__module__", "").startswith("m2v"):
                continue
            if value.__module__ in ("m2v.arguments", "m2v.onnx_file"):
                continue
            if inspect.isclass(value):
                for method in dir(value):
                    if (method == "__init__" or not method.startswith("_")) and callable(getattr(value, method)):
                        if inspect.isfunction(inspect.unwrap(getattr(value, method))) or inspect.ismethod(getattr(value, method)):
                            seen.add((f"{key}.{method}", (module.__name__, key, method)))
            elif inspect.isfunction(value):
                seen.add((key, (module.__name__, key)))
    found = dict(sorted(seen))
    return found


FUNCTIONS = public_functions()


def bound(path, objects):
    module, key, *method = path
    owner = getattr(importlib.import_module(module), key)
    if not method:
        return owner
    if method[0] == "__init__":
        return owner
    if inspect.ismethod(getattr(owner, method[0])):
        return getattr(owner, method[0])
    return getattr(objects[key], method[0])


#: Good values of the arguments that have no default, so that the wrong one is the only one.
def good(name, function, objects, folder, tmp_path):
    rng = np.random.default_rng(4)
    model = objects["StaticModel"]
    if "push" in function:
        return {"repo_id": "nobody/nothing"}.get(name)
    values = {
        "vectors": rng.normal(size=(2, 4)).astype(np.float32),
        "embeddings": model.embedding,
        "embedding": model.embedding,
        "tokenizer": model.tokenizer,
        "model": model,
        "head": objects["MLPHead"],
        "path": tmp_path / "saved",
        "folder_path": tmp_path / "saved",
        "save_path": tmp_path / "saved",
        "folder": tmp_path / "saved",
        "filename": tmp_path / "none",
        "folder_or_repo_path": folder,
        "config": {},
        "sentences": TEXTS,
        "texts": TEXTS,
        "X": TEXTS,
        "y": ["a", "b"],
        "labels": ["a", "b"],
        "text_a": TEXTS,
        "text_b": TEXTS,
        "input": TEXTS,
        "sequence": "the cat",
        "ids": [1, 2],
        "sequences": [[1, 2]],
        "token": "the",
        "id": 1,
        "index": 0,
        "json": model.tokenizer.to_str(),
        "queries": rng.normal(size=(1, 4)),
        "items": ["a", "b"],
        "tokens": ["a", "b"],
        "backend": objects["Vicinity"].backend,
        "full_vectors": rng.normal(size=(5, 4)),
        "query_vectors": rng.normal(size=(2, 4)),
        "dim": 4,
        "k": 2,
        "scores": [1.0, 0.5],
        "layers": objects["MLPHead"].layers,
        "activation": Activation.SOFTMAX,
        "max_length": 4,
        "is_pair": False,
        "quantize_to": "float16",
        "dimensionality": 2,
        "n_clusters": 2,
        "weights": None,
        "model_id": "a/b",
        "pipeline": objects["StaticModelPipeline"],
        "model_name": str(folder),
        "metric": "cosine",
    }
    if function.startswith(("StaticModelForSimilarity", "StaticModelForRegression")):
        values["y"] = rng.normal(size=(2, 3))
    if function == "StaticModel.__init__" or function.endswith(("ForClassification.__init__", "Similarity.__init__", "Regression.__init__")):
        values["vectors"] = model.embedding
    if function.startswith(("Vicinity.insert", "Vicinity.from", "diversify")):
        values["vectors"] = rng.normal(size=(2, 4))
    return values.get(name)


def arguments_of(function):
    return {
        name: parameter
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
    }


def call_with(path, objects, folder, tmp_path, function, changed):
    target = bound(path, objects)
    arguments = {
        name: good(name, function, objects, folder, tmp_path)
        for name, parameter in arguments_of(target).items()
        if parameter.default is parameter.empty
    }
    return target(**{**arguments, **changed})


SKIPPED = {
    # Keep what they are given, or take anything by design.
    "MLPHead.__init__", "MLPHead.logits", "MLPHead.predict_proba", "MLPHead.predict_index", "MLPHead.predict_regression",
    "Tokenizer.__init__", "Tokenizer.of", "log_warnings",
}  # fmt: skip


@pytest.mark.parametrize("function", [name for name in FUNCTIONS if name not in SKIPPED])
def test_each_argument(function, objects, float_folder, tmp_path, monkeypatch):
    """One wrong value for each argument: an error whose message has the argument's name."""
    monkeypatch.chdir(tmp_path)
    path = FUNCTIONS[function]
    target = bound(path, objects)
    for name in arguments_of(target):
        if name in FREE or (function, name) in {("Vicinity.__init__", "metadata"), ("Vicinity.__init__", "vector_store")}:
            continue
        with pytest.raises((TypeError, ValueError)) as raised:
            call_with(path, objects, float_folder, tmp_path, function, {name: Wrong()})
        assert name in str(raised.value), f"{function}({name}=...): {raised.value}"
        assert "incompatible function arguments" not in str(raised.value) and "bad_cast" not in str(raised.value)


#: Go on for long with some values, as they should.
LONG = ("fit", "fit_head", "cross_validate")


@pytest.mark.parametrize("function", [f for f in FUNCTIONS if f not in SKIPPED and f.rpartition(".")[2] not in LONG])
def test_each_wrong_value(function, objects, float_folder, tmp_path, monkeypatch):
    """Other wrong values: nothing but good errors, if any. What is right for one argument is wrong for another."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "no-cache"))
    path = FUNCTIONS[function]
    for name, value in itertools.product(arguments_of(bound(path, objects)), WRONG):
        if name in FREE or (name in ("length", "max_length", "pad_to_multiple_of") and value is BIG):
            continue
        try:
            call_with(path, objects, float_folder, tmp_path, function, {name: value})
        except (TypeError, ValueError, OSError, m2v.Error, OverflowError, MemoryError) as problem:
            assert "incompatible function arguments" not in str(problem) and "bad_cast" not in str(problem), name


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_argument_that_there_is_not(function, objects, float_folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    path = FUNCTIONS[function]
    with pytest.raises(TypeError, match="no_such_argument"):
        call_with(path, objects, float_folder, tmp_path, function, {"no_such_argument": 1})


@pytest.mark.parametrize(
    "call, hint",
    [
        (lambda o: m2v.distill.distill("t", pca_dim=64), "pca_dims"),
        (lambda o: o["StaticModel"].encode(TEXTS, normalise=True), "normalize"),
        (lambda o: StaticModel.from_pretrained("x", quantise_to="int8"), "quantize_to"),
        (lambda o: o["Index"].search([1, 2, 3, 4], thread=1), "threads"),
        (lambda o: o["StaticModelForClassification"].fit(TEXTS, ["a", "b"], max_epoch=1), "max_epochs"),
        (lambda o: StaticModelForClassification.from_static_model(model=o["StaticModel"], hiden_dim=3), "hidden_dim"),
        (lambda o: o["StaticModelForClassification"].cross_validate(TEXTS, ["a", "b"], max_epoch=1), "max_epochs"),
        (lambda o: list(o["StaticModel"].encode_iter(TEXTS, normalise=True)), "normalize"),
    ],
)
def test_the_nearest_name(objects, call, hint):
    import m2v.distill  # noqa: F401

    with pytest.raises(TypeError, match=f"did you mean '{hint}'"):
        call(objects)


@pytest.mark.parametrize(
    "call, kind, message",
    [
        (lambda m: m2v.distill.distill("t", vocabulary=["a", None]), TypeError, "vocabulary.*item 1"),
        (lambda m: m.encode(TEXTS, threads=-1), ValueError, "threads must be at least 0"),
        (lambda m: m.encode(TEXTS, threads=10**9), ValueError, "threads must be at most 1024"),
        (lambda m: m.encode(TEXTS, max_length=-1), ValueError, "max_length must be at least 0"),
        (lambda m: m.encode(TEXTS, max_length=2.5), TypeError, "max_length must be a whole number"),
        (lambda m: m.encode(TEXTS, normalize="x"), TypeError, "normalize must be True or False"),
        (lambda m: m.encode("a", normalize_embeddings=True), TypeError, "normalize_embeddings"),
        (lambda m: setattr(m, "max_length", -1), ValueError, "max_length must be at least 0"),
        (lambda m: m.encode(["a", 3]), TypeError, "sentences.*item 1 is of type int"),
        (lambda m: m.encode([["a"], "b"]), TypeError, "sentences.*item 0 is of type list"),
        (lambda m: m.encode((t for t in ("a", b"b"))), TypeError, "sentences.*item 1 is of type bytes"),
        (lambda m: m.encode(np.array([["a", "b"]])), TypeError, "sentences.*item 0 is of type list"),
        (lambda m: m.encode(["a", "\ud800b"]), ValueError, "position 0.*sentences: item 1"),
        (lambda m: m.encode("b\udc80"), ValueError, "position 1.*sentences"),
        (lambda m: m.tokenize(["a", "b\udc80"]), ValueError, "position 1.*sentences: item 1"),
        (lambda m: m.tokenize("one text"), TypeError, "sentences"),
        (lambda m: m.encode_as_sequence(["a", None], max_length=3), TypeError, "sentences.*item 1"),
        (lambda m: m.tokenizer.token_to_id("\ud800"), ValueError, "position 0.*token"),
    ],
)
def test_what_is_right(objects, call, kind, message):
    import m2v.distill  # noqa: F401

    with pytest.raises(kind, match=message):
        call(objects["StaticModel"])


TABLE = np.zeros((24, 3), np.float32)
READ_ONLY = np.zeros((2, 24), np.float32)
READ_ONLY.flags.writeable = False


@pytest.mark.parametrize(
    "texts, out, message",
    [
        ("hello", TABLE[:, 0], "C order.*strides"),
        ("hello", np.zeros(23, np.float32), r"shape \(24,\).*\(23,\)"),
        ("hello", np.zeros((2, 24), np.float32), r"shape \(24,\)"),
        (TEXTS, np.zeros((3, 24), np.float32), r"shape \(2, 24\)"),
        (TEXTS, np.zeros((24, 2), np.float32).T, "C order"),
        (TEXTS, np.zeros((4, 24), np.float32)[::2], "C order"),
        (TEXTS, np.zeros((2, 24), np.float32)[:, ::-1], "C order"),
        (TEXTS, np.lib.stride_tricks.as_strided(np.zeros(24, np.float32), (2, 24), (0, 4)), "C order"),
        (TEXTS, np.zeros((2, 24), ">f4"), "byte order"),
        (TEXTS, np.zeros((2, 24), np.int32), "float16, float32 or float64, not int32"),
        (TEXTS, np.zeros((2, 24), complex), "not complex128"),
        (TEXTS, READ_ONLY, "read-only"),
        (TEXTS, np.frombuffer(bytearray(2 * 24 * 4 + 1), np.uint8)[1:].view(np.float32).reshape(2, 24), "alignment"),
    ],
)
def test_outputs(objects, texts, out, message):
    before = out.tobytes()
    with pytest.raises(ValueError, match=f"out.*{message}"):
        objects["StaticModel"].encode(texts, out=out)
    assert out.tobytes() == before
    with pytest.raises(TypeError, match="out must be a numpy array"):
        objects["StaticModel"].encode(texts, out=out.tolist())


def test_an_output_in_the_table(float_folder):
    loaded = StaticModel.from_pretrained(float_folder)
    table = np.array(loaded.embedding)
    model = StaticModel(table, loaded.tokenizer)
    with pytest.raises(ValueError, match="out must not share memory"):
        model.encode(TEXTS, out=table[:2])
    with pytest.raises(ValueError, match="out is of float16, but dtype asks for float32"):
        model.encode(TEXTS, out=np.zeros((2, 24), np.float16), dtype="float32")


def test_numbers_of_numpy_are_numbers(objects):
    model, index = objects["StaticModel"], objects["Index"]
    expected = model.encode(TEXTS, max_length=3, threads=1, normalize=True)
    found = model.encode(TEXTS, max_length=np.int64(3), threads=np.uint8(1), normalize=np.True_, batch_size=np.int32(7))
    assert np.array_equal(found, expected)
    assert np.array_equal(index.search(np.ones(4), k=np.int16(2))[0], index.search(np.ones(4), k=2)[0])
