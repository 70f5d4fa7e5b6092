"""Describes the machine and writes the benchmark's results as Markdown and JSON."""

import datetime
import json
import os
import platform
import re
import struct
import subprocess
from pathlib import Path
from statistics import mean, median, stdev


def machine(m2v: Path | None, simd: str | None, load: float) -> dict:
    """`load` is the load average when the run began: on an idle machine it is near zero."""
    cpu = platform.processor() or platform.machine()
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
        cpu = found.group(1).strip() if found else cpu
    except OSError:
        pass
    version = None
    if m2v:
        version = subprocess.run([str(m2v), "--version"], stdout=subprocess.PIPE, text=True,
                                 check=True).stdout.strip().splitlines()[0]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"cpu": cpu, "cores": cores, "simd": simd, "m2v": version,
            "python": platform.python_version(), "load_before": round(load, 2),
            "date": datetime.date.today().isoformat()}


def versions(bench: Path) -> dict:
    """The peers' versions, as pinned."""
    files = (bench / f"requirements{more}.txt" for more in ("-train", "-distill", ""))
    pins = re.findall(r"^([\w-]+)==(\S+)$", "".join(file.read_text() for file in files), re.MULTILINE)
    rust = re.search(r'model2vec-rs = .*"=([\d.]+)"', (bench / "rust_peer/Cargo.toml").read_text())
    return {**dict(sorted(pins)), "model2vec-rs": rust.group(1)}


