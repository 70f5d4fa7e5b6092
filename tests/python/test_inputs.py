"""What may be passed as texts, and streams of them."""

from array import array

import numpy as np
import pytest

from m2v import StaticModel

TEXTS = ["the cat", "", "water and bread", "ünï \U0001f600"]


@pytest.fixture(scope="module")
def model(float_folder):
    return StaticModel.from_pretrained(float_folder)


class Column:
    """As columns of Arrow and polars give their values."""

    def __init__(self, method):
        setattr(self, method, lambda: list(TEXTS))


@pytest.mark.parametrize(
    "texts",
    [
        TEXTS,
        tuple(TEXTS),
        np.array(TEXTS),
        np.array(TEXTS, dtype=object),
        iter(TEXTS),
        dict.fromkeys(TEXTS),
        Column("to_pylist"),
        Column("to_list"),
    ],
    ids=lambda texts: type(texts).__name__,
)
def test_kinds_of_lists(model, texts):
    assert np.array_equal(model.encode(texts), model.encode(TEXTS))


def test_a_list_that_changes_meanwhile(model):
    """The strings are held, not the list."""
    expected = model.encode(TEXTS)

    class Odd(list):
        pass

    texts = Odd(TEXTS)
    vectors = model.encode(texts)
    texts.clear()
    assert np.array_equal(vectors, expected)


def test_a_stream(model, tmp_path):
    lines = [f"line {i} about the cat" for i in range(1000)]
    pulled = 0

    def generator():
        nonlocal pulled
        for line in lines:
            pulled += 1
            yield line

    blocks = model.encode_iter(generator(), batch_size=64)
    first = next(blocks)
    assert pulled == 64 and first.shape == (64, 24), "no more than a batch is taken"
    vectors = np.concatenate([first, *blocks])
    assert np.array_equal(vectors, model.encode(lines))
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    with path.open(encoding="utf-8") as file:
        assert sum(len(block) for block in model.encode_iter(file)) == len(lines)


def test_a_progress_bar(model, capsys):
    assert model.encode(TEXTS, show_progress_bar=True).shape == (4, 24)
    model.encode_as_sequence(TEXTS, show_progress_bar=True)
    assert "4.00/4.00" in capsys.readouterr().err


def test_other_arguments_are_ignored(model):
    """Sentence Transformers passes some of its own."""
    assert np.array_equal(model.encode(TEXTS, convert_to_tensor=False, prompt=None), model.encode(TEXTS))


def test_what_is_no_list_of_texts(model):
    for wrong in ([b"bytes"], [1], array("i", [1, 2])):
        with pytest.raises(TypeError, match="texts must be strings"):
            model.encode(wrong)
