"""The native distillation module, which is imported on first use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from m2v import _m2v
from m2v.events import log_warnings


def distill(teacher: str, on_event: Any = None, **options: Any) -> _m2v.Model:
    """Distills the teacher in a folder."""
    from m2v import _distill

    return _distill.distill(teacher, {"recipe": "reference", "corpus": (), "frequency_texts": (), **options}, on_event or log_warnings)


def convert(
    model: _m2v.Model,
    *,
    vocabulary_quantization: int | None = None,
    dtype: str | None = None,
    dims: int | None = None,
    prune_to: Sequence[str] | None = None,
    int8_scale: str = "table",
) -> _m2v.Model:
    """Returns a smaller version of a model; see `m2v::ConvertOptions`."""
    from m2v import _distill

    options = {
        "vocabulary_quantization": vocabulary_quantization,
        "dtype": dtype,
        "dims": dims,
        "prune_to": prune_to,
        "int8_scale": int8_scale,
    }
    return _distill.convert(model, options, log_warnings)


def share_rows(vectors: Any, count: int) -> tuple[Any, Any]:
    """Clusters vectors by k-means. Returns `count` rows that represent them, and the row of each vector."""
    from m2v import _distill

    return _distill.share_rows(vectors, count)
