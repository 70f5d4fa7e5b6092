"""The base class of all trainable models."""

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
    """Returns a class method of a base class with different defaults for some of its keyword arguments."""
    function = method.__func__.__wrapped__
    twin = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    twin.__doc__, twin.__qualname__, twin.__annotations__ = function.__doc__, function.__qualname__, function.__annotations__
    twin.__kwdefaults__ = {**function.__kwdefaults__, **defaults}
    return classmethod(checked(twin))


class BaseFinetuneable:
    """A static model and a head, which `fit` trains together.

    After `fit`, `report_` is a list with one dictionary per validation check: epoch, step, train_loss, loss,
    learning_rate, seconds, best, and for classifiers train_accuracy and accuracy. `summary_` is a dictionary with the
    numbers of texts and steps, the duration in seconds, and whether training was cancelled.
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
        """Creates a model from the arrays of a static model, which are not modified.

        :param vectors: One row per token: a numpy array, or a tensor or list that can be converted to one.
        :param tokenizer: A tokenizer, as for `StaticModel`.
        :param n_layers: The number of hidden layers of the head.
        :param hidden_dim: The number of units of each hidden layer.
        :param out_dim: The number of outputs; `fit` may change it.
        :param token_mapping: The row of each token, if tokens share rows.
        :param weights: The weight of each token; None: all are 1.
        :param freeze: Whether the table is left unchanged.
        :param normalize: Whether vectors are scaled to length 1 before the head.
        :param freeze_weights: Whether the token weights are left unchanged. None: they are trained if the model has
            any; False: they are trained, starting at 1 if the model has none.
        :param max_length: The maximum length of a text in tokens; None: no limit.
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
        """Starts from a static model in a folder or on the Hugging Face Hub. Other arguments are the constructor's.

        :param path: The `path` argument of `StaticModel.from_pretrained`.
        :param token: An access token for private models on the hub.
        :param model_name: Deprecated name of `path`.
        :param max_length: Overrides the model's own maximum length in tokens; None: no limit.
        :param kwargs: Further arguments of the constructor of a subclass.
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
        """Starts from a static model, which is not modified. Other arguments are the constructor's.

        :param model: A static model of m2v or model2vec.
        :param max_length: Overrides the model's own maximum length in tokens; None: no limit.
        :param kwargs: Further arguments of the constructor of a subclass.
        """
        if not hasattr(model, "embedding"):
            raise wrong("model", "a StaticModel", model)
        check_constructor(cls, kwargs)
        scales = getattr(model, "_scales", None)  # model2vec's class, which has no scales, is accepted too
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
        """The number of dimensions of the static model's vectors."""
        return self._start.dim

    @property
    def vectors(self) -> np.ndarray:
        """The table from which `fit` starts."""
        return self._start.embedding

    @property
    def w(self) -> np.ndarray | None:
        """The token weights from which `fit` starts; None if there are none."""
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
        """The id of the unknown token; None if there is none. Unknown tokens do not contribute to vectors."""
        return self._start.unk_token_id

    @property
    def head(self) -> MLPHead:
        """The current head."""
        return self._pipeline.head

    @property
    def device(self) -> str:
        """Always "cpu"."""
        return "cpu"

    def to(self: T, device: Any) -> T:
        """Has no effect, because training runs on the CPU."""
        return self

    def train(self: T, mode: bool = True) -> T:
        """Has no effect, because there is no separate training mode."""
        return self

    def eval(self: T) -> T:
        """Has no effect, because there is no separate training mode."""
        return self

    def construct_head(self) -> MLPHead:
        """Returns an untrained head: Kaiming-uniform hidden layers, a Xavier-uniform last one. `fit` has its own."""
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

    #: Whether the head has a linear layer even if the numbers of inputs and outputs are equal.
    _always_has_layer = False

    @property
    def _pipeline(self) -> StaticModelPipeline:
        """The trained model or, before `fit`, the static model with an untrained head."""
        return self._trained or StaticModelPipeline(self._start, self.construct_head())

    @checked
    def encode(self, X: Sequence[str], batch_size: int = 1024, show_progress_bar: bool = False) -> np.ndarray:
        """Returns the outputs of the head without an activation: [texts, out_dim].

        :param X: Texts, as for `StaticModel.encode`.
        :param batch_size: Has no effect.
        :param show_progress_bar: Whether to show a progress bar, if `tqdm` is installed.
        """
        head, vectors = self._pipeline._encode(X, self.max_length, show_progress_bar)
        return head.predict_regression(vectors)

    def tokenize(self, texts: Sequence[str]) -> TokenBatch:
        """Returns the tokens of texts as used for training: truncated as by `encode`, without unknown tokens."""
        return TokenBatch.from_token_ids(self._tokenize_ids(as_strings(texts, "texts")))

    def _tokenize_ids(self, texts: Sequence[str]) -> list[list[int]]:
        if self.max_length is not None:
            characters = self.max_length * self._start.median_token_length
            texts = [text[:characters] for text in texts]
        return self.tokenizer._native.encode(texts, self.max_length, True)

    def to_static_model(self) -> StaticModel:
        """Returns the trained model without its head.

        Token weights are multiplied into the rows, unless tokens share rows.
        """
        return StaticModel._of_native(self._pipeline.model._make_native())

    def to_pipeline(self) -> StaticModelPipeline:
        """Returns the trained model with its head, for saving and predicting."""
        return StaticModelPipeline(self.to_static_model(), copy.deepcopy(self._pipeline.head))

    def _train(
        self: T,
        train: Callable[..., tuple[_m2v.ModelWithHead, dict[str, Any]]],
        arguments: Sequence[Any],
        options: dict[str, Any],
        progress: Progress,
        activation: Activation = Activation.IDENTITY,
        classes: np.ndarray | None = None,
    ) -> T:
        """Calls a training function of the native module and stores its results."""
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
        """Warns of likely mistakes in the data, as `fit` does. Only data with labels is checked."""

    @checked
    def cross_validate(
        self, X: Sequence[str], y: Any, folds: int = 5, *, random_seed: int = DEFAULT_RANDOM_SEED, **fit_arguments: Any
    ) -> dict[str, dict[str, Any]]:
        """Evaluates `fit` by cross-validation: each fold of the texts is held out once. Does not change the model.

        :param X: Texts.
        :param y: Their targets, as for `fit`.
        :param folds: The number of folds, which are stratified by class if texts have one label each.
        :param random_seed: The seed of the folds and of `fit`.
        :param fit_arguments: Other arguments of `fit`.
        :return: For each metric "mean", "std" (the sample standard deviation) and "folds", the values of the folds.
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
                warnings.simplefilter("ignore", DataWarning)  # _check_data has already checked all texts
                twin.fit(rows_of(texts, kept), rows_of(targets, kept), random_seed=random_seed, **fit_arguments)
            measured.append(twin._scores(rows_of(texts, held_out), rows_of(targets, held_out)))
        return {name: spread([scores[name] for scores in measured]) for name in measured[0]}

    def __repr__(self) -> str:
        layers = f"{self.embed_dim}" + f" -> {self.hidden_dim}" * self.n_layers + f" -> {self.out_dim}"
        return f"{type(self).__name__}({layers}, {self.tokenizer.model_type})"
