"""Real vocabularies of large models, with the stages that their tokenizers have. All of them with
M2V_EXHAUSTIVE=1, else those that are quickly made."""

import pytest

import nasty
import real_vocabularies as real
from compare import assert_same_ids, assert_same_offsets
from conftest import EXHAUSTIVE
from test_families import PASSAGES

SUFFIX = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
R50K = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
CL100K = (
    SUFFIX + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + SUFFIX + "?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + SUFFIX + "?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def openai(pattern):
    return lambda file: real.from_ranks(real.javascript_ranks(file), pattern)


QUICK = {
    "Llama 2": (real.llama2, "mistral/tokenizer.model.v1"),
    "Gemma": (real.gemma, "mistral/mistral_instruct_tokenizer_240323.model.v3"),
    "Mistral": (real.mistral, "mistral/mistral_instruct_tokenizer_241114.model.v7"),
}
SLOW = {
    "Tekken": (real.tekken, "mistral/tekken_240911.json"),
    "r50k_base": (openai(R50K), "openai/r50k_base.js"),
    "p50k_base": (openai(R50K), "openai/p50k_base.js"),
    "cl100k_base": (openai(CL100K), "openai/cl100k_base.js"),
    "o200k_base": (openai(O200K), "openai/o200k_base.js"),
    "Claude": (real.claude, "anthropic/claude.json"),
}
CASES = [
    *QUICK,
    *(pytest.param(name, marks=pytest.mark.exhaustive) for name in SLOW),
]


@pytest.fixture(scope="module", params=CASES)
def model(request, vocabularies, tmp_path_factory):
    """A folder with a tokenizer.json of a real vocabulary."""
    make, file = {**QUICK, **SLOW}[request.param]
    folder = tmp_path_factory.mktemp("real")
    make(vocabularies / file).save(str(folder / "tokenizer.json"))
    return folder


def test_ids(m2v, model):
    monsters = [text for text in nasty.monsters() if len(text) < 20_000]
    assert_same_ids(m2v, model, PASSAGES + monsters + nasty.strings(5_000, seed=31))


def test_offsets(m2v, model):
    assert_same_offsets(m2v, model, PASSAGES[:200] + nasty.strings(300, seed=32))


def test_throughput_files(m2v, model, shared):
    for file in sorted((shared / "data" / "throughput").glob("*.txt")):
        lines = file.read_text("utf-8").split("\n")
        assert_same_ids(m2v, model, lines if EXHAUSTIVE else lines[:: len(lines) // 1_000])
