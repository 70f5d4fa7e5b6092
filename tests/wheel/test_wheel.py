"""What the wheels hold, and that it works where nothing else of m2v is."""

import os
import re
import subprocess
import tarfile
import textwrap
import zipfile
from pathlib import Path

import model2vec
import numpy as np
import pytest

from conftest import DIST, PYTHONS, ROOT, TOOLS, wheel_for
from hub_repositories import User
from hub_server import Hub
from model_folders import read_safetensors
from teachers import random_bert

TEXTS = ["It rains on the lake.", "naïve café, Ωμέγα, 東京都", "", "a long text " * 900]
TOKEN = "hf_a_token"
MOST_BYTES = 20_000_000
#: What every Linux has, and a wheel may leave out.
OF_THE_SYSTEM = re.compile(r"(libc|libm|libdl|libpthread|librt|libresolv|libgcc_s|libstdc\+\+|ld-linux-x86-64)\.so")


@pytest.mark.parametrize("minor", PYTHONS)
def test_files(minor):
    path = wheel_for(minor)
    assert path.stat().st_size <= MOST_BYTES
    glibc = re.search(r"manylinux_2_(\d+)_x86_64", path.name)
    assert glibc and int(glibc[1]) <= 34, "wheels for RHEL 9 and later are to be built on Debian 12 or older"
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
    for name in ("py.typed", "_m2v.pyi", "_distill.pyi", "_hub.pyi", "bin/m2v", "lib/libm2v.so.0"):
        assert f"m2v/{name}" in names
    sources = {f"m2v/{file.relative_to(ROOT / 'python/m2v')}" for file in (ROOT / "python/m2v").rglob("*.py")}
    assert sources <= set(names)
    strange = [name for name in names if not re.match(r"m2v/|m2v\.libs/|m2v-[\d.]+\.dist-info/", name)]
    assert not strange
    libraries = [re.sub(r"\.so.*", "", name) for name in names if name.startswith("m2v/lib/l")]
    assert len(libraries) == len(set(libraries)) == 3, "a library is in it twice"


def test_source_distribution():
    """The wheels were built from it, so that nothing is missing."""
    (path,) = DIST.glob("m2v-*.tar.gz")
    with tarfile.open(path) as archive:
        inside = {Path(name).parts[1] for name in archive.getnames()}
    assert {"src", "include", "cli", "python", "cmake", "pyproject.toml", "LICENSE", "README.md", "PKG-INFO"} <= inside
    assert not [name for name in inside if name.startswith(".") or name in ("build", "out", "tests")]
    assert path.stat().st_size < 2_000_000


def test_vectors(environment, model, tmp_path):
    program = """
        import sys, numpy as np
        from m2v import StaticModel
        model = StaticModel.from_pretrained(sys.argv[1])
        np.save(sys.argv[2], model.encode(sys.argv[3:], dtype="float32"))
    """
    environment.program(program, model, tmp_path / "vectors.npy", *TEXTS)
    reference = model2vec.StaticModel.from_pretrained(str(model), force_download=False)
    reference.embedding = reference.embedding.astype(np.float32)
    np.testing.assert_allclose(np.load(tmp_path / "vectors.npy"), reference.encode(TEXTS), atol=1e-6)


def test_every_module_imports(environment):
    program = """
        import importlib, pkgutil, m2v
        for module in pkgutil.walk_packages(m2v.__path__, "m2v."):
            try:
                importlib.import_module(module.name)
                print(module.name)
            except ModuleNotFoundError as missing:  # of other people's libraries
                assert missing.name.partition(".")[0] not in ("m2v", "numpy"), missing
    """
    found = environment.program(program).split()
    assert {"m2v._hub", "m2v._distill", "m2v.inference.model", "m2v.onnx", "m2v.distill"} <= set(found)


def test_libraries_come_from_the_wheel(environment):
    program = """
        import numpy
        before = open("/proc/self/maps").read()
        import m2v._distill, m2v._hub
        paths = {line.split(maxsplit=5)[5].strip() for line in open("/proc/self/maps") if ".so" in line}
        print(*(path for path in paths if path not in before), sep="\\n")
    """
    paths = [Path(line) for line in environment.program(program).split()]
    ours = [path.name for path in paths if environment.folder in path.parents]
    others = [path for path in paths if path.name not in ours and path.parent.name != "lib-dynload"]
    assert not [path for path in others if not OF_THE_SYSTEM.match(path.name)]
    for name in ("libm2v.", "libm2v_distill.", "libm2v_hub.", "libcurl-", "libcrypto-", "libsimdjson-"):
        assert [found for found in ours if found.startswith(name)], name


