"""Tokenizers, with exactly the ids of Hugging Face `tokenizers`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from m2v import _m2v
from m2v.texts import as_strings


@dataclass
class Encoding:
    """A text's tokens."""

    ids: list[int]
    tokens: list[str]
    #: Where each token stands in the text, in characters; not for special tokens.
    offsets: list[tuple[int, int]] = field(default_factory=list)
    #: 1 for each token of the text, 0 for padding.
    attention_mask: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.attention_mask = self.attention_mask or [1] * len(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def pad(
        self, length: int, direction: str = "right", pad_id: int = 0, pad_type_id: int = 0, pad_token: str = "[PAD]"
    ) -> None:
        """Fills up to `length` tokens, on this side."""
        columns: list[tuple[list[Any], Any]] = [(self.ids, pad_id), (self.tokens, pad_token), (self.attention_mask, 0)]
        if len(self.offsets) == len(self.ids):
            columns.append((self.offsets, (0, 0)))
        missing = max(0, length - len(self.ids))
        for values, filler in columns:
            at = 0 if direction == "left" else len(values)
            values[at:at] = [filler] * missing


class Tokenizer:
    """A `tokenizer.json`, or a vocabulary that stands for one.

    Names and arguments are those of `tokenizers.Tokenizer`, as far as they go: it turns texts into
    ids, and cannot be changed or trained.
    """

    def __init__(self, native: _m2v.Tokenizer, json: str | None = None) -> None:
        """Takes a native tokenizer; `from_str` and `from_file` are for everybody else."""
        self._native = native
        self._json = json
        self._truncation: dict[str, Any] | None = None
        self._padding: dict[str, Any] | None = None

    @classmethod
    def from_str(cls, json: str) -> Tokenizer:
        """Reads the text of a `tokenizer.json`."""
        return cls(_m2v.Tokenizer.from_json(json), json)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Tokenizer:
        """Reads a `tokenizer.json`, a vocabulary file, or those in a folder."""
        from pathlib import Path  # here, as it takes long to import

        path = Path(path)
        if path.is_dir():
            path = path / "tokenizer.json"
            if not path.exists():
                return cls(_m2v.Tokenizer.load(path.parent))
        json = path.read_text(encoding="utf-8")
        return cls(_m2v.Tokenizer.from_json(json, str(path)), json)

    @classmethod
    def of(cls, tokenizer: Any) -> Tokenizer:
        """A tokenizer of our own for any that somebody may have: ours, one of `tokenizers`, JSON."""
        if isinstance(tokenizer, cls):
            return cls(tokenizer._native, tokenizer._json)
        if isinstance(tokenizer, str):
            return cls.from_str(tokenizer)
        if hasattr(tokenizer, "backend_tokenizer"):  # one of Transformers
            tokenizer = tokenizer.backend_tokenizer
        if hasattr(tokenizer, "to_str"):
            return cls.from_str(tokenizer.to_str())
        raise TypeError(
            f"a tokenizer is one of m2v or tokenizers, or the text of a tokenizer.json, not {type(tokenizer).__name__}"
        )

    def to_str(self, pretty: bool = False) -> str:
        """The text of its `tokenizer.json`, as it was read."""
        if self._json is None:
            raise ValueError("read from a vocabulary file: there is no tokenizer.json to give")
        return self._json

    def save(self, path: str | os.PathLike[str], pretty: bool = True) -> None:
        """Writes its `tokenizer.json`."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.to_str())

    def encode(self, sequence: str, add_special_tokens: bool = True) -> Encoding:
        """The tokens of one text. Offsets are only there without special tokens."""
        return self._pad([self._encode(sequence, add_special_tokens)])[0]

    def encode_batch(self, input: Sequence[str], add_special_tokens: bool = True) -> list[Encoding]:
        """The tokens of each text, padded to the longest if padding is on."""
        return self._pad([self._encode(text, add_special_tokens) for text in as_strings(input)])

    encode_batch_fast = encode_batch

    def _encode(self, sequence: str, add_special_tokens: bool) -> Encoding:
        limit = None if self._truncation is None else self._truncation["max_length"]
        if add_special_tokens:
            ids = self._native.encode_with_special_tokens(sequence)[:limit]
            return Encoding(ids, [self._native.token(i) for i in ids])
        found = self._native.encode_with_offsets(sequence)[:limit]
        return Encoding([i for i, _, _ in found], [self._native.token(i) for i, _, _ in found], [(b, e) for _, b, e in found])

    def _pad(self, encodings: list[Encoding]) -> list[Encoding]:
        if self._padding is None or not encodings:
            return encodings
        settings = dict(self._padding)
        length, multiple = settings.pop("length"), settings.pop("pad_to_multiple_of")
        if length is None:
            length = max(map(len, encodings))
        if multiple:
            length = -(-length // multiple) * multiple
        for encoding in encodings:
            encoding.pad(length, **settings)
        return encodings

    def get_vocab(self, with_added_tokens: bool = True) -> dict[str, int]:
        """Token to id."""
        return dict(self._native.tokens())

    def get_vocab_size(self, with_added_tokens: bool = True) -> int:
        """The number of tokens."""
        return self._native.vocabulary_size

    def token_to_id(self, token: str) -> int | None:
        """The id of a token, if it is one."""
        return self._native.id(token)

    def id_to_token(self, id: int) -> str | None:
        """The token of an id, if it has one."""
        return self._native.token(id)

    @property
    def unk_token_id(self) -> int | None:
        """The id that stands for what is not in the vocabulary, if there is one."""
        return self._native.unknown_id

    @property
    def model_type(self) -> str:
        """WordPiece, BPE, Unigram or WordLevel."""
        return self._native.model_type

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """All tokens in order of their ids."""
        return tuple(token for token, _ in self._native.tokens())

    @property
    def truncation(self) -> dict[str, Any] | None:
        """How `encode` truncates, if it does."""
        return self._truncation

    @property
    def padding(self) -> dict[str, Any] | None:
        """How `encode` and `encode_batch` pad, if they do."""
        return self._padding

    def enable_truncation(self, max_length: int) -> None:
        """From now on, `encode` keeps this many tokens at most."""
        self._truncation = {"max_length": max_length, "stride": 0, "strategy": "longest_first", "direction": "right"}

    def no_truncation(self) -> None:
        """From now on, `encode` keeps all tokens."""
        self._truncation = None

    def enable_padding(
        self,
        direction: str = "right",
        pad_id: int = 0,
        pad_type_id: int = 0,
        pad_token: str = "[PAD]",
        length: int | None = None,
        pad_to_multiple_of: int | None = None,
    ) -> None:
        """From now on, texts of a batch get as many tokens as the longest has. Vectors of texts do not depend on it.

        :param length: So many tokens instead.
        :param pad_to_multiple_of: Rounds the number up.
        """
        if direction not in ("left", "right"):
            raise ValueError(f"the direction of padding is left or right, not {direction!r}")
        self._padding = {
            "length": length,
            "pad_to_multiple_of": pad_to_multiple_of,
            "pad_id": pad_id,
            "pad_token": pad_token,
            "pad_type_id": pad_type_id,
            "direction": direction,
        }

    def no_padding(self) -> None:
        """From now on, nothing is padded."""
        self._padding = None

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.to_str(), self._truncation, self._padding)

    def __repr__(self) -> str:
        return f"Tokenizer({self.model_type}, {self.get_vocab_size():,} tokens)"


def _restore(json: str, truncation: dict[str, Any] | None, padding: dict[str, Any] | None) -> Tokenizer:
    tokenizer = Tokenizer.from_str(json)
    tokenizer._truncation, tokenizer._padding = truncation, padding
    return tokenizer
