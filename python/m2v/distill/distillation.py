"""Distillation under model2vec's names."""

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
    """What pca_dims may be, None aside."""
    if value == "auto" or isinstance(value, float):
        return value
    if isinstance(value, str):
        raise ValueError(f"{name} must be a number of dimensions, a fraction of the variance, 'auto' or None, got {value!r}.")
    return whole(1)(name, value)


#: What options of `distill` that are passed on must be.
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
    """Makes a static model of a Sentence Transformer.

    :param model_name: A folder, or an id on the Hugging Face Hub; without an owner, as Sentence Transformers takes it.
    :param vocabulary: Words and phrases of your own, beside the teacher's tokens.
    :param device: Of no effect: it runs on the CPU.
    :param pca_dims: Dimensions to keep; a fraction of the variance; "auto": all; None: no PCA.
    :param sif_coefficient: Weight of frequent tokens, between 0 and 1; None: no weights.
    :param token_remove_pattern: Tokens that it matches at their start are left out; None: none are.
    :param trust_remote_code: Of no effect: no code of a teacher is ever run.
    :param quantize_to: The type of the table's numbers.
    :param vocabulary_quantization: How many rows the tokens share.
    :param pooling: "mean", "first", "last", "pooler", or "auto": as the teacher says.
    :param recipe: "reference", or "best" for better vectors in three times the time.
    :param precision: Of the forward pass: "f32", "int16", or "auto".
    :param token: For private teachers on the hub.
    :param threads: How many; by default as many as the machine has.
    :param on_event: Called with what happens: (kind, stage, done, total, message).
    :param random_texts: How many random texts each token's vector is the mean over. This and what follows is as
        `m2v::DistillOptions` has it; by default as the recipe says.
    :param whitening: The exponent by which components of large variance are made smaller.
    :param drop_components: How many of the first components are left out.
    :param corpus: Texts, whose frequent words are added to the vocabulary.
    :param corpus_words: How many of them at most.
    :param frequency_texts: Texts by which tokens are weighted, instead of by their ids.
    :param ignore_dense: Leaves out the teacher's layers behind the pooling.
    :param int8_scale: "table" or "row".
    :raises TypeError: for arguments of the wrong type, and for those that there are not.
    :raises ValueError: for options out of range.
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
    """Makes a static model of a teacher that Transformers has loaded; arguments are those of `distill`.

    :param model: A `transformers.PreTrainedModel`. Its weights go through a temporary folder.
    :param tokenizer: Its `transformers` tokenizer.
    :param options: The other arguments of `distill`.
    """
    check_known(distill, options, "model")
    options = {key: _OPTION[key](key, value) for key, value in options.items() if key not in ("token", "trust_remote_code")}
    for argument, teacher in (("model", model), ("tokenizer", tokenizer)):
        if not hasattr(teacher, "save_pretrained"):
            raise wrong(argument, "one of Transformers", teacher)
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
            raise ValueError(f"token_remove_pattern is no regular expression: {problem}") from problem
    options = {key: value for key, value in options.items() if value is not _UNSET}
    options["threads"] = options.get("threads") or 0
    if options.get("recipe") == "best" and options["sif_coefficient"] == 1e-4:
        del options["sif_coefficient"]  # the recipe has one of its own
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
