"""Distillation, with the names and arguments of model2vec."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from m2v.arguments import KINDS, check_known, checked, one_of, optional, path, whole, wrong
from m2v.distill import native
from m2v.distill.inference import PCADimType, PoolingMode
from m2v.hub import resolve, sentence_transformer_id
from m2v.model import StaticModel
from m2v.quantization import DType
from m2v.texts import as_strings
from m2v.types import _UNSET, OnEvent


def _dims(name: str, value: Any) -> PCADimType:
    """Checks pca_dims, unless it is None."""
    if value == "auto" or isinstance(value, float):
        return value
    if isinstance(value, str):
        raise ValueError(f"{name} must be a number of dimensions, a fraction of the variance, 'auto' or None, got {value!r}.")
    return whole(1)(name, value)


#: Checks for the options of `distill` that `distill_from_model` passes on.
_OPTION = {name: optional(check) for name, check in KINDS.items()}

_POOLING = one_of(*(mode.value for mode in PoolingMode))


@checked(model_name=path, pca_dims=optional(_dims), pooling=_POOLING)
def distill(
    model_name: str,
    vocabulary: Sequence[str] | None = None,
    device: str | None = None,
    pca_dims: PCADimType = 256,
    sif_coefficient: float | None = 1e-4,
    token_remove_pattern: str | None = r"\[unused\d+\]",
    trust_remote_code: bool = False,
    quantize_to: DType | str = DType.Float16,
    vocabulary_quantization: int | None = None,
    pooling: PoolingMode | str = PoolingMode.MEAN,
    *,
    recipe: str = "reference",
    precision: str = "f32",
    token: str | None = None,
    threads: int | None = None,
    on_event: OnEvent | None = None,
    random_texts: Any = _UNSET,
    whitening: Any = _UNSET,
    drop_components: Any = _UNSET,
    corpus: Any = _UNSET,
    corpus_words: Any = _UNSET,
    frequency_texts: Any = _UNSET,
    ignore_dense: Any = _UNSET,
    int8_scale: Any = _UNSET,
) -> StaticModel:
    """Distills a Sentence Transformer into a static model.

    :param model_name: A folder, or an id on the Hugging Face Hub; the owner may be omitted as in Sentence Transformers.
    :param vocabulary: Words and phrases to add to the teacher's vocabulary.
    :param device: Has no effect; distillation runs on the CPU.
    :param pca_dims: The number of dimensions to keep, a fraction of the variance (a float), "auto" for all dimensions,
        or None for no PCA.
    :param sif_coefficient: The coefficient a of the token weights a / (a + p), between 0 and 1; None: no weights.
    :param token_remove_pattern: Tokens that this regular expression matches at their start are removed; None: none.
    :param trust_remote_code: Has no effect; the code of a teacher is never run.
    :param quantize_to: The type of the table: float16, float32, float64 or int8.
    :param vocabulary_quantization: The number of rows that all tokens share; None: one row per token.
    :param pooling: "mean", "first", "last", "pooler", or "auto" for the teacher's own pooling.
    :param recipe: "reference" (as model2vec), or "best", which gives better vectors in three times the time.
    :param precision: The arithmetic of the forward pass: "f32", "int16" or "auto".
    :param token: An access token for private teachers on the hub.
    :param threads: The number of threads; by default one per processor.
    :param on_event: A function that is called with (kind, stage, done, total, message) of each event.
    :param random_texts: The number of texts of random words whose vectors are fitted to the teacher's by least squares;
        0: none. This and the following arguments are those of `m2v::DistillOptions`, with defaults from the recipe.
    :param whitening: Each principal component is scaled by its variance to the power -whitening, from 0 to 0.5.
    :param drop_components: The number of leading principal components to leave out.
    :param corpus: Texts whose most frequent words are added to the vocabulary.
    :param corpus_words: The maximum number of words to add from `corpus`.
    :param frequency_texts: Texts in which tokens are counted, to estimate their probabilities for the weights.
    :param ignore_dense: Whether to ignore the teacher's Dense module after the pooling.
    :param int8_scale: The scale of int8 tables: "table" for a common one, "row" for one per row.
    :raises TypeError: if an argument has the wrong type or is unknown.
    :raises ValueError: if an option is out of range.
    """
    name = "" if os.path.exists(model_name) else sentence_transformer_id(model_name)
    return _distill(
        str(resolve(name or model_name, token=token)),
        name=name,
        vocabulary=vocabulary,
        pca_dims=pca_dims,
        sif_coefficient=sif_coefficient,
        token_remove_pattern=token_remove_pattern,
        quantize_to=quantize_to,
        vocabulary_quantization=vocabulary_quantization,
        pooling=pooling,
        on_event=on_event,
        recipe=recipe,
        precision=precision,
        threads=threads,
        random_texts=random_texts,
        whitening=whitening,
        drop_components=drop_components,
        corpus=corpus,
        corpus_words=corpus_words,
        frequency_texts=frequency_texts,
        ignore_dense=ignore_dense,
        int8_scale=int8_scale,
    )


@checked(pca_dims=optional(_dims), pooling=_POOLING)
def distill_from_model(
    model: Any,
    tokenizer: Any,
    vocabulary: Sequence[str] | None = None,
    device: str | None = None,
    pca_dims: PCADimType = 256,
    sif_coefficient: float | None = 1e-4,
    token_remove_pattern: str | None = r"\[unused\d+\]",
    quantize_to: DType | str = DType.Float16,
    vocabulary_quantization: int | None = None,
    pooling: PoolingMode | str = PoolingMode.MEAN,
    *,
    on_event: OnEvent | None = None,
    **options: Any,
) -> StaticModel:
    """Distills a teacher that is loaded with Transformers. Other arguments are those of `distill`.

    :param model: A `transformers.PreTrainedModel`. Its weights are saved to a temporary folder.
    :param tokenizer: The `transformers` tokenizer of the model.
    :param options: Further arguments of `distill`.
    """
    check_known(distill, options, "model")
    options = {key: _OPTION[key](key, value) for key, value in options.items() if key not in ("token", "trust_remote_code")}
    for argument, teacher in (("model", model), ("tokenizer", tokenizer)):
        if not hasattr(teacher, "save_pretrained"):
            raise wrong(argument, "a model or tokenizer of Transformers", teacher)
    name = getattr(model, "name_or_path", "") or "model"
    with TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return _distill(
            folder,
            name=Path(name).name if os.path.exists(name) else name,
            vocabulary=vocabulary,
            pca_dims=pca_dims,
            sif_coefficient=sif_coefficient,
            token_remove_pattern=token_remove_pattern,
            quantize_to=quantize_to,
            vocabulary_quantization=vocabulary_quantization,
            pooling=pooling,
            on_event=on_event,
            **options,
        )


def _distill(
    folder: str,
    *,
    name: str,
    vocabulary: Sequence[str] | None,
    pooling: PoolingMode | str,
    quantize_to: DType | str,
    token_remove_pattern: str | None,
    on_event: OnEvent | None,
    **options: Any,
) -> StaticModel:
    if token_remove_pattern is not None:
        try:
            re.compile(token_remove_pattern)
        except re.error as problem:
            raise ValueError(f"token_remove_pattern is not a valid regular expression: {problem}") from problem
    options = {key: value for key, value in options.items() if value is not _UNSET}
    options["threads"] = options.get("threads") or 0
    if options.get("recipe") == "best" and options["sif_coefficient"] == 1e-4:
        del options["sif_coefficient"]  # the recipe has its own default
    for texts in ("corpus", "frequency_texts"):
        if texts in options:
            options[texts] = as_strings(options[texts], texts)
    model = native.distill(
        folder,
        on_event,
        teacher_name=name,
        vocabulary=list(vocabulary or []),
        pooling=PoolingMode(pooling).value,
        dtype=DType(quantize_to).value,
        token_remove_pattern=token_remove_pattern,
        **options,
    )
    return StaticModel._of_native(model)
