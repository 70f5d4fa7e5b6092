"""Every snippet of the documents runs, and none is hidden from these tests."""

import os

import pytest
from pages import PAGES, RUN, WITH_LIBRARIES, Block, Reader, blocks_of, hidden_snippets

HERE = [page for page in PAGES if page.name not in WITH_LIBRARIES]


def name_of(page):
    return page.name


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_nothing_that_could_be_run_is_not(page):
    assert not hidden_snippets(page)


@pytest.mark.parametrize("page", [p for p in HERE if any(b.language in RUN for b in blocks_of(p))], ids=name_of)
def test_the_page_runs(page, tmp_path, monkeypatch):
    if not os.environ.get("M2V_TEST_MODEL"):
        pytest.skip("set M2V_TEST_MODEL to the folder of a static model")
    Reader(page, tmp_path / "reader", monkeypatch).run()


def written(tmp_path, text):
    page = tmp_path / "page.md"
    page.write_text(text)
    return page


def test_blocks_are_found(tmp_path):
    page = written(tmp_path, "a\n```sh\nm2v info x\n```\nb\n```python\nx = 1\n\ny = 2\n```\n")
    assert blocks_of(page) == [Block("sh", "m2v info x\n", 2), Block("python", "x = 1\n\ny = 2\n", 6)]
    with pytest.raises(AssertionError, match="page.md:2: .*never closed"):
        blocks_of(written(tmp_path, "a\n```sh\nm2v\n"))


@pytest.mark.parametrize(
    "text, line",
    [
        ("```\nx\n```\n", 1),
        ("```bash\nm2v info x\n```\n", 1),
        ("x\n```text\nm2v info x\n```\n", 2),
        ("```text\nfrom m2v import StaticModel\n```\n", 1),
        ("x\n\n    m2v info x\n", 3),
    ],
)
def test_what_is_hidden_is_found(tmp_path, text, line):
    assert list(hidden_snippets(written(tmp_path, text))) == [line]


def test_what_fails_is_told_with_its_place(tmp_path, monkeypatch):
    if not os.environ.get("M2V_TEST_MODEL"):
        pytest.skip("set M2V_TEST_MODEL to the folder of a static model")
    broken = written(tmp_path, "\n```python\nx = 1\n```\n```sh\nm2v info no-such-model | cat\n```\n")
    with pytest.raises(AssertionError, match="page.md:5: exit 1"):
        Reader(broken, tmp_path / "a", monkeypatch).run()
    broken = written(tmp_path, "\n```python\nx = 1\n```\n```python\nx += 1\nassert x == 3\n```\n")
    with pytest.raises(AssertionError) as failed:
        Reader(broken, tmp_path / "b", monkeypatch).run()
    assert failed.traceback[-1].lineno + 1 == 7
