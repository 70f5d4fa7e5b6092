"""A plugin of pytest: whatever imports model2vec gets m2v, module by module under the same paths.

Tests of heads train them first: where torch is installed, model2vec itself does that (training.py). Elsewhere stand-ins
with as much as it takes to be imported stand in for it and for the other packages that conftest.py imports.
"""

import importlib
import importlib.abc
import importlib.util
import sys
import types

from tokenizers import Tokenizer


class Redirect(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds model2vec.X where m2v.X is."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] != "model2vec":
            return None
        return importlib.util.spec_from_loader(name, self)

    def create_module(self, spec):
        return importlib.import_module("m2v" + spec.name.removeprefix("model2vec"))

    def exec_module(self, module):
        """It has run already."""


class Anything:
    """Stands for a class that is only named, but for loading a folder's tokenizer."""

    Embedding = object

    def __init__(self, tokenizer=None):
        self.backend_tokenizer = tokenizer

    @classmethod
    def from_pretrained(cls, folder):
        return cls(Tokenizer.from_file(f"{folder}/tokenizer.json"))


TRAINABLE = [
    "StaticModelForClassification",
    "StaticModelForPairSimilarity",
    "StaticModelForRegression",
    "StaticModelForSimilarity",
]
STAND_INS = {
    "torch": ["nn", "Tensor"],
    "skeletoken": ["TokenizerModel"],
    "transformers": ["AutoTokenizer"],
    "transformers.modeling_utils": ["PreTrainedModel"],
    "transformers.tokenization_utils_fast": ["PreTrainedTokenizerFast"],
    "model2vec.train": TRAINABLE,
}


def module_of(name, members):
    module = types.ModuleType(name)
    vars(module).update(members)
    sys.modules[name] = module


if importlib.util.find_spec("torch") is None:
    sys.meta_path.insert(0, Redirect())
    for name, members in STAND_INS.items():
        module_of(name, dict.fromkeys(members, Anything))
else:
    import training  # while model2vec is still itself

    sys.meta_path.insert(0, Redirect())
    module_of("model2vec.train", {name: training.adapted(name) for name in TRAINABLE})
    import onnx_names

    module_of("model2vec.onnx", vars(onnx_names))
