"""Tokenizers, with exactly the ids of Hugging Face `tokenizers`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

from m2v import _m2v
from m2v.arguments import checked, flag, one_of, shown, string, whole, wrong
from m2v.files import write_file
from m2v.texts import as_strings

#: A list for each attribute of an Encoding, an item a token.
Columns = dict[str, list[Any]]


def _attribute(name: str, doc: str) -> Any:
    return property(lambda self: self._column(name), doc=doc)


class Encoding:
    """The tokens of a text or of a pair of texts. Names and meanings are those of `tokenizers.Encoding`.

    The ids are there at once. The rest takes several times as long, and is found out when it is asked for.
    """

    #: The number of texts.
    n_sequences: int

    def __init__(self, columns: Columns, n_sequences: int, rest: Callable[[], Columns] | None = None) -> None:
        """Takes the columns that there are, the number of texts, and what gives all columns."""
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
    type_ids = _attribute("type_ids", "Which segment each belongs to, as the model that the tokenizer comes from has it.")
    tokens = _attribute("tokens", "The tokens themselves.")
    offsets = _attribute("offsets", "Where each token stands in its text, in characters; (0, 0) for special tokens.")
    attention_mask = _attribute("attention_mask", "1 for each token, 0 for padding.")
    special_tokens_mask = _attribute("special_tokens_mask", "1 for each token that was put around the texts, else 0.")
    word_ids = _attribute("word_ids", "Which word of its text each token is part of; None for special tokens.")
    words = word_ids
    sequence_ids = _attribute("sequence_ids", "0 for tokens of the first text, 1 for the second; None for special tokens.")

    @property
    def overflowing(self) -> list[Encoding]:
        """Always empty: what truncation cuts off is not kept."""
        return []

    def token_to_chars(self, token_index: int) -> tuple[int, int] | None:
        """Where a token stands in its text; None for a special token."""
        return None if self.sequence_ids[token_index] is None else self.offsets[token_index]

    def token_to_word(self, token_index: int) -> int | None:
        """The word that a token is part of."""
        return self.word_ids[token_index]

    def token_to_sequence(self, token_index: int) -> int | None:
        """The text that a token is part of."""
        return self.sequence_ids[token_index]

    def char_to_token(self, char_pos: int, sequence_index: int = 0) -> int | None:
        """The token that stands for a character of a text, if there is one."""
        for index, ((begin, end), number) in enumerate(zip(self.offsets, self.sequence_ids)):
            if number == sequence_index and begin <= char_pos < end:
                return index
        return None

    def char_to_word(self, char_pos: int, sequence_index: int = 0) -> int | None:
        """The word that a character of a text is part of, if it is part of one."""
        token = self.char_to_token(char_pos, sequence_index)
        return None if token is None else self.word_ids[token]

    def word_to_tokens(self, word_index: int, sequence_index: int = 0) -> tuple[int, int] | None:
        """Where a word's tokens begin and end, if it has any."""
        found = [i for i in range(len(self)) if (self.word_ids[i], self.sequence_ids[i]) == (word_index, sequence_index)]
        return (found[0], found[-1] + 1) if found else None

    def word_to_chars(self, word_index: int, sequence_index: int = 0) -> tuple[int, int] | None:
        """Where a word stands in its text."""
        tokens = self.word_to_tokens(word_index, sequence_index)
        return None if tokens is None else (self.offsets[tokens[0]][0], self.offsets[tokens[1] - 1][1])

    @checked(
        length=whole(0), direction=one_of("left", "right"), pad_id=whole(0), pad_type_id=whole(0), pad_token=string
    )
    def pad(
        self, length: int, direction: str = "right", pad_id: int = 0, pad_type_id: int = 0, pad_token: str = "[PAD]"
    ) -> None:
        """Fills up to `length` tokens, on this side."""
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
    """A `tokenizer.json`, or a vocabulary that stands for one.

    Names and arguments are those of `tokenizers.Tokenizer`: it turns texts into ids and back, and cannot be changed or
    trained. What a file says about padding and truncation has no effect until `enable_padding` and `enable_truncation`.
    """

    def __init__(self, native: _m2v.Tokenizer, json: str | None = None) -> None:
        """Takes a native tokenizer; `from_str` and `from_file` are for everybody else."""
        self._native = native
        self._json = json
        self._truncation: dict[str, Any] | None = None
        self._padding: dict[str, Any] | None = None

    @classmethod
    @checked(json=string)
    def from_str(cls, json: str) -> Tokenizer:
        """Reads the text of a `tokenizer.json`."""
        return cls(_m2v.Tokenizer.from_json(json), json)

    @classmethod
    @checked
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

    @checked(pretty=flag)
    def to_str(self, pretty: bool = False) -> str:
        """The text of its `tokenizer.json`, as it was read."""
        if self._json is None:
            raise ValueError("read from a vocabulary file: there is no tokenizer.json to give")
        return self._json

    @checked(pretty=flag)
    def save(self, path: str | os.PathLike[str], pretty: bool = True) -> None:
        """Writes its `tokenizer.json`."""
        write_file(path, self.to_str())

    @checked(sequence=string, pair=string, is_pretokenized=flag, add_special_tokens=flag)
    def encode(
        self,
        sequence: str,
        pair: str | None = None,
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
    ) -> Encoding:
        """The tokens of a text, or of a pair of texts.

        :param sequence: The text.
        :param pair: The second text, if there is one.
        :param is_pretokenized: Must be False: texts are cut into words here.
        :param add_special_tokens: Puts those around it that the tokenizer's model wants.
        """
        _refuse_words(is_pretokenized)
        return self._pad(self._encode([(sequence, pair)], add_special_tokens))[0]

    @checked(input=lambda name, value: value, is_pretokenized=flag, add_special_tokens=flag)
    def encode_batch(
        self, input: Iterable[Any], is_pretokenized: bool = False, add_special_tokens: bool = True
    ) -> list[Encoding]:
        """The tokens of each text, padded to the longest if padding is on.

        :param input: Texts, or pairs of texts.
        :param is_pretokenized: Must be False: texts are cut into words here.
        :param add_special_tokens: Puts those around each that the tokenizer's model wants.
        """
        _refuse_words(is_pretokenized)
        return self._pad(self._encode([_pair_of(item, place) for place, item in enumerate(as_strings(input, "input"))], add_special_tokens))

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
        """The text that ids stand for, as the tokenizer's decoder makes it.

        :param ids: Those that no token has are left out.
        :param skip_special_tokens: Leaves special tokens out.
        """
        return self._native.decode([ids], skip_special_tokens)[0]

    @checked(skip_special_tokens=flag)
    def decode_batch(self, sequences: Sequence[Sequence[int]], skip_special_tokens: bool = True) -> list[str]:
        """The text of each list of ids, as `decode` makes it."""
        if isinstance(sequences, (str, bytes)) or not hasattr(sequences, "__iter__"):
            raise wrong("sequences", "a list of lists of ids", sequences)
        lists = [_ids_of(f"sequences: item {place}", ids) for place, ids in enumerate(sequences)]
        return self._native.decode(lists, skip_special_tokens)

    @checked(is_pair=flag)
    def num_special_tokens_to_add(self, is_pair: bool) -> int:
        """How many special tokens `encode` puts around a text, or a pair of texts."""
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
        """Token to id."""
        return dict(self._native.tokens())

    @checked(with_added_tokens=flag)
    def get_vocab_size(self, with_added_tokens: bool = True) -> int:
        """The number of tokens."""
        return self._native.vocabulary_size

    @checked(token=string)
    def token_to_id(self, token: str) -> int | None:
        """The id of a token, if it is one."""
        return self._native.id(token)

    @checked(id=whole(0, 2**32 - 1))
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

    @checked(
        max_length=whole(0),
        stride=whole(0, 0),
        strategy=one_of("longest_first", "only_first", "only_second"),
        direction=one_of("left", "right"),
    )
    def enable_truncation(
        self, max_length: int, stride: int = 0, strategy: str = "longest_first", direction: str = "right"
    ) -> None:
        """From now on, `encode` keeps this many tokens at most, special ones among them.

        :param max_length: How many.
        :param stride: Must be 0: what is cut off is not kept.
        :param strategy: Which text of a pair is cut: "longest_first", "only_first" or "only_second".
        :param direction: Where it is cut: "left" or "right".
        """
        self._truncation = {
            "max_length": max_length,
            "stride": stride,
            "strategy": strategy,
            "direction": direction,
        }

    def no_truncation(self) -> None:
        """From now on, `encode` keeps all tokens."""
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


def _refuse_words(is_pretokenized: bool) -> None:
    if is_pretokenized:
        raise ValueError("is_pretokenized must be False: texts are cut into words here; join yours with spaces.")


def _pair_of(item: Any, place: int) -> tuple[str, str | None]:
    if isinstance(item, str):
        return item, None
    if isinstance(item, (tuple, list)) and len(item) == 2 and all(isinstance(text, str) for text in item):
        return item[0], item[1]
    raise TypeError(f"input: texts are strings or pairs of strings, but item {place} is {shown(item)}, a {type(item).__name__}.")


def _ids_of(name: str, ids: Any) -> list[int]:
    if isinstance(ids, (str, bytes)) or not hasattr(ids, "__iter__"):
        raise wrong(name, "a list of ids", ids)
    check = whole(0, 2**32 - 1)
    return [check(f"{name}: item {place}", id) for place, id in enumerate(ids)]


def _restore(json: str, truncation: dict[str, Any] | None, padding: dict[str, Any] | None) -> Tokenizer:
    tokenizer = Tokenizer.from_str(json)
    tokenizer._truncation, tokenizer._padding = truncation, padding
    return tokenizer