def describe_model(folder: Path) -> str:
    with (folder / "model.safetensors").open("rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        table = json.loads(file.read(size))["embeddings"]
    rows, dim = table["shape"]
    return f"{rows:,} tokens, {dim} dimensions, {table['dtype']}"


def write(folder: Path, sections: dict) -> str:
    """Merges the new sections into latest.json, renders latest.md and returns its text."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "latest.json"
    results = json.loads(kept.read_text()) if kept.exists() else {}
    results.update(sections)
    parts = []
    for name, lines_of in SECTIONS.items():
        if name in results:
            parts += lines_of(results[name])
    text = "\n".join(parts)
    kept.write_text(json.dumps(results, indent=1) + "\n")
    (folder / "latest.md").write_text(text + "\n")
    return text


def _encode_lines(section: dict) -> list[str]:
    ratios = [("m2v_1", "rs_1", "m2v / rs, 1 thread"), ("m2v_2", "rs_2", "m2v / rs, 2 threads"),
              ("m2v_1", "python_1", "m2v / Python, 1 thread"),
              ("m2v_2", "python_default", "m2v 2 threads / Python default")]
    peers = section["peers"]
    ratios = [(a, b, title) for a, b, title in ratios if a in peers and b in peers]
    titles = ["texts", *peers.values(), *(f"**{title}**" for _, _, title in ratios)]
    lines = [f"### Encoding: texts per second ({section['model']})", "", _row(titles),
             _row(["---"] + ["---:"] * (len(titles) - 1))]
    for name, row in section["texts_per_second"].items():
        about = section["files"][name]
        made = ", generated" if about["generated"] else ""
        cells = [f"{name} ({about['mean_characters']} characters{made})"]
        cells += [_three_digits(row[key]) for key in peers]
        cells += [f"**{_ratio(row[a], row[b])}**" for a, b, _ in ratios]
        lines.append(_row(cells))
    return lines + ["", _footer(section, ("model2vec", "model2vec-rs", "tokenizers", "numpy")), ""]


def _distill_lines(section: dict) -> list[str]:
    titles = {"python": "model2vec", "m2v": "m2v", "m2v_auto": "m2v --precision auto"}
    peers = [key for key in titles if key in section["peak_rss_mb"]]
    ours = [key for key in peers if key != "python"]
    lines = ["### Distilling all-MiniLM-L6-v2 to 256 dimensions, the whole process", "",
             _row(["", *(titles[key] for key in peers),
                   *(f"**{titles[key]} / Python**" for key in ours)]),
             _row(["---"] + ["---:"] * (len(peers) + len(ours)))]
    for title, values, form in (
            ("first run after a restart, s", section["seconds"]["first"], "{:.1f}"),
            ("again, s", section["seconds"]["again"], "{:.1f}"),
            ("peak memory, MB", section["peak_rss_mb"], "{:,.0f}")):
        lines.append(_row([title, *(form.format(values[key]) for key in peers),
                           *(f"**{values[key] / values['python']:.2f}**" for key in ours)]))
    return lines + ["", _footer(section, ("model2vec", "torch", "transformers")), ""]


def _train_lines(section: dict) -> list[str]:
    titles = ["", "model2vec, s", "m2v, s", "**model2vec / m2v**", "score", "model2vec", "m2v",
              "model2vec, MB", "m2v, MB"]
    lines = ["### Fine-tuning a classifier with default settings", "", _row(titles),
             _row(["---"] + ["---:"] * (len(titles) - 1))]
    for name, of_data in section["data"].items():
        theirs, ours = of_data["model2vec"], of_data["m2v"]
        seconds = [median(peer["seconds"]) for peer in (theirs, ours)]
        megabytes = [f"{median(peer['megabytes']):,.0f}" for peer in (theirs, ours)]
        first = [name, *(f"{value:.2f}" for value in seconds), f"**{_ratio(*seconds)}**"]
        for key in [key for key in ours if key not in ("seconds", "megabytes")]:
            cells = [f"{mean(peer[key]):.4f} ± {_spread(peer[key]):.4f}" for peer in (theirs, ours)]
            lines.append(_row([*first, key, *cells, *megabytes]))
            first, megabytes = [""] * 4, [""] * 2
    return lines + ["", "Seconds of `fit`; scores are means over the seeds, with the standard deviation of "
                    "one; peak memory of the process. " +
                    _footer(section, ("model2vec", "torch", "numpy")), ""]


def _spread(values: list[float]) -> float:
    return stdev(values) if len(values) > 1 else 0.0


def _cold_start_lines(section: dict) -> list[str]:
    titles = {"empty": "an empty process", "python": "model2vec", "rs": "model2vec-rs",
              "m2v_folder": "m2v, folder", "m2v_file": "m2v, compiled file"}
    peers = [key for key in titles if key in section["models"][0]["milliseconds"]]
    lines = ["### Cold start: a process that loads a model and embeds one text, page cache warm", "",
             _row(["", *(titles[key] for key in peers)]), _row(["---"] + ["---:"] * len(peers))]
    for model in section["models"]:
        for unit, values in (("ms", model["milliseconds"]), ("peak MB", model["peak_rss_mb"])):
            lines.append(_row([f"{model['model']}: {unit}", *(f"{values[key]:,.1f}" for key in peers)]))
    return lines + ["", _footer(section, ("model2vec", "model2vec-rs", "tokenizers")), ""]


def _search_lines(section: dict) -> list[str]:
    lines = [f"### Exact search: milliseconds per query, ten best of {section['rows']:,} vectors of "
             f"{section['dim']} values", "",
             _row(["", "recall", *(f"{title}, {count} thread{'s' * (count != '1')}"
                                   for count in section["threads"]
                                   for title in ("one query", "× a plain read", "in a batch of 64"))]),
             _row(["---"] + ["---:"] * (1 + 3 * len(section["threads"])))]
    for name in next(iter(section["threads"].values())):
        rows = [contestants[name] for contestants in section["threads"].values()]
        cells = [name, f"{rows[0]['recall']:.3f}"]
        for row in rows:
            cells += [f"{row['one']:.2f}", f"{row['one'] / row['read']:.2f}", f"{row['batch']:.2f}"]
        lines.append(_row([f"**{cell}**" if name.startswith("m2v") else cell for cell in cells]))
    return lines + ["", _footer(section, ("numpy", "faiss-cpu", "usearch")), ""]


def _corpus_lines(section: dict) -> list[str]:
    lines = [f"### A question to a folder without an index: {section['bytes'] / 1e6:.0f} MB in "
             f"{section['files']:,} files, {section['passages']:,} passages", "",
             _row(["", "process start to answer, s", "**model2vec / this**"]), _row(["---"] + ["---:"] * 2)]
    slowest = max(section["seconds"].values())
    for name, seconds in section["seconds"].items():
        lines.append(_row([name, f"{seconds:.2f}", f"**{_ratio(slowest, seconds)}**"]))
    return lines + ["", _footer(section, ("model2vec", "numpy")), ""]


def _python_lines(section: dict) -> list[str]:
    lines = [f"### From Python: `encode` with nothing set ({section['model']})", "",
             _row(["texts", "model2vec, texts/s", "m2v, texts/s", "**m2v / model2vec**",
                   "model2vec, one text, µs", "m2v, one text, µs"]), _row(["---"] + ["---:"] * 5)]
    for name, row in section["texts"].items():
        theirs, ours = row["model2vec"], row["m2v"]
        lines.append(_row([f"{name} ({section['files'][name]['mean_characters']} characters)",
                           _three_digits(theirs["texts_per_second"]), _three_digits(ours["texts_per_second"]),
                           f"**{_ratio(ours['texts_per_second'], theirs['texts_per_second'])}**",
                           f"{theirs['microseconds']:.1f}", f"{ours['microseconds']:.1f}"]))
    return lines + ["", _footer(section, ("model2vec", "tokenizers", "numpy")), ""]


def _footer(section: dict, names: tuple[str, ...]) -> str:
    about, pins = section["machine"], section["versions"]
    simd = f", SIMD target {about['simd']}" if about["simd"] else ""
    return (f"Medians of {section['rounds']} rounds in which the peers take turns; {about['cpu']}, "
            f"{about['cores']} cores{simd}, load {about['load_before']} before the run, "
            f"{about['date']}; {about['m2v'] or 'without m2v'}; "
            f"{', '.join(f'{name} {pins[name]}' for name in names)}; Python {about['python']}.")


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _three_digits(value: float) -> str:
    return f"{float(f'{value:.3g}'):,.0f}"


def _ratio(a: float, b: float) -> str:
    return f"{a / b:.1f} ×" if a / b >= 3 else f"{a / b:.2f} ×"


#: What is written, in this order.
SECTIONS = {"encode": _encode_lines, "python": _python_lines, "distill": _distill_lines, "train": _train_lines,
            "cold_start": _cold_start_lines, "search": _search_lines, "corpus": _corpus_lines}
