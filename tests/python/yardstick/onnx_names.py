"""`m2v.onnx` for model2vec's tests, which make graphs by its internal steps: a torch module, then torch's exporter.
m2v has no torch module; here both steps together call its own export, so that the tests judge the graph it writes."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from m2v import Tokenizer, onnx
from m2v.onnx import *  # noqa: F403
from m2v.onnx import export_model_to_onnx


class TorchStaticModel:
    """Holds what is to be exported."""

    def __init__(self, model):
        self.model = model

    def eval(self):
        """Models of m2v have no other state."""


TorchStaticModelPipeline = TorchStaticModel


def _dynamic_shapes():
    """All graphs of m2v take batches of any shape."""


def _export_onnx(model, inputs, path, **names):
    with TemporaryDirectory() as folder:
        export_model_to_onnx(model.model, folder)
        shutil.copy(Path(folder) / "model.onnx", path)


def _resolve_pad_token_id(tokenizer, tokenizer_model):
    return onnx._pad_token_id(Tokenizer.of(tokenizer))


def _save_tokenizer_and_config(tokenizer, folder, remove_post_processor, max_length):
    onnx._save_tokenizer_and_config(Tokenizer.of(tokenizer), folder, remove_post_processor, max_length)
