"""The static embedding model."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from m2v import _m2v, arguments
from m2v.arguments import checked
from m2v.encode_arguments import FOREIGN, check_foreign, output_array
from m2v.progress import in_steps
from m2v.quantization import DType
from m2v.texts import as_strings, in_batches
from m2v.tokenizer import Tokenizer
from m2v.types import _UNSET, StaticModelConfig, _UnsetType

PathLike = str | os.PathLike

DEFAULT_MAX_LENGTH = 512
_DEFAULT_NORMALIZE = False
_BATCH_SIZE = 1024
_MULTIPROCESSING_THRESHOLD = 10_000
_OPTIONS = arguments.KINDS

T = TypeVar("T", bound="StaticModel")


class StaticModel:
    """A tokenizer and a table with one vector per token. The vector of a text is the mean of its tokens' vectors.

    Any number of threads may use a model at the same time, as long as none modifies it.
    """

    @checked
    def __init__(
        self,
        vectors: np.ndarray,
        tokenizer: Any,
        config: Mapping[str, Any] | None = None,
        normalize: bool = _DEFAULT_NORMALIZE,
        base_model_name: str | None = None,
        language: list[str] | None = None,
        weights: np.ndarray | None = None,
        token_mapping: np.ndarray | None = None,
        max_length: int | None = DEFAULT_MAX_LENGTH,
    ) -> None:
        """Creates a model from arrays, which are not copied if they are in C order.

        :param vectors: One row per token, in order of the ids, of type float16, float32, float64 or int8; with a
            `token_mapping`, the rows that it refers to.
        :param tokenizer: A tokenizer of `tokenizers`, Transformers or m2v, or the text of a `tokenizer.json`.
        :param config: Additional entries of `config.json`.
        :param normalize: Whether the vectors of texts are scaled to length 1.
        :param base_model_name: The name of the teacher, for the model card.
        :param language: The languages of the model, for the model card.
        :param weights: The weight of each token, in order of the ids; None: all are 1.
        :param token_mapping: The row of each token, if tokens share rows.
        :param max_length: The maximum length of a text in tokens; None: no limit.
        :raises ValueError: if vectors, weights and mapping do not match the tokenizer.
        """
        self._tokenizer = Tokenizer.of(tokenizer)
        count = self._tokenizer.get_vocab_size()
        if token_mapping is None and len(vectors) != count:
            raise ValueError(
                f"{count} tokens, but {len(vectors)} vectors; without a token_mapping there must be one vector per token"
            )
        self._embedding: np.ndarray | None = vectors
        self._weights, self._token_mapping, self._scales = weights, token_mapping, None
        self._card: dict[str, Any] = {"license": "mit", "tags": [], "other_lines": ""}
        self._native_model: _m2v.Model | None = None
        self.base_model_name = base_model_name
        self.language = language
        self._set_up(config, normalize, max_length)
        self._native  # raises if the arguments do not match

    def _set_up(self, config: Mapping[str, Any] | None, normalize: bool, max_length: int | None) -> None:
        self.config: StaticModelConfig = dict(config or {})  # type: ignore[assignment]
        self.max_length = max_length
        self.normalize = normalize

    @classmethod
    def _of_native(
        cls: type[T],
        native: _m2v.Model,
        normalize: bool | None = None,
        max_length: int | None | _UnsetType = _UNSET,
    ) -> T:
        """Wraps a native model. The arrays are views of its data; both settings default to the model's own."""
        model = cls.__new__(cls)
        arrays = native.arrays()
        config = json.loads(arrays["config"])
        model._tokenizer = Tokenizer(arrays["tokenizer"], arrays["tokenizer_json"])
        model._embedding = _embedding_of(arrays)
        model._weights, model._token_mapping, model._scales = (arrays[k] for k in ("weights", "mapping", "scales"))
        model._card = arrays["card"]
        model._native_model = native
        model.base_model_name = model._card["base_model"] or None
        model.language = model._card["languages"] or None
        if normalize is None:
            normalize = config["normalize"]
        if isinstance(max_length, _UnsetType):
            max_length = config["max_length"]
        model._set_up(config, normalize, max_length)
        return model

    @property
    def _native(self) -> _m2v.Model:
        """The native model of the current arrays."""
        if self._native_model is None:
            self._native_model = self._make_native()
        return self._native_model

    def _make_native(self) -> _m2v.Model:
        name = self.base_model_name
        card = {
            "base_model": (name[0] if isinstance(name, list) and name else name) or "",
            "languages": [self.language] if isinstance(self.language, str) else list(self.language or []),
            "license": self._card["license"],
            "tags": self._card["tags"],
            "other_lines": self._card.get("other_lines", ""),
        }
        return _m2v.Model.from_arrays(
            self._tokenizer._native,
            self._tokenizer.to_str(),
            np.ascontiguousarray(self.embedding),
            _list_of(self._weights, np.float64),
            _list_of(self._token_mapping, np.int32),
            _list_of(self._scales, np.float32),
            json.dumps(self.config),
            card,
        )

    @property
    def embedding(self) -> np.ndarray:
        """The table: one row per token, unless tokens share rows.

        The table of a loaded model is a read-only view of its file. Assign a new array to change it.
        """
        return self._embedding

    @embedding.setter
    def embedding(self, value: np.ndarray) -> None:
        self._embedding, self._native_model = value, None

    @property
    def weights(self) -> np.ndarray | None:
        """The weight of each token, by which its row is multiplied; None if there are none."""
        return self._weights

    @weights.setter
    def weights(self, value: np.ndarray | None) -> None:
        self._weights, self._native_model = value, None

    @property
    def token_mapping(self) -> np.ndarray | None:
        """The row of each token; None unless tokens share rows."""
        return self._token_mapping

    @token_mapping.setter
    def token_mapping(self, value: np.ndarray | None) -> None:
        self._token_mapping, self._native_model = value, None

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer."""
        return self._tokenizer

    @property
    def tokens(self) -> tuple[str, ...]:
        """All tokens in order of their ids."""
        return self._tokenizer.tokens

    @property
    def dim(self) -> int:
        """The number of dimensions of the vectors."""
        return self.embedding.shape[1]

    @property
    def unk_token_id(self) -> int | None:
        """The id of the unknown token, if there is one. Unknown tokens do not contribute to vectors."""
        return self._tokenizer.unk_token_id

    @property
    def median_token_length(self) -> int:
        """The median length of the tokens in characters. Texts are cut after `max_length` times as many characters."""
        return self._native.median_token_length

    @property
    def normalize(self) -> bool:
        """Whether the vectors of texts are scaled to length 1."""
        return self._normalize

    @normalize.setter
    def normalize(self, value: bool) -> None:
        self._set("normalize", arguments.flag("normalize", value))

    @property
    def max_length(self) -> int | None:
        """The maximum length of a text in tokens; None: no limit."""
        return self._max_length

    @max_length.setter
    def max_length(self, value: int | None) -> None:
        value = arguments.KINDS["max_length"]("max_length", value)
        self._set("max_length", value)
        if value is None:
            self._tokenizer.no_truncation()
        else:
            self._tokenizer.enable_truncation(value)

    def _set(self, name: str, value: Any) -> None:
        before = self.config.get(name)
        if before is not None and before != value:
            _warn("%s is set to %r and replaces %r in the config.", name, value, before)
        self.config[name] = value  # type: ignore[literal-required]
        setattr(self, f"_{name}", value)

    @property
    def embedding_dtype(self) -> str:
        """The type of the table, e.g. "float16"."""
        return self.embedding.dtype.name

    @property
    def vocabulary_quantization(self) -> int | None:
        """The number of rows that the tokens share; None unless tokens share rows."""
        shared = self._token_mapping is not None or len(self.embedding) != self._tokenizer.get_vocab_size()
        return len(self.embedding) if shared else None

    @classmethod
    @checked
    def from_pretrained(
        cls: type[T],
        path: PathLike,
        token: str | None = None,
        normalize: bool | None = None,
        subfolder: str | None = None,
        quantize_to: str | DType | None = None,
        dimensionality: int | None = None,
        vocabulary_quantization: int | None = None,
        max_length: int | None | _UnsetType = _UNSET,
        force_download: bool = False,
    ) -> T:
        """Loads a model from a folder, a compiled file or the Hugging Face Hub.

        :param path: A folder, a compiled file, or an id on the hub.
        :param token: An access token for private models on the hub; by default the one that `huggingface_hub` finds.
        :param normalize: Overrides the model's own setting.
        :param subfolder: The folder of the repository, or of `path`, that contains the model.
        :param quantize_to: Converts the table to this type.
        :param dimensionality: The number of dimensions to keep.
        :param vocabulary_quantization: The number of rows that all tokens share, found by k-means.
        :param max_length: Overrides the model's own maximum length in tokens; None: no limit.
        :param force_download: Whether to download the files even if they are in the cache.
        """
        from m2v.hub import load_native

        native = load_native(path, subfolder=subfolder, token=token, force_download=force_download)
        model = cls._of_native(native, normalize, max_length)
        if vocabulary_quantization is None and quantize_to is None and dimensionality is None:
            return model
        return quantize_model(model, vocabulary_quantization, quantize_to, dimensionality)

    @checked(model_name=arguments.string)
    def save_pretrained(
        self, path: PathLike, model_name: str | None = None, subfolder: str | None = None, *, force: bool = False
    ) -> None:
        """Saves the model to a folder that m2v, model2vec and Sentence Transformers can load.

        A model in the folder is replaced; after a crash it is either the old model or the new one. Other files in the
        folder are not changed.

        :param path: The folder.
        :param model_name: The name of the model in its card; by default that of the folder.
        :param subfolder: The folder in `path` to save to.
        :param force: Whether to save to a folder that is neither empty nor contains a static model. Without it, such a
            folder raises a ValueError.
        """
        self._save(path, model_name, subfolder, b"", force)

    def _save(self, path: PathLike, name: str | None, subfolder: str | None, head: bytes, force: bool) -> None:
        # A new native model, with the current config and card.
        self._make_native().save(os.path.join(path, subfolder) if subfolder else path, name or "", head, force)

    @checked
    def push_to_hub(
        self, repo_id: str, private: bool = False, token: str | None = None, subfolder: str | None = None
    ) -> None:
        """Uploads the model to the Hugging Face Hub, in one commit.

        :param repo_id: The repository, which is created if it does not exist.
        :param private: Whether the repository is private if it is created.
        :param token: An access token with write permission; by default the one that `huggingface_hub` finds.
        :param subfolder: The folder of the repository to upload to; None: its root.
        """
        from pathlib import Path
        from tempfile import TemporaryDirectory

        from m2v.hub import push_folder_to_hub

        with TemporaryDirectory() as folder:
            self.save_pretrained(folder, model_name=repo_id)
            push_folder_to_hub(Path(folder), subfolder, repo_id, private, token)

    def tokenize(self, sentences: Sequence[str]) -> list[list[int]]:
        """Returns the token ids of each text: at most `max_length`, without unknown tokens.

        As in model2vec, the whole text is tokenized, whereas `encode` only pools the tokens of the first
        `max_length * median_token_length` characters, which may be fewer for long texts.
        """
        return self._tokenizer._native.encode(as_strings(sentences, "sentences"), self.max_length, True)

    def encode(
        self,
        sentences: Any,
        *,
        show_progress_bar: bool = False,
        max_length: int | None | _UnsetType = _UNSET,
        normalize: bool | None = None,
        batch_size: int = _BATCH_SIZE,
        use_multiprocessing: bool = True,
        multiprocessing_threshold: int = _MULTIPROCESSING_THRESHOLD,
        dtype: Any = None,
        threads: int | None = None,
        out: np.ndarray | None = None,
        **kwargs: Any,
    ) -> np.ndarray:
        """Computes the vectors of texts: a matrix with one row per text, or one vector for a single string.

        :param sentences: A string, or a list, tuple, numpy array, pandas or Arrow column, or iterable of strings.
        :param show_progress_bar: Whether to show a progress bar, if `tqdm` is installed.
        :param max_length: Overrides the model's own maximum length in tokens; None: no limit.
        :param normalize: Overrides the model's own setting.
        :param batch_size: Has no effect; texts are not padded, and memory does not depend on it.
        :param use_multiprocessing: If False, one thread is used, as with `threads=1`.
        :param multiprocessing_threshold: Has no effect; threads are used if there is enough work.
        :param dtype: float16, float32 or float64; by default the type of the table, or float32 for int8 tables.
        :param threads: The number of threads; by default one per processor.
        :param out: An array in C order to write to, e.g. a memory map: of shape (texts, dim), or (dim,) for a single
            string.
        :param kwargs: Arguments of Sentence Transformers' `encode`, with values that correspond to what m2v does.
        :return: The vectors, which are in `out` if it is given.
        :raises TypeError: if an argument has the wrong type or is unknown.
        :raises ValueError: if an argument is out of range.
        """
        if kwargs:
            check_foreign(StaticModel.encode, kwargs)
        max_length = self._max_length if max_length is _UNSET else _OPTIONS["max_length"]("max_length", max_length)
        normalize = self._normalize if normalize is None else arguments.flag("normalize", normalize)
        if batch_size is not _BATCH_SIZE or multiprocessing_threshold is not _MULTIPROCESSING_THRESHOLD:
            _OPTIONS["batch_size"]("batch_size", batch_size)
            _OPTIONS["multiprocessing_threshold"]("multiprocessing_threshold", multiprocessing_threshold)
        one_thread = use_multiprocessing is not True and not arguments.flag("use_multiprocessing", use_multiprocessing)
        workers = int(one_thread) if threads is None else _OPTIONS["threads"]("threads", threads)
        if isinstance(sentences, str):
            if out is None and dtype is None:
                table = self._embedding
                vector = np.empty(table.shape[1], np.float32 if table.dtype == np.int8 else table.dtype)
                self._native.encode_one(sentences, vector, max_length, normalize)
                return vector
            if getattr(out, "shape", None) == (1, self.dim):
                out = out[0]
            vector = output_array(out, (self.dim,), dtype, self.embedding)
            self._native.encode_one(sentences, vector, max_length, normalize)
            return vector
        shows_bar = show_progress_bar is not False and arguments.flag("show_progress_bar", show_progress_bar)
        texts = _m2v.Texts(as_strings(sentences, "sentences"), "sentences")
        vectors = output_array(out, (len(texts), self.dim), dtype, self.embedding)
        for begin, end in in_steps(len(texts), shows_bar):
            self._native.encode(texts, begin, vectors[begin:end], max_length, normalize, workers)
        return vectors

    def encode_iter(self, sentences: Iterable[str], *, batch_size: int = 16_384, **kwargs: Any) -> Iterator[np.ndarray]:
        """Computes the vectors of a stream of texts in constant memory. Yields one matrix per `batch_size` texts.

        :param sentences: Any iterable of strings, such as an open file or a generator.
        :param batch_size: The number of texts that are held in memory at a time.
        :param kwargs: Other arguments of `encode`.
        """
        arguments.check_known(StaticModel.encode, kwargs, *FOREIGN)
        batches = in_batches(sentences, _OPTIONS["batch_size"]("batch_size", batch_size), "sentences")
        return (self.encode(batch, **kwargs) for batch in batches)

    @checked
    def encode_as_sequence(
        self,
        sentences: Any,
        *,
        max_length: int | None = None,
        batch_size: int = 1024,
        show_progress_bar: bool = False,
        use_multiprocessing: bool = True,
        multiprocessing_threshold: int = 10_000,
    ) -> list[np.ndarray] | np.ndarray:
        """Returns the weighted vectors of the tokens of each text, which are never normalized: one matrix per text.

        :param sentences: Texts, as for `encode`.
        :param max_length: The maximum length of a text in tokens; None: no limit. The model's own setting is ignored.
        :param batch_size: Has no effect.
        :param show_progress_bar: Whether to show a progress bar, if `tqdm` is installed.
        :param use_multiprocessing: Has no effect.
        :param multiprocessing_threshold: Has no effect.
        :return: A list of matrices [tokens, dim]; a single one for a single string.
        """
        if isinstance(sentences, str):
            return self._sequences([sentences], max_length)[0]
        texts = as_strings(sentences, "sentences")
        result: list[np.ndarray] = []
        for begin, end in in_steps(len(texts), show_progress_bar):
            result += self._sequences(texts[begin:end], max_length)
        return result

    def _sequences(self, texts: Sequence[str], max_length: int | None) -> list[np.ndarray]:
        if max_length is not None:
            _m2v.Texts(texts, "sentences")  # raises unless all are strings
            characters = max_length * self.median_token_length
            texts = [text[:characters] for text in texts]
        ids, offsets = self._tokenizer._native.encode_flat(texts, max_length)
        rows = ids if self._token_mapping is None else self._token_mapping[ids]
        vectors = self.embedding[rows]
        if self._scales is not None:
            vectors = vectors * self._scales[rows][:, None]
        if self._weights is not None:
            vectors = vectors * self._weights[ids][:, None]
        return [vectors[begin:end] for begin, end in zip(offsets, offsets[1:])]

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_native_model"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _native_model=None)

    def __deepcopy__(self: T, memo: dict[int, Any]) -> T:
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        state = self.__getstate__()
        tokenizer = Tokenizer.of(state.pop("_tokenizer"))
        twin.__setstate__({**copy.deepcopy(state, memo), "_tokenizer": tokenizer})
        for setting in ("_truncation", "_padding"):
            setattr(twin._tokenizer, setting, copy.copy(getattr(self._tokenizer, setting)))
        return twin

    def __repr__(self) -> str:
        rows = f"{len(self.embedding):,} x {self.dim} {self.embedding_dtype}"
        return f"{type(self).__name__}({rows}, {self._tokenizer.model_type})"


@checked
def quantize_model(
    model: T,
    vocabulary_quantization: int | None = None,
    quantize_to: str | DType | None = None,
    dimensionality: int | None = None,
) -> T:
    """Returns a smaller version of a model.

    :param model: The model, which is not modified.
    :param vocabulary_quantization: The number of rows that all tokens share, found by k-means; None: unchanged.
    :param quantize_to: The type of the table; None: unchanged.
    :param dimensionality: The number of dimensions to keep; None: all.
    :raises ValueError: if the tokens share rows already, or the model has fewer dimensions.
    """
    from m2v.distill.native import convert

    if not isinstance(model, StaticModel):
        raise arguments.wrong("model", "a StaticModel", model)
    native = convert(
        model._make_native(),
        vocabulary_quantization=vocabulary_quantization,
        dtype=None if quantize_to is None else DType(quantize_to).value,
        dims=dimensionality,
    )
    return type(model)._of_native(native, model.normalize, model.max_length)


def _embedding_of(arrays: dict[str, Any]) -> np.ndarray:
    table = arrays["table"]
    if arrays["dtype"] != "bfloat16":
        return table
    return (table.astype(np.uint32) << 16).view(np.float32)  # numpy has no bfloat16


def _list_of(values: np.ndarray | None, dtype: Any) -> np.ndarray | None:
    if values is None:
        return None
    values = np.asarray(values)
    if dtype is np.int32 and values.size and (values.min() < 0 or values.max() > np.iinfo(dtype).max):
        raise ValueError("token_mapping has an invalid row")
    return np.ascontiguousarray(values, dtype)


def _warn(message: str, *arguments: Any) -> None:
    from logging import getLogger  # imported here because most programs never need it

    getLogger(__name__).warning(message, *arguments)
