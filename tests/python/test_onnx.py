"""Models as ONNX files, run by onnxruntime."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest
import tokenizers

import encode_texts
from m2v import StaticModel
from m2v.inference import Activation
from m2v.onnx import export_model_to_onnx
from test_pipeline import make

TEXTS = ["", "the cat", *encode_texts.of_every_kind(83, 60)]
TOLERANCE = {"float16": 1e-3, "int8": 1e-4}


def run(folder, output, texts=TEXTS):
    """As a runner of transformers does it: padded ids and a mask, by the tokenizer beside the graph."""
    onnx.checker.check_model(onnx.load(folder / "model.onnx"), full_check=True)
    pad = json.loads((folder / "config.json").read_text())["pad_token_id"]
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    found = [tokenizer.encode(text).ids[:512] for text in texts]
    ids = np.full((len(texts), max(map(len, found))), pad, np.int64)
    mask = np.zeros_like(ids)
    for row, some in enumerate(found):
        ids[row, : len(some)], mask[row, : len(some)] = some, 1
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    return session.run([output], {"input_ids": ids, "attention_mask": mask})[0]


@pytest.mark.parametrize("normalize", [True, False])
def test_vectors(folder, tmp_path, normalize):
    model = StaticModel.from_pretrained(folder, normalize=normalize, max_length=512)
    export_model_to_onnx(model, tmp_path / "out", source_model_name="org/name")
    expected = model.encode(TEXTS, dtype=np.float32)
    found = run(tmp_path / "out", "embeddings")
    assert np.abs(found - expected).max() <= 1e-5 * max(1, np.abs(expected).max())
    assert "base_model: \"org/name\"" in (tmp_path / "out" / "README.md").read_text()


def test_rows_with_scales(float_folder, tmp_path, m2v_command):
    m2v_command.check("convert", float_folder, "-o", tmp_path / "m", "--quantize-to", "int8", "--int8-scale", "row")
    model = StaticModel.from_pretrained(tmp_path / "m")
    export_model_to_onnx(model, tmp_path / "out")
    expected = model.encode(TEXTS)
    assert np.abs(run(tmp_path / "out", "embeddings") - expected).max() <= 1e-5 * np.abs(expected).max()
    whole = StaticModel.from_pretrained(float_folder).encode(TEXTS)
    assert np.abs(expected - whole).max() < 0.02 * np.abs(whole).max()
    first = model.encode_as_sequence(TEXTS[1]).mean(0)
    np.testing.assert_allclose(first, expected[1], atol=1e-5)


@pytest.mark.parametrize("activation", list(Activation))
def test_heads(float_folder, tmp_path, activation):
    pipeline = make(float_folder, activation)
    export_model_to_onnx(pipeline, tmp_path / "out")
    output = "predictions" if activation == Activation.IDENTITY else "probabilities"
    expected = pipeline.predict(TEXTS) if output == "predictions" else pipeline.predict_proba(TEXTS)
    np.testing.assert_allclose(run(tmp_path / "out", output), expected, atol=1e-5)


def test_files_beside_the_graph(float_folder, tmp_path, caplog):
    plain = StaticModel.from_pretrained(float_folder)
    around = {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}
    settings = {**json.loads(plain.tokenizer.to_str()), "post_processor": around}
    model = StaticModel(plain.embedding, json.dumps(settings), max_length=None)
    export_model_to_onnx(model, tmp_path / "a")
    assert "removing a post processor" in caplog.text and "no max length" in caplog.text
    kept = json.loads((tmp_path / "a" / "tokenizer.json").read_text())
    assert kept["post_processor"] is None and kept["model"] == settings["model"]
    assert json.loads((tmp_path / "a" / "tokenizer_config.json").read_text())["model_max_length"] == 512
    export_model_to_onnx(model, tmp_path / "b", remove_post_processor=False)
    assert json.loads((tmp_path / "b" / "tokenizer.json").read_text())["post_processor"] == settings["post_processor"]
