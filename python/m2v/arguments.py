"""What becomes of wrong arguments: errors that name the argument and say what is right.

`@checked` looks at the arguments of a function by their names, which mean the same everywhere in the package: KINDS has
what each must be. An argument whose default is None may be None. Names that the function does not have are a TypeError
with the nearest one that it has.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from typing import Any, TypeVar

import numpy as np

from m2v.types import _UNSET

#: Looks at an argument of this name, and returns it as the function gets it.
Check = Callable[[str, Any], Any]
Function = TypeVar("Function", bound=Callable[..., Any])

MAX_THREADS = 1024


def shown(value: Any) -> str:
    """A value in an error message."""
    try:
        text = repr(value)
    except Exception:  # whose repr fails is shown by its type
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."


def wrong(name: str, what: str, value: Any) -> TypeError:
    """The error for a value of another type."""
    return TypeError(f"{name} must be {what}, got {shown(value)}, a {type(value).__name__}.")


def whole(least: int = 0, most: int | None = None) -> Check:
    """A whole number within limits."""

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
    """A number, but no NaN."""
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
    """True or False."""
    if isinstance(value, (bool, np.bool_)) or (isinstance(value, (int, np.integer)) and value in (0, 1)):
        return bool(value)
    raise wrong(name, "True or False", value)


def string(name: str, value: Any) -> str:
    """A string that can be written as UTF-8."""
    if not isinstance(value, str):
        raise wrong(name, "a string", value)
    try:
        value.encode()
    except UnicodeEncodeError as problem:
        problem.reason += f", in {name}"
        raise
    return value


def path(name: str, value: Any) -> Any:
    """A path, or what stands for one."""
    if not isinstance(value, (str, os.PathLike)):
        raise wrong(name, "a path or a name", value)
    return value


def array(name: str, value: Any) -> Any:
    """Numbers in a list or in rows: an array, or what becomes one."""
    is_array = any(hasattr(value, method) for method in ("__len__", "__array__", "detach"))
    if isinstance(value, (str, bytes, Mapping)) or not is_array:
        raise wrong(name, "an array of numbers", value)
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if kind is not None and kind not in "biuf":
        raise ValueError(f"{name} must be an array of numbers, got one of {value.dtype}.")
    return value


def several(name: str, value: Any) -> Any:
    """A list of anything, or another iterable; no string."""
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise wrong(name, "a list", value)
    return value


def mapping(name: str, value: Any) -> Any:
    """A dict."""
    if not isinstance(value, Mapping):
        raise wrong(name, "a dict", value)
    return value


def function(name: str, value: Any) -> Any:
    """What can be called."""
    if not callable(value):
        raise wrong(name, "a function", value)
    return value


def anything(name: str, value: Any) -> Any:
    """What the function itself looks at."""
    return value


def one_of(*names: str) -> Check:
    """One of these strings, or of an enumeration of them."""

    def check(name: str, value: Any) -> str:
        found = getattr(value, "value", value)
        if found not in names:
            kind = ValueError if isinstance(found, str) else TypeError
            raise kind(f"{name} {shown(value)}; there are {', '.join(names)}")
        return found

    return check


def optional(check: Check) -> Check:
    """The same, or None."""
    return lambda name, value: None if value is None else check(name, value)


def strings(name: str, value: Any) -> list[str]:
    """A list of strings, with the number of one that is none."""
    found = list(several(name, value))
    for place, item in enumerate(found):
        if not isinstance(item, str):
            raise TypeError(f"{name} must be a list of strings, but item {place} is {shown(item)}, a {type(item).__name__}.")
        string(f"{name}: item {place}", item)
    return found


def string_or_strings(name: str, value: Any) -> Any:
    """A string, or a list of them."""
    return string(name, value) if isinstance(value, str) else strings(name, value)


_FLOATS = ("float16", "float32", "float64")


def output_type(name: str, value: Any) -> np.dtype:
    """A type of vectors."""
    try:
        found = np.dtype(value)
    except TypeError:
        raise TypeError(f"{name} must be float16, float32 or float64, got {shown(value)}.") from None
    if found.name not in _FLOATS:
        raise ValueError(f"{name}: vectors are float16, float32 or float64, not {found.name}")
    return found


_TABLE_TYPES = one_of(*_FLOATS, "int8")

#: What the arguments of these names must be, wherever there are such.
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
    """The error for an argument that a function does not have, with the nearest one that it has."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), 1, 0.6)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return TypeError(f"{function_name}() got an unexpected keyword argument {name!r}{hint}")


def names_of(function: Any) -> tuple[list[str], list[str], bool]:
    """The arguments of a function: those by position, those by keyword alone, and whether it takes any others."""
    code = function.__code__
    by_position, only = code.co_argcount, code.co_kwonlyargcount
    names = code.co_varnames
    return list(names[:by_position]), list(names[by_position : by_position + only]), bool(code.co_flags & 0x08)


def check_known(function: Any, given: Iterable[str], *more: str) -> None:
    """Refuses names that a function does not have: for arguments that are kept and passed on later.

    :param more: Names that are known, too.
    """
    function = getattr(function, "__func__", function)
    positional, only, _ = names_of(getattr(function, "__wrapped__", function))
    known = [*positional[1:], *only, *more]
    for name in given:
        if name not in known:
            raise unknown(function.__qualname__, name, known)


def check_constructor(kind: type, given: Iterable[str]) -> None:
    """Refuses names that the constructor of a class does not have, if it is one that says which it has."""
    constructor = getattr(kind.__init__, "__wrapped__", kind.__init__)
    if not names_of(constructor)[2]:
        check_known(constructor, given)


def checked(function: Function | None = None, /, **kinds: Check) -> Any:
    """A function that looks at its arguments first.

    :param kinds: What arguments of it must be that are not in KINDS, or differ from it.
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
