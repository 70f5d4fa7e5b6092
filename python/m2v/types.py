"""Types shared by several modules."""

from __future__ import annotations

from typing import Any, Callable, TypedDict


class _UnsetType:
    """The type of `_UNSET`, the default of arguments for which None has a meaning."""

    def __repr__(self) -> str:
        return "<not passed>"

    def __reduce__(self) -> str:
        return "_UNSET"


_UNSET = _UnsetType()

#: A function that long calls call with their events: kind ("progress" or "warning"), stage, done, total, message.
#: Training ends if it returns False; other calls ignore the result.
OnEvent = Callable[[str, str, int, int, str], Any]


class StaticModelConfig(TypedDict, total=False):
    """The entries of a static model's `config.json`. Other keys are preserved."""

    normalize: bool
    max_length: int | None
    model_type: str
    architectures: list[str]
    tokenizer_name: str
    apply_pca: int | float | str | None
    sif_coefficient: float | None
    hidden_dim: int
    seq_length: int
    pooling: str
    embedding_dtype: str
    vocabulary_quantization: int
    head_config: dict[str, Any]
