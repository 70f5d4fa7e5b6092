"""Distilling from Python: the same as the command's, option by option."""

import json

import numpy as np
import pytest

from m2v import Cancelled, FormatError, StaticModel
from m2v.distill import distill

WORDS = ["hello world", "bread", "cat food"]


def table_of(folder):
    return StaticModel.from_pretrained(folder)


@pytest.mark.parametrize(
    "options, arguments",
    [
        ({}, ["--pooling", "mean"]),
        ({"pooling": "first", "pca_dims": 16}, ["--pooling", "first", "--pca-dims", 16]),
        ({"pooling": "auto", "pca_dims": 0.9}, ["--pca-dims", 0.9]),
        ({"pca_dims": "auto", "sif_coefficient": None}, ["--pca-dims", "auto", "--sif-coefficient", "none"]),
        ({"pca_dims": None, "token_remove_pattern": None}, ["--pca-dims", "none", "--token-remove-pattern", "none"]),
        ({"quantize_to": "int8", "int8_scale": "row"}, ["--quantize-to", "int8", "--int8-scale", "row"]),
        ({"vocabulary_quantization": 20}, ["--vocabulary-quantization", 20]),
        ({"recipe": "best", "random_texts": 300, "pca_dims": 8},
         ["--recipe", "best", "--random-texts", 300, "--pca-dims", 8]),
        ({"precision": "int16"}, ["--precision", "int16"]),
    ],
)  # fmt: skip
def test_options(m2v_command, tiny_teacher, tmp_path, options, arguments):
    if "--pooling" not in arguments and options.get("pooling") != "auto":
        arguments = [*arguments, "--pooling", "mean"]
    m2v_command.check("distill", tiny_teacher, "-o", tmp_path / "command", *arguments)
    distill(str(tiny_teacher), **options).save_pretrained(tmp_path / "python")
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        assert (tmp_path / "python" / name).read_bytes() == (tmp_path / "command" / name).read_bytes(), name


def test_a_vocabulary_and_texts(m2v_command, tiny_teacher, tmp_path):
    texts = ["a cat and bread", "the cat and water"] * 20
    for name, lines in (("words.txt", WORDS), ("texts.txt", texts)):
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines))
    m2v_command.check(
        *("distill", tiny_teacher, "-o", tmp_path / "command", "--pooling", "mean"),
        *("--vocabulary", tmp_path / "words.txt", "--frequencies-from", tmp_path / "texts.txt"),
    )
    model = distill(str(tiny_teacher), WORDS, frequency_texts=iter(texts))
    expected = StaticModel.from_pretrained(tmp_path / "command")
    assert model.tokens == expected.tokens and np.array_equal(model.embedding, expected.embedding)
    assert model.base_model_name == "tiny" and model.config["token_frequencies"] == "texts"


def test_events_and_cancelling(tiny_teacher):
    stages = set()
    distill(str(tiny_teacher), on_event=lambda kind, stage, done, total, message: stages.add(stage))
    assert "forward pass" in stages

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        distill(str(tiny_teacher), on_event=stop)


def test_wrong_options(tiny_teacher, tmp_path):
    for wrong in (
        {"pooling": "none"},
        {"pca_dims": "all"},
        {"pca_dims": 0},
        {"sif_coefficient": 2.0},
        {"token_remove_pattern": "("},
        {"quantize_to": "float8"},
        {"recipe": "secret"},
        {"precision": "f8"},
    ):
        with pytest.raises(ValueError):
            distill(str(tiny_teacher), **wrong)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises((FormatError, OSError)):
        distill(str(tmp_path))
    assert issubclass(Cancelled, Exception)
