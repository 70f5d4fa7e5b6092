"""Distillation under model2vec's names."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from m2v.distill import native
from m2v.distill.inference import PCADimType, PoolingMode
from m2v.model import StaticModel
from m2v.persistence import resolve
from m2v.quantization import DType
from m2v.texts import as_strings
from m2v.types import OnEvent


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
    **options: Any,
) -> StaticModel:
    """Makes a static model of a Sentence Transformer.

    :param model_name: A folder, or an id on the Hugging Face Hub.
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
    :param options: As `m2v::DistillOptions` has them: random_texts, whitening, drop_components, corpus, corpus_words,
        frequency_texts, ignore_dense, int8_scale.
    :raises ValueError: for options out of range.
    """
    return _distill(
        str(resolve(model_name, token=token)),
        name=str(model_name) if not os.path.exists(model_name) else "",
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
        threads=threads or 0,
        **options,
    )


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
    """
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
    if options.get("recipe") == "best" and options["sif_coefficient"] == 1e-4:
        del options["sif_coefficient"]  # the recipe has one of its own
    for texts in ("corpus", "frequency_texts"):
        if texts in options:
            options[texts] = as_strings(options[texts])
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
