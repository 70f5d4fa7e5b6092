"""Types that several modules share."""

from __future__ import annotations

from typing import Any, Callable, TypedDict


class _UnsetType:
    """The type of "not passed", where None means something."""

    def __repr__(self) -> str:
        return "<not passed>"

    def __reduce__(self) -> str:
        return "_UNSET"


_UNSET = _UnsetType()

#: What long calls tell while they run: kind ("progress" or "warning"), stage, done, total, message. Training ends where
#: it returns False; other calls do not look.
OnEvent = Callable[[str, str, int, int, str], Any]


class StaticModelConfig(TypedDict, total=False):
    """What `config.json` of a static model says. Other keys are kept as they are."""

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
