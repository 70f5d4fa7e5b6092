"""What looks like a mistake in a table of labelled texts is said, with its lines."""

import json

import pytest

from labelled import rows, write_csv, write_jsonl, write_model, write_tsv

TWO = ("animal", "kitchen")
QUICK = ["--max-epochs", 1]
PLAIN = rows(TWO, 20)


@pytest.fixture(scope="module")
def model(small_tokenizer, tmp_path_factory):
    return write_model(small_tokenizer, tmp_path_factory.mktemp("fit") / "model")


def warnings_of(m2v, model, path, out, *options):
    done = m2v.run("fit", "-m", model, path, "-o", out, *QUICK, "--json", *options)
    message = done.stderr.decode()
    assert done.returncode == 0, message
    return message.splitlines(), json.loads(done.stdout)["data_problems"]


CASES = {
    "empty_text": ([("animal", ""), ("kitchen", " ")], "2 texts are empty"),
    "header": ([("Category", "Message")], 'the label "Category" of the text "Message" looks like the header'),
    "similar_labels": ([("Animal", "fox"), ("Animal", "dog")], '("Animal" and "animal")'),
    "single_text": ([("rare", "bread and a fox")], 'the class "rare" has one text only'),
    "conflicting_labels": ([("animal", "fox bread"), ("kitchen", "fox bread")], '2 texts have other labels'),
}


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("write", [write_tsv, write_csv, write_jsonl], ids=["tsv", "csv", "jsonl"])
def test_a_mistake_is_said_with_its_lines(m2v, model, tmp_path, write, kind):
    more, message = CASES[kind]
    first = kind == "header"
    path = write(tmp_path / ("t." + write.__name__[6:]), more + PLAIN if first else PLAIN + more)
    told, counts = warnings_of(m2v, model, path, tmp_path / "x")
    begin = (1 if first else len(PLAIN) + 1) + (1 if write is write_csv else 0)
    lines = [str(begin + i) for i in range(len(more))]
    position = f"line {lines[0]}" if len(lines) == 1 else f"lines {lines[0]} and {lines[1]}"
    assert len(told) == 1 and told[0].startswith(f"m2v: warning: {path}: ") and message in told[0]
    assert told[0].endswith(": " + position)
    assert counts == {kind: len(more)}
    assert json.loads((tmp_path / "x" / "training.json").read_text())["data_problems"] == counts
    strict = m2v.run("fit", "-m", model, path, "-o", tmp_path / "y", *QUICK, "--strict")
    assert strict.returncode == 1 and not (tmp_path / "y").exists()
    assert "1 problem with the data, which --strict treats as errors" in strict.stderr.decode()


def test_columns_that_are_swapped(m2v, model, tmp_path):
    path = write_tsv(tmp_path / "t.tsv", [(f"{text} {i}", label) for i, (label, text) in enumerate(PLAIN)])
    told, counts = warnings_of(m2v, model, path, tmp_path / "x")
    assert len(told) == 1 and "the columns may be swapped" in told[0] and counts == {"swapped_columns": 40}


def test_the_first_ten_lines_and_how_many_more(m2v, model, tmp_path):
    path = write_tsv(tmp_path / "t.tsv", PLAIN + [("animal", "")] * 25)
    told, counts = warnings_of(m2v, model, path, tmp_path / "x")
    assert told[0].endswith("25 texts are empty: lines 41, 42, 43, 44, 45, 46, 47, 48, 49, 50 and 15 more")
    assert counts == {"empty_text": 25}


def test_quoted_line_feeds_are_counted(m2v, model, tmp_path):
    path = tmp_path / "t.csv"
    text = "".join(f'{label},"{text}\nand more"\n' for label, text in PLAIN)
    path.write_text("label,text\n" + text + 'animal,""\nanimal,fox\n')
    told, _ = warnings_of(m2v, model, path, tmp_path / "x")
    assert told == [f"m2v: warning: {path}: 1 text is empty: line 82"]


def test_folds_validation_and_evaluation(m2v, model, tmp_path):
    train = write_tsv(tmp_path / "t.tsv", PLAIN)
    other = write_tsv(tmp_path / "v.tsv", PLAIN[:9] + [("kitchen", "")])
    message = f"m2v: warning: {other}: 1 text is empty: line 10"
    told, counts = warnings_of(m2v, model, train, tmp_path / "x", "--validation", other)
    assert told == [message] and counts == {}
    done = m2v.run("fit", "-m", model, other, "-o", tmp_path / "y", *QUICK, "--folds", 2)
    assert done.returncode == 0 and done.stderr.decode().splitlines() == [message], "once"
    done = m2v.run("evaluate", "-m", tmp_path / "x", other)
    assert done.returncode == 0 and done.stderr.decode().splitlines() == [message]
    assert m2v.run("evaluate", "-m", tmp_path / "x", other, "--strict").returncode == 1
    assert m2v.run("evaluate", "-m", tmp_path / "x", train, "--strict").returncode == 0


def test_nothing_is_said_of_data_without_a_mistake(m2v, model, tmp_path):
    for write in (write_tsv, write_csv, write_jsonl):
        told, counts = warnings_of(m2v, model, write(tmp_path / ("t." + write.__name__[6:]), PLAIN), tmp_path / "x", "--strict")
        assert told == [] and counts == {}
