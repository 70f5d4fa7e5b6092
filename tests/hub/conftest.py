"""A local hub for every test, and the official client set up so that it can reach nothing else."""

import json
import os
import sys
import tempfile
from pathlib import Path

# Before huggingface_hub is imported: it reads the environment once.
_home = tempfile.TemporaryDirectory(prefix="m2v-hub-tests-")
_ours = ("HF_", "HUGGING", "TRANSFORMERS_", "XDG_CACHE", "SSL_CERT", "REQUESTS_CA", "CURL_CA")
for variable in [name for name in os.environ if name.startswith(_ours) or "proxy" in name.lower()]:
    del os.environ[variable]
os.environ.update(
    HF_HOME=_home.name,
    HF_ENDPOINT="http://127.0.0.1:9",  # nobody listens: every test names its own
    HF_HUB_DISABLE_XET="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    HF_HUB_DISABLE_UPDATE_CHECK="1",
    HF_HUB_DISABLE_PROGRESS_BARS="1",
    HF_HUB_DISABLE_SHARED_BLOBS="1",
)
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "parity"))

import pytest

from hub_client import Client
from hub_repositories import User
from hub_server import Hub
from model_folders import Model, random_table, vocabulary_size
from teachers import random_bert
import tokenizer_files

TOKEN = "hf_theTokenOfMe"
READER = "hf_theTokenOfAReader"


def files_below(folder):
    """{path: content} of all files."""
    paths = [path for path in Path(folder).rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="session")
def static_model(tmp_path_factory):
    """The files of a small static model, which loads."""
    settings = tokenizer_files.trained()
    table = random_table(vocabulary_size(settings), 32)
    folder = tmp_path_factory.mktemp("static") / "model"
    config = {"model_type": "model2vec", "normalize": True}
    return files_below(Model(settings, table, config=config).write(folder))


@pytest.fixture(scope="session")
def teacher_model(tmp_path_factory):
    """The files of a small Sentence Transformer, which can be distilled."""
    folder = tmp_path_factory.mktemp("teacher") / "model"
    random_bert(folder)
    return {
        **files_below(folder),
        "modules.json": json.dumps(
            [
                {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            ]
        ).encode(),
        "1_Pooling/config.json": b'{"word_embedding_dimension": 48, "pooling_mode_cls_token": true}',
        "README.md": b"---\nlanguage: en\n---\n# A teacher\n",
    }


@pytest.fixture
def client(hub, tmp_path):
    """The command under test, with the hub as its endpoint and a cache of its own."""
    binary = os.environ.get("M2V_BINARY")
    assert binary and os.access(binary, os.X_OK), "set M2V_BINARY to the m2v command"
    return Client(Path(binary).resolve(), tmp_path / "home", hub.url)


@pytest.fixture
def hub():
    """A hub with two users, `me` (who may write) and `reader`."""
    hub = Hub()
    hub.repositories.users[TOKEN] = User("me")
    hub.repositories.users[READER] = User("reader", may_write=False)
    yield hub
    hub.close()
