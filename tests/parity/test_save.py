"""What `m2v distill` saves: model2vec loads it, and the same input gives the same bytes."""

import json
import os
import re

import numpy as np
import pytest
import yaml
from model2vec.modelcards import get_metadata_from_readme

import encode_texts
import static_reference
import teachers
import tokenizer_files
from model_folders import contents
from static_reference import FLOAT16_TOLERANCE, assert_encodes_like, assert_near

FILES = {"README.md", "config.json", "model.safetensors", "modules.json", "tokenizer.json"}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return teachers.random_bert(tmp_path_factory.mktemp("teacher") / "tiny", seed=3).folder


def test_model2vec_loads_it(m2v, distilled):
    reference = static_reference.load(distilled)
    assert (
        reference.embedding.dtype == np.float16
        and reference.dim == 256
        and reference.normalize
        and reference.max_length == 512
    )
    texts = encode_texts.of_every_kind(31, 3_000) + encode_texts.of_every_length(31)
    assert_encodes_like(m2v, distilled, reference, texts, FLOAT16_TOLERANCE)


def test_model2vec_saves_it_again(m2v, distilled, tmp_path):
    """And we load what it saved."""
    static_reference.load(distilled).save_pretrained(tmp_path / "again")
    texts = encode_texts.of_every_kind(32, 500)
    assert m2v.encode(tmp_path / "again", texts).tobytes() == m2v.encode(distilled, texts).tobytes()


def test_files(distilled):
    assert {path.name for path in distilled.iterdir()} == FILES


def test_config(distilled):
    config = json.loads((distilled / "config.json").read_text())
    assert isinstance(config.pop("tokenizer_name"), str)
    assert config == {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "apply_pca": 256,
        "sif_coefficient": 0.0001,
        "hidden_dim": 256,
        "seq_length": 1_000_000,
        "normalize": True,
        "pooling": "mean",
        "max_length": 512,
        "embedding_dtype": "float16",
    }


def test_modules(distilled):
    types = [
        module["type"].rsplit(".", 1)[-1]
        for module in json.loads((distilled / "modules.json").read_text())
    ]
    assert types == ["StaticEmbedding", "Normalize"]


def test_model_card(distilled):
    card = (distilled / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\n")
    front = yaml.safe_load(card.split("---\n")[1])
    assert (
        front["library_name"] == "model2vec"
        and front["license"] == "apache-2.0"  # as the teacher's card says
        and front["model_name"] == distilled.name
    )
    assert front["base_model"] and {
        "embeddings",
        "static-embeddings",
        "sentence-transformers",
    } <= set(front["tags"])
    facts = dict(re.findall(r"^\| (.+) \| (.+) \|$", card, re.MULTILINE))
    tokens = len(tokenizer_files.read(distilled / "tokenizer.json")["model"]["vocab"])
    assert facts["Vectors"] == f"{tokens:,}" and facts["Dimensions"] == "256"
    assert facts["Size"] == f"{tokens * 256 * 2 / 1e6:.1f} MB" and facts["Numbers"] == "float16"
    assert facts["Pooling of the teacher's states"] == "mean" and facts["SIF coefficient"] == "0.0001"
    assert re.fullmatch(r"[\d,]+ texts of ten words per second, on one thread of .*", facts["Speed"])
    assert get_metadata_from_readme(distilled / "README.md")["base_model"] == front["base_model"]


def test_config_of_other_options(m2v, tiny, tmp_path):
    m2v.check(
        "distill",
        tiny,
        "-o",
        tmp_path / "a",
        "--pca-dims",
        "none",
        "--sif-coefficient",
        "none",
        "--pooling",
        "first",
        "--quantize-to",
        "int8",
    )
    config = json.loads((tmp_path / "a" / "config.json").read_text())
    assert (
        config["apply_pca"] is None
        and config["sif_coefficient"] is None
        and config["pooling"] == "first"
    )
    assert config["hidden_dim"] == 48 and config["embedding_dtype"] == "int8"
    m2v.check(
        "distill", tiny, "-o", tmp_path / "b", "--pca-dims", "0.8", "--quantize-to", "float64"
    )
    config = json.loads((tmp_path / "b" / "config.json").read_text())
    assert (
        config["apply_pca"] == 0.8
        and config["hidden_dim"] < 48
        and config["embedding_dtype"] == "float64"
    )
    m2v.check("distill", tiny, "-o", tmp_path / "c", "--pca-dims", "auto")
    assert json.loads((tmp_path / "c" / "config.json").read_text())["apply_pca"] == "auto"


@pytest.mark.parametrize("dtype", ["float32", "float16", "float64", "int8"])
def test_every_dtype_loads_in_model2vec(m2v, tiny, tmp_path, dtype):
    m2v.check("distill", tiny, "-o", tmp_path / "out", "--quantize-to", dtype)
    reference = static_reference.load(tmp_path / "out")
    assert reference.embedding_dtype == dtype
    texts = encode_texts.of_every_kind(33, 300) + tokenizer_files.SENTENCES
    assert_near(
        m2v.encode(tmp_path / "out", texts),
        static_reference.encode(reference, texts),
        texts,
        FLOAT16_TOLERANCE,
    )


def test_the_same_bytes_of_the_real_teacher(m2v, teacher, distilled, tmp_path):
    """Twice, and with one thread instead of all."""
    out = tmp_path / distilled.name
    m2v.check("distill", teacher, "-o", out, "--threads", 1)
    assert contents(out) == contents(distilled)


@pytest.mark.parametrize(
    "options",
    [[], ["--pca-dims", "16", "--quantize-to", "float32"], ["--quantize-to", "int8"]],
    ids=str,
)
def test_the_same_bytes_with_any_number_of_threads(m2v, tiny, tmp_path, options):
    made = []
    for run, threads in enumerate((1, 1, 2, 3, 5)):
        out = tmp_path / str(run) / "model"
        out.parent.mkdir()
        m2v.check("distill", tiny, "-o", out, "--threads", threads, *options)
        made.append(contents(out))
    assert all(other == made[0] for other in made)


def test_the_report_stays_out_of_the_model(m2v, tiny, tmp_path):
    m2v.check("distill", tiny, "-o", tmp_path / "a" / "model")
    m2v.check("distill", tiny, "-o", tmp_path / "b" / "model", "--report", tmp_path / "report.json")
    assert contents(tmp_path / "a" / "model") == contents(tmp_path / "b" / "model")
    report = json.loads((tmp_path / "report.json").read_text())
    assert any("seconds" in key for key in report)


def test_replacing_a_model(m2v, tiny, tmp_path):
    """Our files are new; other people's files and a card written by hand stay."""
    out = tmp_path / "model"
    m2v.check("distill", tiny, "-o", out, "--quantize-to", "float32")
    (out / "notes.txt").write_text("keep me")
    (out / "README.md").write_text(
        "---\nlicense: apache-2.0\nlanguage:\n- de\n---\n# Written by hand\n"
    )
    m2v.check("distill", tiny, "-o", out, "--quantize-to", "int8")
    assert json.loads((out / "config.json").read_text())["embedding_dtype"] == "int8"
    assert (out / "notes.txt").read_text() == "keep me"
    card = (out / "README.md").read_text()
    assert "# Written by hand" in card and "apache-2.0" in card
    assert os.listdir(tmp_path) == ["model"]
