"""Heads of scikit-learn in `pipeline.skops`, written here as skops writes them; what is no such head is refused.

tests/integrations/test_legacy_heads.py reads what skops itself has written.
"""

import io
import json
import shutil
import zipfile

import numpy as np
import pytest

from m2v import FormatError, StaticModel
from m2v.inference import Activation, StaticModelPipeline, convert_legacy_pipeline

TEXTS = ["the cat drinks water", "bread", ""]
NETWORK = "sklearn.neural_network._multilayer_perceptron.MLPClassifier"


def node(name, loader, **rest):
    module, _, cls = name.rpartition(".")
    return {"__class__": cls, "__module__": module, "__loader__": loader, **rest, "__id__": 7}


def value(of):
    return node("builtins.str", "JsonNode", content=json.dumps(of), is_json=True)


def items(*nodes, kind="list"):
    return node(f"builtins.{kind}", f"{kind.title()}Node", content=list(nodes))


def thing(name, **attributes):
    types = items(*[node("builtins.str", "TypeNode") for _ in attributes])
    return node(name, "ObjectNode", content=node("builtins.dict", "DictNode", content=attributes, key_types=types))


class Skops:
    """A file in the making: its schema and its members can be changed before it is written."""

    def __init__(self, classes=("bread", "cat", "water"), widths=(24, 10, 3), last="softmax", cls=NETWORK):
        chance = np.random.default_rng(11)
        self.members = {}
        self.weights = [chance.normal(size=shape) for shape in zip(widths, widths[1:])]
        self.biases = [chance.normal(size=size) for size in widths[1:]]
        self.network = {
            "activation": value("relu"),
            "out_activation_": value(last),
            "coefs_": items(*map(self.array, self.weights)),
            "intercepts_": items(*map(self.array, self.biases)),
            "_random_state": thing("numpy.random.mtrand.RandomState"),
            "hidden_layer_sizes": items(value(10), kind="tuple"),
        }
        if classes is not None:
            self.network["classes_"] = self.array(np.asarray(classes))
        self.cls = cls

    def array(self, array):
        name = f"{len(self.members)}.npy"
        file = io.BytesIO()
        np.save(file, array)
        self.members[name] = file.getvalue()
        return node("numpy.ndarray", "NdArrayNode", type="numpy", file=name)

    def schema(self):
        step = items(value("network"), thing(self.cls, **self.network), kind="tuple")
        return thing("sklearn.pipeline.Pipeline", steps=items(step), memory=value(None)) | {"protocol": 3}

    def write(self, folder, schema=None, compression=zipfile.ZIP_STORED):
        with zipfile.ZipFile(folder / "pipeline.skops", "w", compression) as archive:
            for name, content in self.members.items():
                archive.writestr(name, content)
            text = schema if isinstance(schema, (str, bytes)) else json.dumps(schema or self.schema())
            archive.writestr("schema.json", text)

    def outputs(self, vectors):
        """By hand: the last layer's numbers."""
        for weight, bias in zip(self.weights[:-1], self.biases[:-1]):
            vectors = np.maximum(vectors @ weight + bias, 0)
        return vectors @ self.weights[-1] + self.biases[-1]


@pytest.fixture
def folder(float_folder, tmp_path):
    shutil.copytree(float_folder, tmp_path / "model")
    return tmp_path / "model"


