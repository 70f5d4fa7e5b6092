"""Filters as nested dicts, in the syntax of MongoDB, Chroma and LangChain.

    {"lang": "en", "year": {"$gte": 2000, "$lt": 2010}}
    {"$or": [{"lang": {"$in": ["en", "de"]}}, {"$not": {"source": "web"}}]}
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

#: A filter in the form that the native index takes: (kind, column, values, parts).
Tree = tuple[str, str, list[Any], list[Any]]
#: Maps a key and a value to the name of the column in which the value is looked up.
ColumnOf = Callable[[str, Any], str]

COMPARISONS = {"$eq": "equal", "$lt": "less", "$lte": "at_most", "$gt": "greater", "$gte": "at_least"}
JOINS = {"$and": "all_of", "$or": "any_of"}
NOTHING: Tree = ("any_of", "", [], [])


def same_name(key: str, value: Any) -> str:
    """Returns the key: columns have the names of their keys."""
    return key


def parse(filter: Mapping[str, Any] | Tree | None, column_of: ColumnOf = same_name) -> Tree | None:
    """Converts a filter to a tree. Returns None and trees unchanged.

    :raises ValueError: if the filter is malformed.
    """
    return filter if filter is None or isinstance(filter, tuple) else _all_of(filter, column_of)


def without_unknown(tree: Tree, known: Collection[str]) -> Tree:
    """Returns the tree with comparisons on unknown columns replaced by a filter that accepts nothing."""
    kind, column, values, parts = tree
    if column and column not in known:
        return NOTHING
    return (kind, column, values, [without_unknown(part, known) for part in parts])


def _all_of(filter: Any, column_of: ColumnOf) -> Tree:
    if not isinstance(filter, Mapping):
        raise ValueError(f"a filter must be a dict, not {filter!r}")
    return _join([_entry(key, value, column_of) for key, value in filter.items()])


def _join(parts: list[Tree]) -> Tree:
    return parts[0] if len(parts) == 1 else ("all_of", "", [], parts)


def _entry(key: str, value: Any, column_of: ColumnOf) -> Tree:
    if key in JOINS:
        if not isinstance(value, (list, tuple)):
            raise ValueError(f'filter: "{key}" takes a list of filters, not {value!r}')
        return (JOINS[key], "", [], [_all_of(part, column_of) for part in value])
    if key == "$not":
        return _negated(_all_of(value, column_of))
    if key.startswith("$"):
        raise ValueError(f'filter: unknown operator "{key}"; at this level only $and, $or and $not are allowed')
    if not isinstance(value, Mapping):
        return _comparison(key, "$eq", value, column_of)
    return _join([_comparison(key, operator, operand, column_of) for operator, operand in value.items()])


def _comparison(key: str, operator: str, value: Any, column_of: ColumnOf) -> Tree:
    if operator in COMPARISONS:
        return (COMPARISONS[operator], column_of(key, value), [plain(value)], [])
    if operator == "$ne":
        return _negated(_comparison(key, "$eq", value, column_of))
    if operator == "$not":
        return _negated(_entry(key, value, column_of))
    if operator in ("$in", "$nin"):
        found = _one_of(key, value, column_of)
        return found if operator == "$in" else _negated(found)
    names = ", ".join([*COMPARISONS, "$ne", "$in", "$nin", "$not"])
    raise ValueError(f'filter: "{key}": unknown operator "{operator}"; supported are {names}')


def _one_of(key: str, values: Any, column_of: ColumnOf) -> Tree:
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        raise ValueError(f'filter: "{key}": $in and $nin take a list, not {values!r}')
    columns: dict[str, list[Any]] = {}
    for value in values:
        columns.setdefault(column_of(key, value), []).append(plain(value))
    parts: list[Tree] = [("in", column, found, []) for column, found in columns.items()]
    return parts[0] if len(parts) == 1 else ("any_of", "", [], parts)


def _negated(tree: Tree) -> Tree:
    return ("not", "", [], [tree])


def plain(value: Any) -> int | float | str:
    """Converts a value to a plain Python number or string; True becomes 1.

    :raises ValueError: if it is neither.
    """
    if hasattr(value, "item"):  # a numpy scalar
        value = value.item()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float, str)):
        return value
    raise ValueError(f"filter: values must be strings or numbers, not {value!r}")
