"""Tokenizers that produce exactly the ids of Hugging Face `tokenizers`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

from m2v import _m2v
from m2v.arguments import checked, flag, one_of, shown, string, whole, wrong
from m2v.files import write_file
from m2v.texts import as_strings

#: The attributes of an Encoding by name: lists with one item per token.
Columns = dict[str, list[Any]]


def _attribute(name: str, doc: str) -> Any:
    return property(lambda self: self._column(name), doc=doc)


class Encoding:
    """The tokens of a text or of a pair of texts, with the attributes and methods of `tokenizers.Encoding`.

    Only the ids are computed at first. The other attributes, which take several times as long, are computed on access.
    """

    #: The number of texts: 1, or 2 for a pair.
    n_sequences: int

    def __init__(self, columns: Columns, n_sequences: int, rest: Callable[[], Columns] | None = None) -> None:
        """Creates an encoding.

        :param columns: The columns that are known already; "ids" at least.
        :param n_sequences: The number of texts.
        :param rest: A function that returns all columns; None if `columns` is complete.
        """
        self._columns = columns
        self._rest = rest
        self.n_sequences = n_sequences
        columns["attention_mask"] = [1] * len(columns["ids"])

    def _column(self, name: str) -> list[Any]:
        if name not in self._columns:
            self._complete()
        return self._columns[name]

    def _complete(self) -> None:
        if self._rest is not None:
            self._columns = {**self._rest(), **self._columns}
            self._rest = None

    ids = _attribute("ids", "The ids of the tokens.")
    type_ids = _attribute("type_ids", "The segment of each token, as assigned by the post-processor.")
    tokens = _attribute("tokens", "The text of the tokens.")
    offsets = _attribute("offsets", "The range of characters of each token in its text; (0, 0) for special tokens.")
    attention_mask = _attribute("attention_mask", "1 for each token, 0 for padding.")
    special_tokens_mask = _attribute("special_tokens_mask", "1 for special tokens that were added to the texts, else 0.")
    word_ids = _attribute("word_ids", "The index of the word that each token belongs to; None for special tokens.")
    words = word_ids
    sequence_ids = _attribute("sequence_ids", "0 for tokens of the first text, 1 for the second; None for special tokens.")

    @property
    def overflowing(self) -> list[Encoding]:
        """Always empty, because tokens that truncation removes are not kept."""
        return []

    def token_to_chars(self, token_index: int) -> tuple[int, int] | None:
        """Returns the range of characters of a token in its text; None for a special token."""
        return None if self.sequence_ids[token_index] is None else self.offsets[token_index]

    def token_to_word(self, token_index: int) -> int | None:
        """Returns the index of the word that a token belongs to; None for a special token."""
        return self.word_ids[token_index]

    def token_to_sequence(self, token_index: int) -> int | None:
        """Returns the index of the text that a token belongs to, 0 or 1; None for a special token."""
        return self.sequence_ids[token_index]

    def char_to_token(self, char_pos: int, sequence_index: int = 0) -> int | None:
        """Returns the index of the token that contains a character of a text; None if there is none."""
        for index, ((begin, end), number) in enumerate(zip(self.offsets, self.sequence_ids)):
            if number == sequence_index and begin <= char_pos < end:
                return index
        return None

    def char_to_word(self, char_pos: int, sequence_index: int = 0) -> int | None:
        """Returns the index of the word that contains a character of a text; None if there is none."""
        token = self.char_to_token(char_pos, sequence_index)
        return None if token is None else self.word_ids[token]

    def word_to_tokens(self, word_index: int, sequence_index: int = 0) -> tuple[int, int] | None:
        """Returns the range of a word's tokens, the end excluded; None if it has none."""
        found = [i for i in range(len(self)) if (self.word_ids[i], self.sequence_ids[i]) == (word_index, sequence_index)]
        return (found[0], found[-1] + 1) if found else None

    def word_to_chars(self, word_index: int, sequence_index: int = 0) -> tuple[int, int] | None:
        """Returns the range of characters of a word in its text; None if it has no tokens."""
        tokens = self.word_to_tokens(word_index, sequence_index)
        return None if tokens is None else (self.offsets[tokens[0]][0], self.offsets[tokens[1] - 1][1])

    @checked(
        length=whole(0), direction=one_of("left", "right"), pad_id=whole(0), pad_type_id=whole(0), pad_token=string
    )
    def pad(
        self, length: int, direction: str = "right", pad_id: int = 0, pad_type_id: int = 0, pad_token: str = "[PAD]"
    ) -> None:
        """Pads to `length` tokens. Does nothing if there are that many already.

        :param length: The number of tokens.
        :param direction: The side to pad on: "left" or "right".
        :param pad_id: The id of the padding tokens.
        :param pad_type_id: Their type id.
        :param pad_token: Their text.
        """
        missing = length - len(self)
        if missing <= 0:
            return
        self._complete()
        fillers = {"ids": pad_id, "type_ids": pad_type_id, "tokens": pad_token, "offsets": (0, 0), "attention_mask": 0}
        fillers |= {"special_tokens_mask": 1, "word_ids": None, "sequence_ids": None}
        for name, values in self._columns.items():
            at = 0 if direction == "left" else len(values)
            values[at:at] = [fillers[name]] * missing

    def __len__(self) -> int:
        return len(self.ids)

    def __getstate__(self) -> dict[str, Any]:
        self._complete()
        return self.__dict__

    def __repr__(self) -> str:
        return (
            f"Encoding(num_tokens={len(self)}, attributes=[ids, type_ids, tokens, offsets, attention_mask, "
            "special_tokens_mask, overflowing])"
        )