def softmax(numbers):
    powers = np.exp(numbers - numbers.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def refused(folder, where):
    with pytest.raises(FormatError, match=where) as error:
        convert_legacy_pipeline(folder)
    assert "pipeline.skops" in str(error.value)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_classes(folder, compression, tmp_path):
    file = Skops()
    file.write(folder, compression=compression)
    pipeline = convert_legacy_pipeline(folder)
    expected = softmax(file.outputs(pipeline.model.encode(TEXTS)))
    np.testing.assert_allclose(pipeline.predict_proba(TEXTS), expected, atol=1e-9)
    labels = np.array(["bread", "cat", "water"])[expected.argmax(axis=1)]
    assert pipeline.predict(TEXTS).tolist() == labels.tolist()
    pipeline.save_pretrained(tmp_path / "new")
    again = StaticModelPipeline.from_pretrained(tmp_path / "new")
    np.testing.assert_array_equal(again.predict_proba(TEXTS), pipeline.predict_proba(TEXTS))


def test_several_labels(folder):
    file = Skops(classes=[3, 5, 8], last="logistic")
    file.write(folder)
    pipeline = convert_legacy_pipeline(folder)
    expected = 1 / (1 + np.exp(-file.outputs(pipeline.model.encode(TEXTS))))
    np.testing.assert_allclose(pipeline.predict_proba(TEXTS), expected, atol=1e-9)
    assert [p.tolist() for p in pipeline.predict(TEXTS)] == [
        [label for label, chance in zip([3, 5, 8], row) if chance > 0.5] for row in expected
    ]


def test_two_classes_with_one_output(folder):
    file = Skops(classes=["no", "yes"], widths=(24, 1), last="logistic")
    file.write(folder)
    pipeline = convert_legacy_pipeline(folder)
    yes = 1 / (1 + np.exp(-file.outputs(pipeline.model.encode(TEXTS))))
    np.testing.assert_allclose(pipeline.predict_proba(TEXTS), np.hstack([1 - yes, yes]), atol=1e-9)
    assert pipeline.predict(TEXTS).tolist() == ["yes" if chance > 0.5 else "no" for chance in yes]


def test_vectors(folder):
    file = Skops(classes=None, last="identity", cls=NETWORK.replace("Classifier", "Regressor"))
    file.write(folder)
    pipeline = convert_legacy_pipeline(folder)
    assert pipeline.head.activation == Activation.IDENTITY and pipeline.classes_ is None
    np.testing.assert_allclose(pipeline.predict(TEXTS), file.outputs(pipeline.model.encode(TEXTS)), atol=1e-9)


def test_ways_to_write_the_same(folder):
    """Classes as a list or as an array of objects, arrays by columns, in the other byte order, in float32."""
    file = Skops()
    file.write(folder)
    expected = convert_legacy_pipeline(folder)
    names = [value(name) for name in ("bread", "cat", "water")]
    for classes in (
        items(*names),
        node("numpy.ndarray", "NdArrayNode", type="json", content=names, shape=items(value(3), kind="tuple")),
    ):
        file.network["classes_"] = classes
        file.write(folder)
        assert convert_legacy_pipeline(folder).classes_.tolist() == expected.classes_.tolist()
    for other in (np.asfortranarray, lambda a: a.astype(">f8"), lambda a: a.astype(np.float32)):
        file.network["coefs_"] = items(*[file.array(other(weight)) for weight in file.weights])
        file.write(folder)
        found = convert_legacy_pipeline(folder)
        np.testing.assert_allclose(found.predict_proba(TEXTS), expected.predict_proba(TEXTS), atol=1e-6)
        found.save_pretrained(folder.parent / "saved")


def test_a_legacy_folder_loads_with_a_warning(folder):
    Skops().write(folder)
    with pytest.warns(UserWarning, match="legacy"):
        pipeline = StaticModelPipeline.from_pretrained(folder)
    assert pipeline.classes_.tolist() == ["bread", "cat", "water"]
    pipeline.save_pretrained(folder)
    StaticModelPipeline.from_pretrained(folder)  # without one: the new head counts


def test_no_file(folder):
    with pytest.raises(FileNotFoundError, match="pipeline.skops"):
        convert_legacy_pipeline(folder)


def test_what_is_no_number_in_the_table_is_zero(float_folder, tmp_path):
    model = StaticModel.from_pretrained(float_folder)
    table = model.embedding.copy()
    table[model.tokens.index("the"), :3] = np.nan
    StaticModel(table, model.tokenizer).save_pretrained(tmp_path / "model")
    Skops().write(tmp_path / "model")
    assert np.isfinite(convert_legacy_pipeline(tmp_path / "model").predict_proba(["the the"])).all()


@pytest.mark.parametrize(
    "changes, where",
    [
        ({"activation": value("tanh")}, "Unsupported hidden activation: tanh"),
        ({"out_activation_": value("exp")}, "Unsupported activation of the last layer: exp"),
        ({"out_activation_": value(["softmax"])}, r"steps\[0\]\[1\].out_activation_: one value"),
        ({"coefs_": items()}, r"root.steps\[0\]\[1\]: 0 coefs_ and 2 intercepts_"),
        ({"coefs_": value("none")}, r"steps\[0\]\[1\].coefs_: a ListNode was expected"),
        ({"coefs_": items(value(1), value(2))}, r"coefs_\[0\]: a NdArrayNode was expected here, not builtins.str"),
        ({"classes_": value(None)}, "classes_: a NdArrayNode was expected"),
        ({"classes_": items(value("one"))}, "1 classes, but 3 outputs"),
        ({"classes_": items(value(1.5), value(2.5), value(3.5))}, "strings or integers"),
        ({"classes_": None}, "classes_: a NdArrayNode was expected here, not nothing"),
        ({"classes_": node("numpy.ndarray", "NdArrayNode", type="numpy", file="9.npy")}, "9.npy: .*no item named"),
        ({"classes_": node("numpy.ndarray", "NdArrayNode", type="numpy", file=["x"])}, "without a file"),
        ({"_optimizer": node("os.system", "FunctionNode", content="rm")}, "_optimizer: Untrusted type os.system"),
        ({"loss": node("builtins.eval", "TypeNode")}, "loss: Untrusted type builtins.eval"),
        ({"loss": node("sklearnx.Evil", "ObjectNode")}, "Untrusted type sklearnx.Evil"),
    ],
)
def test_other_networks_are_refused(folder, changes, where):
    file = Skops()
    file.network |= changes
    file.write(folder)
    refused(folder, where)


@pytest.mark.parametrize("name", ["activation", "out_activation_", "coefs_", "intercepts_", "classes_"])
def test_missing_attributes(folder, name):
    file = Skops()
    del file.network[name]
    file.write(folder)
    refused(folder, f"there is no {name}")


@pytest.mark.parametrize(
    "widths, last, where",
    [
        ((25, 10, 3), "softmax", r"0.npy|coefs_\[0\]: float64 \(25, 10\), where floats of shape \(24, outputs\)"),
        ((24, 10, 2), "softmax", "3 classes, but 2 outputs"),
        ((24, 10, 0), "softmax", r"coefs_\[1\]: float64 \(10, 0\)"),
        ((24, 1), "softmax", "3 classes, but 1 outputs"),
    ],
)
def test_wrong_widths(folder, widths, last, where):
    Skops(widths=widths, last=last).write(folder)
    refused(folder, where)


def test_wrong_shapes_and_types(folder):
    for wrong, where in (
        (np.zeros((24, 10), np.int64), r"coefs_\[0\]: int64"),
        (np.zeros((24, 10, 1)), r"coefs_\[0\]: float64 \(24, 10, 1\)"),
        (np.zeros(24), r"coefs_\[0\]: float64 \(24,\)"),
        (np.zeros((24, 9)), r"intercepts_\[0\]: float64 \(10,\)"),
        (np.zeros((24, 10), "c16"), "npy: arrays of complex128 are not supported"),
        (np.zeros((24, 10), [("a", "f8")]), "npy: arrays of .* are not supported"),
    ):
        file = Skops()
        file.network["coefs_"]["content"][0] = file.array(wrong)
        file.write(folder)
        refused(folder, where)


def test_other_pipelines_are_refused(folder):
    file = Skops()
    network = thing(NETWORK, **file.network)
    scaler = thing("sklearn.preprocessing._data.StandardScaler")
    step = lambda *parts: items(*parts, kind="tuple")
    for schema, where in (
        (network, "root: a Pipeline was expected here, not sklearn.neural_network"),
        (thing("sklearn.pipeline.Pipeline", steps=items()), "without a last step"),
        (thing("sklearn.pipeline.Pipeline", steps=items(step(value("a")))), "without a last step"),
        (thing("sklearn.pipeline.Pipeline", steps=items(step(value("a"), scaler))), "Unsupported legacy head type"),
        (
            thing("sklearn.pipeline.Pipeline", steps=items(step(value("a"), scaler), step(value("b"), network))),
            "steps before the network",
        ),
        (thing("sklearn.pipeline.Pipeline"), "there is no steps"),
        (node("sklearn.pipeline.Pipeline", "ObjectNode"), "a ObjectNode cannot hold this"),
        ("[]", "a Pipeline was expected here, not nothing"),
        ("{}", "a Pipeline was expected here, not nothing"),
        ("nothing", "schema.json: "),
        (b"\xff\xff", "schema.json: "),
        ("[" * 200_000, "schema.json: "),
        ("[" * 3_000 + "]" * 3_000, "schema.json: |not nothing"),
    ):
        file.write(folder, schema)
        refused(folder, where)


def test_arrays_that_lie(folder):
    file = Skops()
    name = file.network["coefs_"]["content"][0]["file"]
    honest = file.members[name]
    pickled = io.BytesIO()
    np.save(pickled, np.array([print, None], object), allow_pickle=True)
    for lie in (
        honest[:-8],
        honest + b"\0" * 8,
        honest[:60],
        b"",
        honest.replace(b"(24, 10)", b"(10**9, 10**9)"),
        honest.replace(b"(24, 10)", b"(99999999999, 10)"),
        honest.replace(b"(24, 10)", b"(-24, -10)"),
        honest.replace(b"'<f8'", b"'<Z8'"),
        honest.replace(b"\x93NUMPY\x01", b"\x93NUMPY\x07"),
        pickled.getvalue(),
    ):
        file.members[name] = lie
        file.write(folder)
        refused(folder, name)


def test_bombs(folder):
    """Small files that would fill the memory."""
    zeros = Skops()
    zeros.write(folder, " " * (1 << 26), zipfile.ZIP_DEFLATED)
    refused(folder, "schema.json: 67108864 bytes exceed")
    assert (folder / "pipeline.skops").stat().st_size < 200_000
    file = Skops()
    file.write(folder)
    whole = (folder / "pipeline.skops").read_bytes()
    size = len(file.members["0.npy"]).to_bytes(4, "little")
    # The directory at the end of the archive says how large members are.
    at = whole.index(b"PK\x01\x02")
    (folder / "pipeline.skops").write_bytes(whole[:at] + whole[at:].replace(size, b"\xf0\xff\xff\xff", 2))
    refused(folder, "0.npy: ")


def test_damaged_archives(folder):
    Skops().write(folder, compression=zipfile.ZIP_DEFLATED)
    path = folder / "pipeline.skops"
    whole = path.read_bytes()
    for size in range(0, len(whole), 97):
        path.write_bytes(whole[:size])
        refused(folder, "pipeline.skops")
    chance = np.random.default_rng(13)
    for _ in range(300):
        changed = bytearray(whole)
        for at in chance.integers(0, len(whole), 3):
            changed[at] = chance.integers(0, 256)
        path.write_bytes(changed)
        try:
            convert_legacy_pipeline(folder)
        except FormatError:
            pass  # anything else fails the test


def test_a_member_that_is_encrypted_or_packed_strangely(folder):
    Skops().write(folder, compression=zipfile.ZIP_BZIP2)
    refused(folder, "unsupported compression method")
    Skops().write(folder)
    whole = (folder / "pipeline.skops").read_bytes()
    at = whole.index(b"PK\x01\x02")
    encrypted = whole[:6] + b"\x01" + whole[7 : at + 8] + b"\x01" + whole[at + 9 :]
    (folder / "pipeline.skops").write_bytes(encrypted)
    refused(folder, "encrypted")
