"""Names, arguments and defaults are model2vec's; what differs is listed here, with the reason."""

import importlib
import inspect

import pytest

import m2v

# No call downloads again what is in the cache unless it is asked to.
OTHER_DEFAULTS = {("StaticModel.from_pretrained", "force_download")}

FUNCTIONS = [
    ("model", "StaticModel.__init__"),
    ("model", "StaticModel.from_pretrained"),
    ("model", "StaticModel.save_pretrained"),
    ("model", "StaticModel.push_to_hub"),
    ("model", "StaticModel.encode"),
    ("model", "StaticModel.encode_as_sequence"),
    ("model", "StaticModel.tokenize"),
    ("model", "quantize_model"),
    ("quantization", "quantize_embeddings"),
    ("quantization", "quantize_and_reduce_dim"),
    ("inference.evaluation", "evaluate_single_or_multi_label"),
    ("inference.model", "StaticModelPipeline.__init__"),
    ("inference.model", "StaticModelPipeline.from_pretrained"),
    ("inference.model", "StaticModelPipeline.save_pretrained"),
    ("inference.model", "StaticModelPipeline.push_to_hub"),
    ("inference.model", "StaticModelPipeline.predict"),
    ("inference.model", "StaticModelPipeline.predict_proba"),
    ("inference.model", "StaticModelPipeline.evaluate"),
    ("inference.mlp", "MLPHead.__init__"),
    ("persistence", "push_folder_to_hub"),
    ("persistence.hf", "maybe_get_cached_model_path"),
]
ATTRIBUTES = (
    "dim normalize max_length embedding weights token_mapping tokens config embedding_dtype vocabulary_quantization "
    "unk_token_id median_token_length base_model_name language tokenizer"
).split()


def parameters(package, module, name):
    function = importlib.import_module(f"{package}.{module}")
    for part in name.split("."):
        function = getattr(function, part)
    found = inspect.signature(function).parameters.values()
    return {p.name: (p.kind, None if repr(p.default).startswith("<") else p.default) for p in found}


@pytest.mark.parametrize("module, name", FUNCTIONS)
def test_arguments(module, name):
    """Theirs come first, in the same order; ours may follow by keyword."""
    ours, theirs = parameters("m2v", module, name), parameters("model2vec", module, name)
    positional = [key for key, (kind, _) in ours.items() if kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    expected = [key for key, (kind, _) in theirs.items() if kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    assert positional == expected
    for key, (kind, default) in theirs.items():
        assert key in ours and ours[key][0] == kind
        if (name, key) not in OTHER_DEFAULTS:
            assert ours[key][1] == default, key


def test_attributes(float_folder):
    import model2vec

    ours = m2v.StaticModel.from_pretrained(float_folder)
    theirs = model2vec.StaticModel.from_pretrained(str(float_folder), force_download=False)
    for name in ATTRIBUTES:
        if name == "embedding":
            assert (ours.embedding == theirs.embedding).all() and ours.embedding.dtype == theirs.embedding.dtype
        elif name == "tokenizer":
            assert ours.tokenizer.get_vocab() == theirs.tokenizer.get_vocab()
        elif name == "language":
            assert not ours.language and not theirs.language
        else:
            assert getattr(ours, name) == getattr(theirs, name), name


def test_the_package_needs_numpy_alone():
    """In a fresh interpreter, with everything else hidden."""
    import subprocess
    import sys

    program = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "import numpy\n"
        "with_numpy = set(sys.modules)\n"
        "import m2v\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - with_numpy}\n"
        "print(sorted(name for name in new if name not in sys.stdlib_module_names))\n"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "['m2v']"
