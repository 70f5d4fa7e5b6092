"""Checks of arguments, with errors that name the argument and state which values are accepted.

`@checked` checks the arguments of a function by their names, which have the same meaning everywhere in the package:
KINDS maps each name to its check. An argument whose default is None may be None. An unknown keyword argument raises a
TypeError that suggests the most similar known one.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from typing import Any, TypeVar, overload

import numpy as np

from m2v.types import _UNSET

#: Takes the name and the value of an argument, and returns the value as the function gets it. Raises TypeError or
#: ValueError, which name the argument, if the value is not acceptable.
Check = Callable[[str, Any], Any]
Function = TypeVar("Function", bound=Callable[..., Any])

MAX_THREADS = 1024


def shown(value: Any) -> str:
    """Returns a representation of a value for an error message, of at most 60 characters."""
    try:
        text = repr(value)
    except Exception:  # repr() of a foreign object may raise anything
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."


def wrong(name: str, what: str, value: Any) -> TypeError:
    """Returns the error for a value of the wrong type."""
    return TypeError(f"{name} must be {what}, got {shown(value)}, a {type(value).__name__}.")


def whole(least: int = 0, most: int | None = None) -> Check:
    """Returns a check for an integer from `least` to `most`, both included; None means no upper limit."""

    def check(name: str, value: Any) -> int:
        try:
            number = operator.index(value)
        except TypeError:
            raise wrong(name, "a whole number", value) from None
        if isinstance(value, (bool, np.bool_)):
            raise wrong(name, "a whole number", value)
        if number < least:
            raise ValueError(f"{name} must be at least {least}, got {number}.")
        if most is not None and number > most:
            raise ValueError(f"{name} must be at most {most}, got {number}.")
        return number

    return check


def number(name: str, value: Any) -> float:
    """Accepts any number except NaN."""
    if isinstance(value, (bool, np.bool_, str, bytes)) or np.ndim(value) != 0:
        raise wrong(name, "a number", value)
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise wrong(name, "a number", value) from None
    if found != found:
        raise ValueError(f"{name} must be a number, got NaN.")
    return found


def flag(name: str, value: Any) -> bool:
    """Accepts True and False, also as 1 and 0."""
    if isinstance(value, (bool, np.bool_)) or (isinstance(value, (int, np.integer)) and value in (0, 1)):
        return bool(value)
    raise wrong(name, "True or False", value)


def string(name: str, value: Any) -> str:
    """Accepts a string that can be encoded as UTF-8, i.e. without lone surrogates."""
    if not isinstance(value, str):
        raise wrong(name, "a string", value)
    try:
        value.encode()
    except UnicodeEncodeError as problem:
        problem.reason += f", in {name}"
        raise
    return value


def path(name: str, value: Any) -> Any:
    """Accepts a string or a path-like object."""
    if not isinstance(value, (str, os.PathLike)):
        raise wrong(name, "a path or a name", value)
    return value


def array(name: str, value: Any) -> Any:
    """Accepts an array of numbers, or a list or tensor that can be converted to one."""
    is_array = any(hasattr(value, method) for method in ("__len__", "__array__", "detach"))
    if isinstance(value, (str, bytes, Mapping)) or not is_array:
        raise wrong(name, "an array of numbers", value)
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if kind is not None and kind not in "biuf":
        raise ValueError(f"{name} must be an array of numbers, got one of {value.dtype}.")
    return value


def several(name: str, value: Any) -> Any:
    """Accepts any iterable except strings."""
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise wrong(name, "a list", value)
    return value


def mapping(name: str, value: Any) -> Any:
    """Accepts a dict or another mapping."""
    if not isinstance(value, Mapping):
        raise wrong(name, "a dict", value)
    return value


def function(name: str, value: Any) -> Any:
    """Accepts a callable."""
    if not callable(value):
        raise wrong(name, "a function", value)
    return value


def anything(name: str, value: Any) -> Any:
    """Accepts any value; the function itself checks it."""
    return value


def one_of(*names: str) -> Check:
    """Returns a check for one of these strings, or a member of an enumeration with one of these values."""

    def check(name: str, value: Any) -> str:
        found = getattr(value, "value", value)
        if found not in names:
            kind = ValueError if isinstance(found, str) else TypeError
            raise kind(f"{name} {shown(value)}; expected one of {', '.join(names)}")
        return found

    return check


def optional(check: Check) -> Check:
    """Returns a check that also accepts None."""
    return lambda name, value: None if value is None else check(name, value)


def strings(name: str, value: Any) -> list[str]:
    """Accepts an iterable of strings and returns a list. Errors contain the position of the first wrong item."""
    found = list(several(name, value))
    for position, item in enumerate(found):
        if not isinstance(item, str):
            raise TypeError(f"{name} must be a list of strings, but item {position} is {shown(item)}, a {type(item).__name__}.")
        string(f"{name}: item {position}", item)
    return found


def string_or_strings(name: str, value: Any) -> Any:
    """Accepts a string or an iterable of strings."""
    return string(name, value) if isinstance(value, str) else strings(name, value)


_FLOATS = ("float16", "float32", "float64")


def output_type(name: str, value: Any) -> np.dtype:
    """Accepts a type that vectors may have: float16, float32 or float64."""
    try:
        found = np.dtype(value)
    except TypeError:
        raise TypeError(f"{name} must be float16, float32 or float64, got {shown(value)}.") from None
    if found.name not in _FLOATS:
        raise ValueError(f"{name}: vectors are float16, float32 or float64, not {found.name}")
    return found


_TABLE_TYPES = one_of(*_FLOATS, "int8")

#: The check for each argument name, wherever in the package it occurs.
KINDS: dict[str, Check] = {
    "batch_size": whole(1),
    "base_model_name": string_or_strings,
    "calibrate": flag,
    "candidates": whole(0),
    "config": mapping,
    "corpus": several,
    "corpus_words": whole(0),
    "create_model_card": flag,
    "device": anything,
    "dim": whole(0),
    "dimensionality": whole(1),
    "drop_components": whole(0),
    "early_stopping_patience": optional(whole(0)),
    "embeddings": array,
    "epsilon": number,
    "filter": anything,
    "focal_gamma": number,
    "folds": whole(2),
    "folder_path": path,
    "folder_or_repo_path": path,
    "force": flag,
    "force_download": flag,
    "freeze": flag,
    "freeze_weights": flag,
    "frequency_texts": several,
    "full_vectors": array,
    "group_by": string,
    "hidden_dim": whole(1),
    "ids": anything,
    "ignore_dense": flag,
    "int8_scale": one_of("table", "row"),
    "k": whole(0),
    "label": string,
    "language": string_or_strings,
    "learning_rate": number,
    "max_epochs": optional(whole(-1)),
    "max_k": whole(1),
    "max_length": optional(whole(0)),
    "metadata": mapping,
    "min_epochs": whole(0),
    "min_score": number,
    "model_id": string,
    "model_name": path,
    "multiprocessing_threshold": whole(0),
    "n_clusters": whole(1),
    "n_layers": whole(0),
    "normalize": flag,
    "offset": whole(0),
    "on_event": function,
    "out_dim": whole(1),
    "overwrite": flag,
    "path": path,
    "precision": one_of("f32", "int16", "auto"),
    "prefix": string,
    "private": flag,
    "quantize_to": _TABLE_TYPES,
    "queries": array,
    "query_vectors": array,
    "random_seed": whole(0),
    "random_texts": whole(0),
    "recipe": one_of("reference", "best"),
    "remove_post_processor": flag,
    "repo_id": string,
    "scores": array,
    "show_progress_bar": flag,
    "sif_coefficient": optional(number),
    "source_model_name": string,
    "store_vectors": flag,
    "subfolder": string,
    "suffix": string,
    "temperature": number,
    "test_size": anything,
    "text": string,
    "threads": whole(0, MAX_THREADS),
    "threshold": number,
    "token": string,
    "token_dropout": number,
    "token_mapping": array,
    "token_remove_pattern": optional(string),
    "trust_remote_code": flag,
    "use_multiprocessing": flag,
    "validation_steps": whole(1),
    "vectors": array,
    "vocabulary": strings,
    "vocabulary_quantization": whole(1),
    "warm_start": flag,
    "weight": number,
    "weights": array,
    "whitening": number,
}


def unknown(function_name: str, name: str, known: Iterable[str]) -> TypeError:
    """Returns the error for an unknown keyword argument, with the most similar known name."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), 1, 0.6)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return TypeError(f"{function_name}() got an unexpected keyword argument {name!r}{hint}")


