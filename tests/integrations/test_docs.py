"""The page about integrations, whose Python needs all of these libraries."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "docs"))

from pages import PAGES, WITH_LIBRARIES, Reader


@pytest.mark.parametrize("page", [page for page in PAGES if page.name in WITH_LIBRARIES], ids=lambda page: page.name)
def test_the_page_runs(page, tmp_path, monkeypatch):
    Reader(page, tmp_path / "reader", monkeypatch).run()