class Tokenizer:
    """A tokenizer, read from a `tokenizer.json` or from vocabulary files.

    Methods and arguments are those of `tokenizers.Tokenizer`, except that a tokenizer cannot be modified or trained.
    Settings for padding and truncation in the file are ignored; use `enable_padding` and `enable_truncation`.
    """

    def __init__(self, native: _m2v.Tokenizer, json: str | None = None) -> None:
        """Wraps a native tokenizer. For internal use; call `from_str` or `from_file` instead."""
        self._native = native
        self._json = json
        self._truncation: dict[str, Any] | None = None
        self._padding: dict[str, Any] | None = None

    @classmethod
    @checked(json=string)
    def from_str(cls, json: str) -> Tokenizer:
        """Creates a tokenizer from the text of a `tokenizer.json`."""
        return cls(_m2v.Tokenizer.from_json(json), json)

    @classmethod
    @checked
    def from_file(cls, path: str | os.PathLike[str]) -> Tokenizer:
        """Reads a `tokenizer.json`, or a folder with a `tokenizer.json` or vocabulary files."""
        from pathlib import Path  # imported here because it takes long

        path = Path(path)
        if path.is_dir():
            path = path / "tokenizer.json"
            if not path.exists():
                return cls(_m2v.Tokenizer.load(path.parent))
        json = path.read_text(encoding="utf-8")
        return cls(_m2v.Tokenizer.from_json(json, str(path)), json)

    @classmethod
    def of(cls, tokenizer: Any) -> Tokenizer:
        """Converts a tokenizer of m2v, `tokenizers` or Transformers, or the text of a `tokenizer.json`.

        :raises TypeError: if it is anything else.
        """
        if isinstance(tokenizer, cls):
            return cls(tokenizer._native, tokenizer._json)
        if isinstance(tokenizer, str):
            return cls.from_str(tokenizer)
        if hasattr(tokenizer, "backend_tokenizer"):  # a tokenizer of Transformers
            tokenizer = tokenizer.backend_tokenizer
        if hasattr(tokenizer, "to_str"):
            return cls.from_str(tokenizer.to_str())
        raise TypeError(
            f"a tokenizer must be one of m2v or tokenizers, or the text of a tokenizer.json, not {type(tokenizer).__name__}"
        )

    @checked(pretty=flag)
    def to_str(self, pretty: bool = False) -> str:
        """Returns the text of its `tokenizer.json`, exactly as it was read.

        :param pretty: Has no effect.
        :raises ValueError: if the tokenizer was read from vocabulary files.
        """
        if self._json is None:
            raise ValueError("the tokenizer was read from vocabulary files and has no tokenizer.json")
        return self._json

    @checked(pretty=flag)
    def save(self, path: str | os.PathLike[str], pretty: bool = True) -> None:
        """Writes its `tokenizer.json`, exactly as it was read.

        :param path: The file.
        :param pretty: Has no effect.
        :raises ValueError: if the tokenizer was read from vocabulary files.
        """
        write_file(path, self.to_str())

    @checked(sequence=string, pair=string, is_pretokenized=flag, add_special_tokens=flag)
    def encode(
        self,
        sequence: str,
        pair: str | None = None,
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
    ) -> Encoding:
        """Tokenizes a text, or a pair of texts.

        :param sequence: The text.
        :param pair: The second text of a pair.
        :param is_pretokenized: Must be False; texts that are split into words already are not supported.
        :param add_special_tokens: Whether to add the special tokens of the tokenizer's post-processor.
        """
        _refuse_words(is_pretokenized)
        return self._pad(self._encode([(sequence, pair)], add_special_tokens))[0]

    @checked(input=lambda name, value: value, is_pretokenized=flag, add_special_tokens=flag)
    def encode_batch(
        self, input: Iterable[Any], is_pretokenized: bool = False, add_special_tokens: bool = True
    ) -> list[Encoding]:
        """Tokenizes texts, or pairs of texts. If padding is enabled, all are padded to the same length.

        :param input: Texts, or pairs of texts.
        :param is_pretokenized: Must be False; texts that are split into words already are not supported.
        :param add_special_tokens: Whether to add the special tokens of the tokenizer's post-processor.
        """
        _refuse_words(is_pretokenized)
        return self._pad(self._encode([_pair_of(item, position) for position, item in enumerate(as_strings(input, "input"))], add_special_tokens))

    encode_batch_fast = encode_batch

    def _encode(self, items: list[tuple[str, str | None]], special: bool) -> list[Encoding]:
        native, truncation = self._native, self._truncation

        def columns_of(some: list[tuple[str, str | None]], ids_only: bool) -> list[Columns]:
            texts, pairs = zip(*some)
            return native.encodings(texts, None if pairs[0] is None else pairs, truncation, special, ids_only)

        def encoding(item: tuple[str, str | None], columns: Columns) -> Encoding:
            return Encoding(columns, 1 if item[1] is None else 2, lambda: columns_of([item], False)[0])

        if len({pair is None for _, pair in items}) < 2:
            found = columns_of(items, True) if items else []
        else:
            found = [columns_of([item], True)[0] for item in items]
        return [encoding(item, columns) for item, columns in zip(items, found)]

    @checked(ids=lambda name, value: _ids_of(name, value), skip_special_tokens=flag)
    def decode(self, ids: Sequence[int], skip_special_tokens: bool = True) -> str:
        """Converts ids to a text by means of the tokenizer's decoder.

        :param ids: The ids. Unknown ones are ignored.
        :param skip_special_tokens: Whether to omit special tokens.
        """
        return self._native.decode([ids], skip_special_tokens)[0]

    @checked(skip_special_tokens=flag)
    def decode_batch(self, sequences: Sequence[Sequence[int]], skip_special_tokens: bool = True) -> list[str]:
        """Converts each list of ids to a text; see `decode`."""
        if isinstance(sequences, (str, bytes)) or not hasattr(sequences, "__iter__"):
            raise wrong("sequences", "a list of lists of ids", sequences)
        lists = [_ids_of(f"sequences: item {position}", ids) for position, ids in enumerate(sequences)]
        return self._native.decode(lists, skip_special_tokens)

    @checked(is_pair=flag)
    def num_special_tokens_to_add(self, is_pair: bool) -> int:
        """Returns the number of special tokens that `encode` adds to a text, or to a pair of texts."""
        return self._native.special_tokens_around(is_pair)

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

    @checked(with_added_tokens=flag)
    def get_vocab(self, with_added_tokens: bool = True) -> dict[str, int]:
        """Returns a dictionary from tokens to ids."""
        return dict(self._native.tokens())

    @checked(with_added_tokens=flag)
    def get_vocab_size(self, with_added_tokens: bool = True) -> int:
        """Returns the number of tokens."""
        return self._native.vocabulary_size

    @checked(token=string)
    def token_to_id(self, token: str) -> int | None:
        """Returns the id of a token; None if it is not in the vocabulary."""
        return self._native.id(token)

    @checked(id=whole(0, 2**32 - 1))
    def id_to_token(self, id: int) -> str | None:
        """Returns the token of an id; None if there is none."""
        return self._native.token(id)

    @property
    def unk_token_id(self) -> int | None:
        """The id of the unknown token; None if there is none."""
        return self._native.unknown_id

    @property
    def model_type(self) -> str:
        """The type of the model: "WordPiece", "BPE", "Unigram" or "WordLevel"."""
        return self._native.model_type

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """All tokens in order of their ids."""
        return tuple(token for token, _ in self._native.tokens())

    @property
    def truncation(self) -> dict[str, Any] | None:
        """The settings of truncation; None if it is off."""
        return self._truncation

    @property
    def padding(self) -> dict[str, Any] | None:
        """The settings of padding; None if it is off."""
        return self._padding

    @checked(
        max_length=whole(0),
        stride=whole(0, 0),
        strategy=one_of("longest_first", "only_first", "only_second"),
        direction=one_of("left", "right"),
    )
    def enable_truncation(
        self, max_length: int, stride: int = 0, strategy: str = "longest_first", direction: str = "right"
    ) -> None:
        """Makes `encode` and `encode_batch` truncate.

        :param max_length: The maximum number of tokens, including special tokens.
        :param stride: Must be 0, because removed tokens are not kept.
        :param strategy: Which text of a pair is truncated: "longest_first", "only_first" or "only_second".
        :param direction: The side on which tokens are removed: "left" or "right".
        """
        self._truncation = {
            "max_length": max_length,
            "stride": stride,
            "strategy": strategy,
            "direction": direction,
        }

    def no_truncation(self) -> None:
        """Turns truncation off."""
        self._truncation = None

    @checked(
        direction=string,
        pad_id=whole(0),
        pad_type_id=whole(0),
        pad_token=string,
        length=whole(0),
        pad_to_multiple_of=whole(0),
    )
    def enable_padding(
        self,
        direction: str = "right",
        pad_id: int = 0,
        pad_type_id: int = 0,
        pad_token: str = "[PAD]",
        length: int | None = None,
        pad_to_multiple_of: int | None = None,
    ) -> None:
        """Makes `encode` and `encode_batch` pad. Does not affect the vectors of a model.

        :param direction: The side to pad on: "left" or "right".
        :param pad_id: The id of the padding tokens.
        :param pad_type_id: Their type id.
        :param pad_token: Their text.
        :param length: The number of tokens to pad to; None: that of the longest text in a batch.
        :param pad_to_multiple_of: Rounds the number of tokens up to a multiple.
        """
        if direction not in ("left", "right"):
            raise ValueError(f"the direction of padding must be left or right, not {direction!r}")
        self._padding = {
            "length": length,
            "pad_to_multiple_of": pad_to_multiple_of,
            "pad_id": pad_id,
            "pad_token": pad_token,
            "pad_type_id": pad_type_id,
            "direction": direction,
        }

    def no_padding(self) -> None:
        """Turns padding off."""
        self._padding = None

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.to_str(), self._truncation, self._padding)

    def __repr__(self) -> str:
        return f"Tokenizer({self.model_type}, {self.get_vocab_size():,} tokens)"


def _refuse_words(is_pretokenized: bool) -> None:
    if is_pretokenized:
        raise ValueError("is_pretokenized must be False: join the words with spaces.")


def _pair_of(item: Any, position: int) -> tuple[str, str | None]:
    if isinstance(item, str):
        return item, None
    if isinstance(item, (tuple, list)) and len(item) == 2 and all(isinstance(text, str) for text in item):
        return item[0], item[1]
    raise TypeError(f"input: texts are strings or pairs of strings, but item {position} is {shown(item)}, a {type(item).__name__}.")


def _ids_of(name: str, ids: Any) -> list[int]:
    if isinstance(ids, (str, bytes)) or not hasattr(ids, "__iter__"):
        raise wrong(name, "a list of ids", ids)
    check = whole(0, 2**32 - 1)
    return [check(f"{name}: item {position}", id) for position, id in enumerate(ids)]


def _restore(json: str, truncation: dict[str, Any] | None, padding: dict[str, Any] | None) -> Tokenizer:
    tokenizer = Tokenizer.from_str(json)
    tokenizer._truncation, tokenizer._padding = truncation, padding
    return tokenizer
