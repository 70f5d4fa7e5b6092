"""m2v: static text embeddings (Model2Vec), native and fast.

This loads a model and embeds two texts:

    from m2v import StaticModel

    model = StaticModel.from_pretrained("minishlab/potion-base-8M")
    vectors = model.encode(["It rains on the lake.", "Water falls from the sky."])
"""

from m2v._m2v import Cancelled, Error, FormatError, HubError, IoError
from m2v.index import Index
from m2v.model import StaticModel, quantize_model
from m2v.tokenizer import Tokenizer
from m2v.version import __version__

__all__ = [
    "Cancelled",
    "Error",
    "FormatError",
    "HubError",
    "Index",
    "IoError",
    "StaticModel",
    "Tokenizer",
    "__version__",
    "quantize_model",
]
