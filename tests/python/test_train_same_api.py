"""Names, arguments and defaults of `model2vec.train`, read from its source: importing it would take torch."""

import ast
import inspect
from pathlib import Path

import pytest

import m2v.train
from m2v.types import _UNSET

SOURCES = Path(__file__).resolve().parent.parent.parent / ".cache" / "model2vec-0.10.0" / "model2vec" / "train"
MODULES = ["base", "classifier", "similarity", "regression", "pairs"]
CLASSES = [
    "StaticModelForClassification",
    "StaticModelForPairSimilarity",
    "StaticModelForRegression",
    "StaticModelForSimilarity",
]
CONSTANTS = {"DEFAULT_RANDOM_SEED": 42, "DEFAULT_MAX_LENGTH": 512, "_UNSET": _UNSET}
# What only a torch module can have.
OF_TORCH = {"forward", "construct_embeddings", "construct_weights"}


@pytest.fixture(scope="module")
def theirs():
    """Their classes by name."""
    if not SOURCES.is_dir():
        pytest.fail("the reference's source is not there: tools/fetch_reference_tests.sh")
    found = {}
    for module in MODULES:
        for node in ast.parse((SOURCES / f"{module}.py").read_text()).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = node
    return found


def methods_of(name, classes):
    """The methods of a class and of its bases, as far as they are theirs."""
    if name not in classes:
        return {}
    found = {}
    for base in classes[name].bases:
        found.update(methods_of(ast.unparse(base), classes))
    found.update({node.name: node for node in classes[name].body if isinstance(node, ast.FunctionDef)})
    return found


def default_of(node):
    return CONSTANTS[node.id] if isinstance(node, ast.Name) else ast.literal_eval(node)


def parameters_of(function):
    """Positional names, and the default of each argument that has one."""
    arguments = function.args
    positional = [argument.arg for argument in arguments.args]
    defaults = dict(zip(reversed(positional), reversed(arguments.defaults)))
    defaults.update({a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults) if d is not None})
    names = positional + [argument.arg for argument in arguments.kwonlyargs]
    return positional, names, {name: default_of(node) for name, node in defaults.items()}


@pytest.mark.parametrize("name", CLASSES)
def test_every_method(theirs, name):
    """Theirs come first, in the same order and with the same defaults; ours may follow by keyword."""
    ours = getattr(m2v.train, name)
    public = {key: node for key, node in methods_of(name, theirs).items() if key == "__init__" or key[0] != "_"}
    assert {"fit", "encode", "tokenize", "to_pipeline", "to_static_model", "from_pretrained"} <= public.keys()
    assert {key for key in public if not hasattr(ours, key)} == OF_TORCH
    for key in public.keys() - OF_TORCH:
        ours_is_property = isinstance(getattr(ours, key), property)
        assert ours_is_property == ("property" in map(ast.unparse, public[key].decorator_list)), key
        if ours_is_property:
            continue
        function = getattr(ours, key)
        found = inspect.signature(getattr(function, "__func__", function)).parameters
        kinds = inspect.Parameter
        positional, names, defaults = parameters_of(public[key])
        assert [p for p, about in found.items() if about.kind is kinds.POSITIONAL_OR_KEYWORD] == positional, key
        assert set(names) <= set(found), key
        for argument in names:
            expected = defaults.get(argument, kinds.empty)
            assert found[argument].default is expected or found[argument].default == expected, (key, argument)


def test_modules():
    assert set(CLASSES) <= set(m2v.train.__all__)
    for name, module in zip(CLASSES, ["classifier", "pairs", "regression", "similarity"]):
        assert getattr(m2v.train, name).__module__ == f"m2v.train.{module}"
    assert issubclass(m2v.train.StaticModelForRegression, m2v.train.StaticModelForSimilarity)
