"""Models from the Hugging Face Hub and to it, in the cache of `huggingface_hub`: a local hub stands for it."""

import os
import shutil

import numpy as np
import pytest

from hub_repositories import User
from hub_server import Hub
from m2v import HubError, StaticModel
from m2v.inference import StaticModelPipeline, convert_legacy_pipeline
from test_legacy import Skops
from test_pipeline import Activation, make

TOKEN = "hf_a_token_that_may_write"


@pytest.fixture
def hub(tmp_path, monkeypatch):
    hub = Hub()
    hub.repositories.users[TOKEN] = User("me")
    for name in [name for name in os.environ if name.startswith(("HF_", "HUGGING"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    yield hub
    hub.close()


@pytest.fixture
def model(float_folder):
    return StaticModel.from_pretrained(float_folder)


def test_there_and_back(hub, model):
    model.language = ["en"]
    model.push_to_hub("me/model", private=True, token=TOKEN)
    with pytest.raises(HubError, match="me/model") as refused:
        StaticModel.from_pretrained("me/model")
    assert refused.value.status in (401, 404) and isinstance(refused.value, OSError)
    again = StaticModel.from_pretrained("me/model", token=TOKEN)
    assert np.array_equal(again.encode(["the cat"]), model.encode(["the cat"])) and again.language == ["en"]


def test_a_cached_load_asks_nobody(hub, model):
    model.push_to_hub("me/model", token=TOKEN)
    StaticModel.from_pretrained("me/model")
    before = len(hub.requests())
    StaticModel.from_pretrained("me/model")
    assert len(hub.requests()) == before
    StaticModel.from_pretrained("me/model", force_download=True)
    assert len(hub.requests()) > before


def test_a_subfolder(hub, model):
    model.push_to_hub("me/model", token=TOKEN, subfolder="inner")
    again = StaticModel.from_pretrained("me/model", subfolder="inner")
    assert np.array_equal(again.embedding, model.embedding)


def test_a_pipeline(hub, float_folder):
    pipeline = make(float_folder, Activation.SOFTMAX)
    pipeline.push_to_hub("me/pipeline", token=TOKEN)
    again = StaticModelPipeline.from_pretrained("me/pipeline")
    assert np.array_equal(again.predict_proba(["the cat"]), pipeline.predict_proba(["the cat"]))


def test_a_pipeline_with_a_legacy_head(hub, float_folder, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(float_folder, folder)
    Skops().write(folder)
    expected = convert_legacy_pipeline(folder).predict_proba(["the cat"])
    hub.repositories.create("me/old", files={file.name: file.read_bytes() for file in folder.iterdir()})
    with pytest.warns(UserWarning, match="legacy"):
        again = StaticModelPipeline.from_pretrained("me/old")
    assert np.array_equal(again.predict_proba(["the cat"]), expected)
    assert np.array_equal(convert_legacy_pipeline("me/old", token=TOKEN).predict_proba(["the cat"]), expected)


def test_neither_a_folder_nor_an_id(hub, tmp_path):
    with pytest.raises((HubError, ValueError), match="no/such|not found"):
        StaticModel.from_pretrained("no/such")
    with pytest.raises(ValueError):
        StaticModel.from_pretrained("not an id at all!")
