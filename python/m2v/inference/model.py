"""Static models with a head, which predict classes or other vectors of texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import numpy as np

from m2v import _m2v, persistence
from m2v._m2v import FormatError
from m2v.arguments import checked, several, wrong
from m2v.events import warn_caller
from m2v.hub import resolve
from m2v.inference.evaluation import evaluate_single_or_multi_label
from m2v.inference.head_file import head_bytes, read_head
from m2v.inference.mlp import Activation, Layer, MLPHead
from m2v.model import PathLike, StaticModel
from m2v.progress import in_steps
from m2v.texts import as_strings
from m2v.types import _UNSET, _UnsetType

_HEAD = "head.safetensors"
_LEGACY_HEAD = "pipeline.skops"
#: The minimum number of texts for which converting the head to a native pipeline is worthwhile.
_MANY = 256

T = TypeVar("T", bound="StaticModelPipeline")


class StaticModelPipeline:
    """A fine-tuned model: a static model with a head that predicts classes of texts, or vectors."""

    def __init__(self, model: StaticModel, head: MLPHead) -> None:
        """Combines a model and a head."""
        if not isinstance(model, StaticModel):
            raise wrong("model", "a StaticModel", model)
        if not isinstance(head, MLPHead):
            raise wrong("head", "an MLPHead", head)
        self.model = model
        self.head = head
        self.classes_ = head.classes_

    @classmethod
    @checked
    def from_pretrained(cls: type[T], path: PathLike, token: str | None = None) -> T:
        """Loads a pipeline from a folder or the Hugging Face Hub. A legacy head is converted, with a warning.

        :param path: The folder, or the id of the repository.
        :param token: An access token for private repositories.
        :raises FileNotFoundError: if the model has no head.
        """
        folder = resolve(path, token=token)
        if not (folder / _HEAD).exists() and (folder / _LEGACY_HEAD).exists():
            warn_caller(f"{folder}: {_LEGACY_HEAD} is a legacy format; save_pretrained writes the current one.")
            converted = convert_legacy_pipeline(folder)
            return cls(converted.model, converted.head)
        model, head = _load_model(folder)
        if head is None:
            raise FileNotFoundError(f"{folder}: there is no {_HEAD}: the model has no head")
        return cls(model, _read_head(head, folder / _HEAD, model.config.get("head_config", {})))

    @checked
    def save_pretrained(self, path: PathLike, *, force: bool = False) -> None:
        """Saves the pipeline to a folder that m2v and model2vec can load.

        :param path: The folder.
        :param force: Whether to save to a folder with other content, as for `StaticModel.save_pretrained`.
        """
        model, head = self.model, self.head
        before = dict(model.config)
        model.config["head_config"] = {
            "n_layers": len(head.layers),
            "activation": head.activation.value,
            "classes": None if self.classes_ is None else np.asarray(self.classes_).tolist(),
        }
        tensors = {}
        for i, layer in enumerate(head.layers):
            tensors[f"head.{i}.weight"] = np.asarray(layer.weight)
            tensors[f"head.{i}.bias"] = np.asarray(layer.bias)
        try:
            model._save(path, None, None, head_bytes(tensors), force)
        finally:
            model.config = before  # type: ignore[assignment]

    @checked
    def push_to_hub(
        self, repo_id: str, subfolder: str | None = None, token: str | None = None, private: bool = False
    ) -> None:
        """Uploads the pipeline to the Hugging Face Hub, in one commit.

        :param repo_id: The repository, which is created if it does not exist.
        :param subfolder: The folder of the repository to upload to; None: its root.
        :param token: An access token with write permission.
        :param private: Whether the repository is private if it is created.
        """
        with TemporaryDirectory() as folder:
            self.save_pretrained(folder)
            persistence.push_folder_to_hub(Path(folder), subfolder, repo_id, private, token)

    def _native(self) -> _m2v.ModelWithHead | None:
        """Returns a native pipeline with the current head; None if the library does not support the head.

        It supports heads with at least one layer, of float32, of exactly the types MLPHead and Layer.
        """
        layers = self.head.layers
        if type(self.head) is not MLPHead or not layers or any(type(layer) is not Layer for layer in layers):
            return None
        pairs = [(np.asarray(layer.weight, order="C"), np.asarray(layer.bias, order="C")) for layer in layers]
        if any(array.dtype != np.float32 for pair in pairs for array in pair):
            return None
        return _m2v.ModelWithHead(self.model._native, pairs)

    def _encode(
        self,
        X: Any,
        max_length: int | None | _UnsetType,
        show_progress_bar: bool = False,
        use_multiprocessing: bool = True,
    ) -> tuple[MLPHead, np.ndarray]:
        """Returns a head and the vectors to apply it to.

        For many texts the library computes the layers; then the vectors are the outputs of the last layer, and the head
        has no layers but only the activation.
        """
        texts = [X] if isinstance(X, str) else as_strings(X, "X")
        held = _m2v.Texts(texts, "X")
        native = self._native() if len(texts) >= _MANY else None
        if native is None:
            return self.head, self.model.encode(
                texts,
                max_length=max_length,
                show_progress_bar=show_progress_bar,
                use_multiprocessing=use_multiprocessing,
            )
        if isinstance(max_length, _UnsetType):
            max_length = self.model.max_length
        outputs = np.empty((len(texts), native.outputs), np.float32)
        threads = 0 if use_multiprocessing else 1
        for begin, end in in_steps(len(texts), show_progress_bar):
            native.predict(held, begin, outputs[begin:end], max_length, self.model.normalize, threads)
        return MLPHead([], self.head.activation, self.head.classes_), outputs

    @checked
    def predict(
        self,
        X: Sequence[str],
        show_progress_bar: bool = False,
        max_length: int | None | _UnsetType = _UNSET,
        batch_size: int = 1024,
        use_multiprocessing: bool = True,
        multiprocessing_threshold: int = 10_000,
        threshold: float = 0.5,
    ) -> np.ndarray:
        """Predicts the class of each text or, with several labels per text, the classes above the threshold.

        :param X: Texts, as for `StaticModel.encode`; its arguments have the same meaning here.
        :param threshold: With several labels per text: the probability above which a class is predicted.
        :return: An array of classes, of arrays of classes, or of vectors if the head has no classes.
        """
        head, vectors = self._encode(X, max_length, show_progress_bar, use_multiprocessing)
        if self.classes_ is None or head.activation == Activation.IDENTITY:
            return head.predict_regression(vectors)
        if head.activation == Activation.SOFTMAX:
            return self.classes_[head.predict_index(vectors)]
        labels = np.empty(len(vectors), object)
        labels[:] = [self.classes_[chances > threshold] for chances in head.predict_proba(vectors)]
        return labels

    @checked
    def predict_proba(
        self,
        X: Sequence[str],
        show_progress_bar: bool = False,
        max_length: int | None | _UnsetType = _UNSET,
        batch_size: int = 1024,
        use_multiprocessing: bool = True,
        multiprocessing_threshold: int = 10_000,
    ) -> np.ndarray:
        """Returns the probability of each class: a matrix [texts, classes], in the order of `classes_`.

        :raises ValueError: if the head has no classes.
        """
        self._needs_classes("predict_proba")
        head, vectors = self._encode(X, max_length, show_progress_bar, use_multiprocessing)
        return head.predict_proba(vectors)

    @checked(y=several)
    def evaluate(self, X: Sequence[str], y: Any, batch_size: int = 1024, threshold: float = 0.5) -> dict[str, Any]:
        """Compares predictions with true labels.

        :param X: Texts.
        :param y: Their true labels.
        :param threshold: With several labels per text: the probability above which a class is predicted.
        :return: The report of `evaluate_single_or_multi_label`.
        :raises ValueError: if the head has no classes.
        """
        self._needs_classes("evaluate")
        return evaluate_single_or_multi_label(self.predict(X, threshold=threshold), y)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.model!r}, {self.head!r})"

    def _needs_classes(self, what: str) -> None:
        if self.head.activation == Activation.IDENTITY:
            raise ValueError(f"{what} requires classes, but this head predicts vectors: use predict")


@checked
def convert_legacy_pipeline(
    path: PathLike, token: str | None = None, trust_remote_code: bool = False
) -> StaticModelPipeline:
    """Loads a pipeline with a legacy head, which model2vec saved in a skops file before `head.safetensors`.

    Nothing in the file is executed, and neither scikit-learn nor skops is required.

    :param path: A folder, or an id on the Hugging Face Hub.
    :param token: An access token for private repositories.
    :param trust_remote_code: Has no effect.
    :return: A pipeline, which `save_pretrained` saves in the current format.
    :raises FileNotFoundError: if there is no `pipeline.skops`.
    :raises FormatError: (a ValueError) if the file holds anything but one MLPClassifier or MLPRegressor with ReLU.
    """
    from m2v.inference.legacy import read_legacy_head

    folder = resolve(path, token=token)
    if not (folder / _LEGACY_HEAD).exists():
        raise FileNotFoundError(f"{folder}: there is no {_LEGACY_HEAD}")
    model, _ = _load_model(folder)
    return StaticModelPipeline(model, read_legacy_head(folder / _LEGACY_HEAD, model.dim))


def _load_model(folder: Path) -> tuple[StaticModel, bytes | None]:
    """Loads the model in a folder, and the content of its head file (None if it has none), as a consistent pair.

    Values of the table that are not finite are replaced as by `np.nan_to_num`, as in model2vec's pipelines.
    """
    model = StaticModel.from_pretrained(folder)
    head = model._native.file(_HEAD)
    if not np.isfinite(model.embedding).all():
        model.embedding = np.nan_to_num(model.embedding)
    return model, head


def _read_head(data: bytes, path: Path, config: dict[str, Any]) -> MLPHead:
    tensors = read_head(data, path)
    classes = config.get("classes")
    try:
        layers = [
            Layer(tensors[f"head.{i}.weight"], tensors[f"head.{i}.bias"]) for i in range(config.get("n_layers", 0))
        ]
        activation = Activation(config.get("activation", "identity"))
    except KeyError as missing:
        raise FormatError(f"{path}: there is no tensor {missing}, which head_config in config.json requires") from None
    return MLPHead(layers, activation, None if classes is None else np.asarray(classes))
