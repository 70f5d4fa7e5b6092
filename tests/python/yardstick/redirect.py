"""A plugin of pytest: whatever imports model2vec gets m2v, module by module under the same paths.

The reference's conftest.py imports packages that these tests do not need. Where they are not installed, stand-ins with
as much as it takes to be imported are put in their place.
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


STAND_INS = {
    "torch": ["nn", "Tensor"],
    "skeletoken": ["TokenizerModel"],
    "transformers": ["AutoTokenizer"],
    "transformers.modeling_utils": ["PreTrainedModel"],
    "transformers.tokenization_utils_fast": ["PreTrainedTokenizerFast"],
    "model2vec.train": [
        "StaticModelForClassification",
        "StaticModelForPairSimilarity",
        "StaticModelForRegression",
        "StaticModelForSimilarity",
    ],
}

sys.meta_path.insert(0, Redirect())
for name, members in STAND_INS.items():
    module = types.ModuleType(name)
    for member in members:
        setattr(module, member, Anything)
    sys.modules[name] = module
