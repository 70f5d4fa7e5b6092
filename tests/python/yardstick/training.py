"""model2vec's own training for its tests of what comes after: the trained model is saved by model2vec and loaded by m2v."""

import importlib
import sys
from contextlib import contextmanager
from tempfile import TemporaryDirectory


def _modules():
    return [name for name in sys.modules if name.partition(".")[0] == "model2vec"]


for _name in ("train", "inference.model", "persistence", "vocabulary_quantization"):
    importlib.import_module(f"model2vec.{_name}")
REFERENCE = {name: sys.modules.pop(name) for name in _modules()}


@contextmanager
def as_itself():
    """In here, model2vec is model2vec: some of its functions import its modules when they are called."""
    ours = {name: sys.modules.pop(name) for name in _modules()}
    sys.modules.update(REFERENCE)
    try:
        yield
    finally:
        for name in _modules():
            del sys.modules[name]
        sys.modules.update(ours)


def adapted(name):
    """A class of `model2vec.train` that takes models of m2v and gives pipelines of m2v."""
    theirs = getattr(REFERENCE["model2vec.train"], name)

    class Adapted(theirs):
        def fit(self, *arguments, **options):
            with as_itself():
                return super().fit(*arguments, **options)

        def to_pipeline(self):
            from m2v.inference import StaticModelPipeline

            with TemporaryDirectory() as folder:
                with as_itself():
                    super().to_pipeline().save_pretrained(folder)
                return StaticModelPipeline.from_pretrained(folder)

        @classmethod
        def from_static_model(cls, *, model, **options):
            with TemporaryDirectory() as folder:
                model.save_pretrained(folder)
                with as_itself():
                    loaded = REFERENCE["model2vec.model"].StaticModel.from_pretrained(folder, force_download=False)
                    return super().from_static_model(model=loaded, **options)

    Adapted.__name__ = name
    return Adapted
