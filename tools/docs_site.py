"""Hooks of mkdocs: what turns README.md and docs/ into a site.

README.md is the start page. Links to other files of the repository lead to their page on the repository's host. A page that
lists the Python API for mkdocstrings is made of the modules that are public.
"""

import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"(\]\()([^)#\s]+)((?:#[^)\s]*)?\))")
PYTHON = """# Python reference

The package has model2vec's names, arguments and module paths; see [Move from model2vec](migrate.md).

"""
#: The modules, in the order of the page.
MODULES = [
    "m2v", "m2v.distill", "m2v.inference", "m2v.train", "m2v.persistence", "m2v.quantization", "m2v.tokenizer", "m2v.index",
    "m2v.filters", "m2v.vicinity", "m2v.onnx", "m2v.hub", "m2v.langchain", "m2v.llama_index", "m2v.haystack", "m2v.sklearn",
    "m2v.spacy", "m2v.sentence_transformers",
]  # fmt: skip


def on_files(files, config):
    start = (ROOT / "README.md").read_text(encoding="utf-8")
    pages = {
        "index.md": linked(start, ROOT, config),
        "python-reference.md": PYTHON + "\n".join(f"::: {module}\n" for module in MODULES),
    }
    for name, content in pages.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown, page, config, files):
    if page.file.generated_by or page.file.abs_src_path is None:
        return markdown
    return linked(markdown, Path(page.file.abs_src_path).parent, config)


def linked(markdown, folder, config):
    """The links as they are on the site. Links to files that do not exist are left for mkdocs to complain about."""
    docs = Path(config.docs_dir)

    def replaced(match):
        if "://" in match[2] or match[2].startswith("mailto:"):
            return match[0]
        target = (folder / match[2]).resolve()
        if not target.exists():
            return match[0]
        if target.is_relative_to(docs):
            return match[1] + target.relative_to(docs).as_posix() + match[3]
        if target == ROOT / "README.md":
            return match[1] + "index.md" + match[3]
        kind = "tree" if target.is_dir() else "blob"
        return f"{match[1]}{config.repo_url}/{kind}/main/{target.relative_to(ROOT).as_posix()}{match[3]}"

    return LINK.sub(replaced, markdown)
