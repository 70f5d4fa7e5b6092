"""What all models that can be trained have in common."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Sequence
from logging import getLogger
from types import FunctionType
from typing import Any, TypeVar

import numpy as np

from m2v import _m2v
from m2v.arguments import check_constructor, check_known, checked, wrong
from m2v.inference import StaticModelPipeline
from m2v.inference.mlp import Activation, Layer, MLPHead
from m2v.model import DEFAULT_MAX_LENGTH, PathLike, StaticModel
from m2v.texts import as_strings
from m2v.tokenizer import Tokenizer
from m2v.train.dataset import TokenBatch, as_array, check_aligned, read_texts
from m2v.train.folds import folds_of, rows_of, spread
from m2v.train.utils import DEFAULT_RANDOM_SEED, DataWarning, Progress
from m2v.types import _UNSET, OnEvent, _UnsetType

T = TypeVar("T", bound="BaseFinetuneable")


def with_defaults(method: Any, **defaults: Any) -> Any:
    """A class method of a base, with other defaults for some of its arguments by keyword."""
    function = method.__func__.__wrapped__
    twin = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    twin.__doc__, twin.__qualname__, twin.__annotations__ = function.__doc__, function.__qualname__, function.__annotations__
    twin.__kwdefaults__ = {**function.__kwdefaults__, **defaults}
    return classmethod(checked(twin))


class BaseFinetuneable:
    """A static model and a head, which `fit` trains together.

    After `fit`, `report_` is a list with a dict for each check: epoch, step, train_loss, loss, learning_rate, seconds,
    best, and of classifiers train_accuracy and accuracy. `summary_` says how many texts, steps and seconds it took, and
    whether it was cancelled.
    """

    @checked
    def __init__(
        self,
        *,
        vectors: Any,
        tokenizer: Any,
        n_layers: int = 1,
        hidden_dim: int = 512,
        out_dim: int = 2,
        token_mapping: Sequence[int] | None = None,
        weights: Any | None = None,
        freeze: bool = False,
        normalize: bool = True,
        freeze_weights: bool | None = None,
        max_length: int | None = DEFAULT_MAX_LENGTH,
    ) -> None:
        """Begins with the arrays of a static model, which stay as they are.

        :param vectors: One row a token: a numpy array, or what becomes one.
        :param tokenizer: As StaticModel takes it.
        :param n_layers: Hidden layers of the head.
        :param hidden_dim: Their width.
        :param out_dim: How many outputs there are, until `fit` says otherwise.
        :param token_mapping: The row of each token, if tokens share rows.
        :param weights: What each token's row is multiplied by.
        :param freeze: Whether the rows stay as they are.
        :param normalize: Whether the head gets vectors of length 1.
        :param freeze_weights: Whether the tokens' weights stay as they are. None: a model's own are trained; False: a
            model without weights learns some, from 1.
        :param max_length: Texts are cut after so many tokens; None: never.
        """
        self._start = StaticModel(
            as_array(vectors),
            tokenizer,
            normalize=normalize,
            weights=None if weights is None else as_array(weights),
            token_mapping=None if token_mapping is None else as_array(token_mapping),
            max_length=max_length,
        )
        self._trained: StaticModelPipeline | None = None
        self.n_layers = n_layers
        self.hidden_dim = hidden_dim
        self.out_dim = out_dim
        self.freeze = freeze
        self.normalize = normalize
        self.freeze_weights = freeze_weights
        self.max_length = max_length
        self.token_dropout = 0.0

    @classmethod
    @checked
    def from_pretrained(
        cls: type[T],
        path: PathLike = "minishlab/potion-base-32m",
        *,
        token: str | None = None,
        model_name: PathLike | None = None,
        max_length: int | None | _UnsetType = _UNSET,
        n_layers: int = 1,
        hidden_dim: int = 512,
        out_dim: int = 2,
        freeze: bool = False,
        normalize: bool = True,
        freeze_weights: bool | None = None,
        **kwargs: Any,
    ) -> T:
        """Begins with a model in a folder or on the Hugging Face Hub.

        :param path: As StaticModel.from_pretrained takes it.
        :param token: For private models on the hub.
        :param model_name: The old name of `path`.
        :param max_length: Instead of the model's own.
        :param kwargs: More arguments of the constructor, which explains the others.
        """
        check_constructor(cls, kwargs)
        if model_name:
            getLogger(__name__).warning("The 'model_name' argument is deprecated. Use 'path' instead.")
        return cls.from_static_model(
            model=StaticModel.from_pretrained(model_name or path, token=token),
            max_length=max_length,
            n_layers=n_layers,
            hidden_dim=hidden_dim,
            out_dim=out_dim,
            freeze=freeze,
            normalize=normalize,
            freeze_weights=freeze_weights,
            **kwargs,
        )

    @classmethod
    @checked
    def from_static_model(
        cls: type[T],
        *,
        model: StaticModel,
        max_length: int | None | _UnsetType = _UNSET,
        n_layers: int = 1,
        hidden_dim: int = 512,
        out_dim: int = 2,
        freeze: bool = False,
        normalize: bool = True,
        freeze_weights: bool | None = None,
        **kwargs: Any,
    ) -> T:
        """Begins with a model, which stays as it is.

        :param model: The model.
        :param max_length: Instead of the model's own.
        :param kwargs: More arguments of the constructor, which explains the others.
        """
        if not hasattr(model, "embedding"):
            raise wrong("model", "a StaticModel", model)
        check_constructor(cls, kwargs)
        scales = getattr(model, "_scales", None)  # model2vec's own class will do as well
        made = cls(
            vectors=model.embedding if scales is None else model.embedding * scales[:, None],
            tokenizer=model.tokenizer,
            token_mapping=model.token_mapping,
            weights=model.weights,
            max_length=model.max_length if isinstance(max_length, _UnsetType) else max_length,
            n_layers=n_layers,
            hidden_dim=hidden_dim,
            out_dim=out_dim,
            freeze=freeze,
            normalize=normalize,
            freeze_weights=freeze_weights,
            **kwargs,
        )
        start = made._start
        start.config = {**{k: v for k, v in model.config.items() if k != "head_config"}, **start.config}
        start.base_model_name, start.language = model.base_model_name, model.language
        start._card = getattr(model, "_card", start._card)
        return made

    @property
    def embed_dim(self) -> int:
        """The width of the static model's vectors."""
        return self._start.dim

    @property
    def vectors(self) -> np.ndarray:
        """The rows that `fit` begins with."""
        return self._start.embedding

    @property
    def w(self) -> np.ndarray | None:
        """The tokens' weights that `fit` begins with, if there are any."""
        if self._start.weights is None and self.freeze_weights is False:
            return np.ones(self._start.tokenizer.get_vocab_size(), np.float32)
        return self._start.weights

    @property
    def token_mapping(self) -> np.ndarray:
        """The row of each token."""
        mapping = self._start.token_mapping
        return np.arange(len(self.vectors)) if mapping is None else mapping

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer."""
        return self._start.tokenizer

    @property
    def unk_token_id(self) -> int | None:
        """The id of the token for what is not in the vocabulary. It has no part in vectors."""
        return self._start.unk_token_id

    @property
    def head(self) -> MLPHead:
        """The layers behind the vectors, as they are now."""
        return self._pipeline.head

    @property
    def device(self) -> str:
        """Always the CPU."""
        return "cpu"

    def to(self: T, device: Any) -> T:
        """Of no effect, as `train` and `eval` are."""
        return self

    def train(self: T, mode: bool = True) -> T:
        """Of no effect: no state is for training alone."""
        return self

    def eval(self: T) -> T:
        """Of no effect."""
        return self

    def construct_head(self) -> MLPHead:
        """A head to begin with: Kaiming-uniform hidden layers, a Xavier-uniform last one. `fit` makes its own."""
        if self.n_layers == 0 and self.out_dim == self.embed_dim and not self._always_has_layer:
            return MLPHead([], Activation.IDENTITY)
        chance = np.random.default_rng(0)
        widths = [self.embed_dim, *[self.hidden_dim] * self.n_layers, self.out_dim]
        layers = []
        for inputs, outputs in zip(widths, widths[1:]):
            is_last = len(layers) == self.n_layers
            limit = np.sqrt(6 / (inputs + outputs if is_last else inputs))
            weight = chance.uniform(-limit, limit, (outputs, inputs)).astype(np.float32)
            layers.append(Layer(weight, np.zeros(outputs, np.float32)))
        return MLPHead(layers, Activation.IDENTITY)

    #: Whether there is a linear layer even where the widths do not ask for one.
    _always_has_layer = False

    @property
    def _pipeline(self) -> StaticModelPipeline:
        """What there is to predict with."""
        return self._trained or StaticModelPipeline(self._start, self.construct_head())

    @checked
    def encode(self, X: Sequence[str], batch_size: int = 1024, show_progress_bar: bool = False) -> np.ndarray:
        """The head's outputs without an activation: [texts, out_dim].

        :param X: Texts, as `StaticModel.encode` takes them.
        :param batch_size: Of no effect.
        :param show_progress_bar: Shows one, if `tqdm` is installed.
        """
        head, vectors = self._pipeline._encode(X, self.max_length, show_progress_bar)
        return head.predict_regression(vectors)

    def tokenize(self, texts: Sequence[str]) -> TokenBatch:
        """The tokens of texts as training sees them: cut as `encode` cuts, without the unknown token."""
        return TokenBatch.from_token_ids(self._tokenize_ids(as_strings(texts, "texts")))

    def _tokenize_ids(self, texts: Sequence[str]) -> list[list[int]]:
        if self.max_length is not None:
            characters = self.max_length * self._start.median_token_length
            texts = [text[:characters] for text in texts]
        return self.tokenizer._native.encode(texts, self.max_length, True)

    def to_static_model(self) -> StaticModel:
        """The trained model without its head. Tokens' weights are multiplied into the rows, unless tokens share rows."""
        return StaticModel._of_native(self._pipeline.model._make_native())

    def to_pipeline(self) -> StaticModelPipeline:
        """The trained model with its head, to save and predict with."""
        return StaticModelPipeline(self.to_static_model(), copy.deepcopy(self._pipeline.head))

    def _train(
        self: T,
        train: Callable[..., tuple[_m2v.Pipeline, dict[str, Any]]],
        arguments: Sequence[Any],
        options: dict[str, Any],
        progress: Progress,
        activation: Activation = Activation.IDENTITY,
        classes: np.ndarray | None = None,
    ) -> T:
        """Runs the library's `train` and takes over what it makes."""
        of_model = {
            "hidden_layers": self.n_layers,
            "hidden_dim": self.hidden_dim,
            "freeze": self.freeze,
            "freeze_weights": self.freeze_weights,
            "normalize": self.normalize,
            "max_length": self.max_length,
        }
        with progress:
            trained, report = train(*arguments, {**of_model, **options}, progress)
        head = MLPHead([Layer(weight, bias) for weight, bias in trained.layers], activation, classes)
        self._trained = StaticModelPipeline(StaticModel._of_native(trained.model), head)
        self.out_dim = trained.outputs
        self.token_dropout = options["token_dropout"]
        self.report_: list[dict[str, Any]] = report.pop("checks")
        self.summary_: dict[str, Any] = report
        if report["cancelled"]:
            getLogger(__name__).warning("Training was stopped: the model is the best of %d checks.", len(self.report_))
        return self

    def _check_data(self, texts: Sequence[str], y: Sequence[Any]) -> None:
        """Warns of what looks like a mistake, as `fit` does. Only labels can be checked."""

    @checked
    def cross_validate(
        self, X: Sequence[str], y: Any, folds: int = 5, *, random_seed: int = DEFAULT_RANDOM_SEED, **fit_arguments: Any
    ) -> dict[str, dict[str, Any]]:
        """How good `fit` is on texts that it has not seen: each fold of the texts is held out once. Nothing is kept of it.

        :param X: Texts.
        :param y: What belongs to them, as `fit` takes it.
        :param folds: How many; every class has its share of each, where texts have one label each.
        :param random_seed: Of the folds and of `fit`.
        :param fit_arguments: Of `fit`.
        :return: Measures, each with "mean", "std" (of a sample) and "folds", the values in order.
        """
        check_known(self.fit, fit_arguments)
        texts, targets = read_texts(X, "X"), self._read_targets(y, "y")
        check_aligned(X=texts, y=targets)
        self._check_data(texts, targets)
        measured = []
        for held_out in folds_of(targets, folds, random_seed):
            kept = np.setdiff1d(np.arange(len(texts)), held_out)
            twin = copy.copy(self)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DataWarning)  # _check_data told of all texts
                twin.fit(rows_of(texts, kept), rows_of(targets, kept), random_seed=random_seed, **fit_arguments)
            measured.append(twin._scores(rows_of(texts, held_out), rows_of(targets, held_out)))
        return {name: spread([scores[name] for scores in measured]) for name in measured[0]}

    def __repr__(self) -> str:
        layers = f"{self.embed_dim}" + f" -> {self.hidden_dim}" * self.n_layers + f" -> {self.out_dim}"
        return f"{type(self).__name__}({layers}, {self.tokenizer.model_type})"