def test_command(environment, tmp_path):
    versions = [
        environment.run(environment.python, "-m", "m2v", "--version"),
        environment.run(environment.bin / "m2v", "--version"),
    ]
    package = environment.program("import m2v; print(m2v.__version__)").strip()
    assert versions[0] == versions[1] and f"m2v {package}" in versions[0]
    environment.run(environment.bin / "m2v", "encode", status=2)
    teacher = random_bert(tmp_path / "tiny").folder
    environment.run(environment.bin / "m2v", "distill", teacher, "-o", tmp_path / "model")
    assert (tmp_path / "model" / "model.safetensors").is_file()


def test_distillation(environment, tmp_path):
    teacher = random_bert(tmp_path / "tiny").folder
    program = """
        import sys
        from m2v.distill import distill
        distill(sys.argv[1], pca_dims=16, quantize_to="float32").save_pretrained(sys.argv[2])
    """
    environment.program(program, teacher, tmp_path / "wheel")
    options = ["--pca-dims", "16", "--quantize-to", "float32", "--pooling", "mean"]
    subprocess.run([os.environ["M2V_BINARY"], "distill", teacher, "-o", tmp_path / "built", *options], check=True)
    found, expected = (read_safetensors(tmp_path / name / "model.safetensors") for name in ("wheel", "built"))
    np.testing.assert_allclose(found["embeddings"], expected["embeddings"], atol=1e-5)


@pytest.fixture
def hub(tmp_path, model):
    """A hub behind TLS, and the environment that leads to it."""
    certificate, key = tmp_path / "hub.crt", tmp_path / "hub.pem"
    names = "subjectAltName=IP:127.0.0.1,IP:127.0.0.2"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    subprocess.run([*request, "-addext", names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    key.write_bytes(key.read_bytes() + certificate.read_bytes())
    hub = Hub(key)
    hub.repositories.users[TOKEN] = User("me")
    hub.repositories.create("me/model", files={file.name: file.read_bytes() for file in model.iterdir()})
    yield {"HF_ENDPOINT": hub.url, "SSL_CERT_FILE": str(certificate), "HF_HOME": str(tmp_path / "home")}
    hub.close()


def test_hub(environment, hub, model):
    program = "import m2v; print(m2v.StaticModel.from_pretrained('me/model').dim)"
    assert environment.program(program, **hub) == "256\n"
    folder = environment.run(environment.bin / "m2v", "pull", "me/model", **{**hub, "HF_HUB_OFFLINE": "1"}).strip()
    assert (Path(folder) / "model.safetensors").read_bytes() == (model / "model.safetensors").read_bytes()


def test_hub_errors(environment, hub):
    program = """
        import m2v
        try:
            m2v.StaticModel.from_pretrained("me/another")
        except m2v.HubError as problem:
            print(problem.status, problem)
    """
    assert "me/another" in environment.program(program, **hub)
    message = environment.run(environment.bin / "m2v", "pull", "me/another", status=1, **hub)
    assert message.startswith("m2v: ") and "me/another" in message
    del hub["SSL_CERT_FILE"]
    assert "not trusted" in environment.run(environment.bin / "m2v", "pull", "me/model", status=1, **hub)


def test_installation_is_consistent(environment):
    subprocess.run([TOOLS / "python", "-m", "pip", "--python", environment.python, "check"], check=True)


RIGHT = """
    import numpy as np
    from numpy.typing import NDArray
    from m2v import StaticModel

    model = StaticModel.from_pretrained("minishlab/potion-base-8M", dimensionality=128)
    vectors: NDArray[np.float32] = model.encode(["It rains."], dtype="float32")
    ids: list[list[int]] = model.tokenize(["It rains."])
"""
WRONG = """
    from m2v import StaticModel, _m2v

    StaticModel.from_pretrained(3)
    dims: str = StaticModel.from_pretrained("x").dim
    _m2v.Tokenizer.load("x").encode()
"""


def test_types(environment, tmp_path):
    command = [TOOLS / "mypy", "--strict", "--python-executable", environment.python, "--cache-dir", tmp_path / "cache"]
    for name, text, problems in (("right.py", RIGHT, 0), ("wrong.py", WRONG, 3)):
        (tmp_path / name).write_text(textwrap.dedent(text))
        done = subprocess.run([*command, tmp_path / name], capture_output=True, text=True, cwd=tmp_path)
        assert done.stdout.count(": error: ") == problems, done.stdout + done.stderr
