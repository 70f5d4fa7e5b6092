"""The texts that the benchmark encodes: the shared ones if they are there, else generated ones."""

import random
import re
import sys
from pathlib import Path

PASSAGES = Path(__file__).resolve().parent.parent / "examples" / "passages.txt"
SHORT_TEXTS = 50_000
LONG_TEXTS = 1_500
LONG_CHARACTERS = 1_500


def find(shared: Path | None, cache: Path, names: list[str]) -> dict[str, Path]:
    """The files by name, in the order asked for."""
    if shared:
        folder = shared / "data" / "throughput"
        found = {name: folder / f"{name}.txt" for name in names}
        missing = [str(file) for file in found.values() if not file.exists()]
        if missing:
            sys.exit(f"error: no {', '.join(missing)}")
        return found
    generated = _generate(cache)
    return {name: generated[name] for name in names if name in generated}


def _generate(cache: Path) -> dict[str, Path]:
    passages = PASSAGES.read_text(encoding="utf-8").splitlines()
    sentences = [s for passage in passages for s in re.split(r"(?<=[.!?]) ", passage)]
    chance = random.Random(1)
    short = chance.choices(sentences, k=SHORT_TEXTS)
    long = []
    while len(long) < LONG_TEXTS:
        text = ""
        while len(text) < LONG_CHARACTERS:
            text += chance.choice(sentences) + " "
        long.append(text.strip())
    cache.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, lines in (("short", short), ("long", long)):
        files[name] = cache / f"{name}.txt"
        files[name].write_text("\n".join(lines) + "\n", encoding="utf-8")
    return files


def head(file: Path, count: int | None, cache: Path) -> Path:
    """A file of the first `count` lines of `file`, or `file` itself if it has no more."""
    if count is None:
        return file
    lines = file.read_bytes().split(b"\n")
    if len(lines) <= count + 1:
        return file
    cache.mkdir(parents=True, exist_ok=True)
    cut = cache / f"{file.stem}-{count}.txt"
    cut.write_bytes(b"\n".join(lines[:count]) + b"\n")
    return cut


def describe(file: Path) -> dict:
    lines = file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    return {"texts": len(lines), "mean_characters": round(sum(map(len, lines)) / len(lines)),
            "generated": PASSAGES.parent.parent in file.parents}
