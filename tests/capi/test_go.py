"""The C interface from Go: ids, tokens, vectors and messages, each text in a goroutine of its own."""

import json
import subprocess

import numpy as np
import static_reference
from static_reference import FLOAT32_TOLERANCE, assert_near
from tokenizers import Tokenizer

import encode_texts
from conftest import HERE


def test_go(folder, go, tmp_path):
    texts = encode_texts.of_every_kind(seed=4, count=1_000) + ["", "nul \0 inside"]
    program = tmp_path / "program"
    subprocess.run(["go", "vet", "."], cwd=HERE / "go", env=go, check=True)
    subprocess.run(["go", "build", "-o", program, "."], cwd=HERE / "go", env=go, check=True)
    output = subprocess.check_output([program, folder], input=json.dumps(texts).encode(), env=go)
    results = json.loads(output)

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    expected = tokenizer.encode_batch(texts, add_special_tokens=False)
    assert [result["Ids"] or [] for result in results] == [encoding.ids for encoding in expected]
    assert [result["Tokens"] or [] for result in results] == [encoding.tokens for encoding in expected]
    vectors = static_reference.encode(static_reference.load(folder), texts, normalize=False)
    assert_near(np.array([result["Vector"] for result in results]), vectors, texts, FLOAT32_TOLERANCE)
    for number, result in enumerate(results):
        assert f"missing/{number}:" in result["Message"]