def names_of(function: Any) -> tuple[list[str], list[str], bool]:
    """Returns the names of a function's positional and keyword-only arguments, and whether it has `**kwargs`."""
    code = function.__code__
    by_position, only = code.co_argcount, code.co_kwonlyargcount
    names = code.co_varnames
    return list(names[:by_position]), list(names[by_position : by_position + only]), bool(code.co_flags & 0x08)


def check_known(function: Any, given: Iterable[str], *more: str) -> None:
    """Raises TypeError if a name is not an argument of a function. For arguments that are passed on later.

    :param function: The function; its first argument (`self` or `cls`) does not count.
    :param given: The names to check.
    :param more: Further names that are allowed.
    """
    function = getattr(function, "__func__", function)
    positional, only, _ = names_of(getattr(function, "__wrapped__", function))
    known = [*positional[1:], *only, *more]
    for name in given:
        if name not in known:
            raise unknown(function.__qualname__, name, known)


def check_constructor(kind: type, given: Iterable[str]) -> None:
    """Raises TypeError if a name is not an argument of a class's constructor, unless it takes `**kwargs`."""
    constructor = getattr(kind.__init__, "__wrapped__", kind.__init__)
    if not names_of(constructor)[2]:
        check_known(constructor, given)


@overload
def checked(function: Function, /) -> Function: ...


@overload
def checked(function: None = None, /, **kinds: Check) -> Callable[[Function], Function]: ...


def checked(function: Function | None = None, /, **kinds: Check) -> Any:
    """Decorates a function so that its arguments are checked before it is called.

    :param kinds: Checks for arguments that are not in KINDS, or that need a different check.
    """
    if function is None:
        return partial(checked, **kinds)
    positional, only, takes_any = names_of(function)
    defaults = dict(zip(reversed(positional), reversed(function.__defaults__ or ())))
    defaults |= function.__kwdefaults__ or {}
    checks = {name: {**KINDS, **kinds}.get(name, anything) for name in (*positional, *only)}

    def look(name: str, value: Any) -> Any:
        default = defaults.get(name, _UNSET)
        if value is default and (value is None or value is _UNSET):
            return value
        return checks[name](name, value)

    @wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        found = [look(name, value) for name, value in zip(positional, arguments)]
        for name, value in named.items():
            if name in checks:
                named[name] = look(name, value)
            elif not takes_any:
                raise unknown(function.__qualname__, name, checks)
        return function(*found, *arguments[len(found) :], **named)

    return call
