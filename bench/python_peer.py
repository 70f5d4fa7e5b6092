"""python_peer.py MODEL TEXTS one|default [PACKAGE]: times model2vec, or m2v, on a file, prints one JSON object.

"one" is one thread in one process (with TOKENIZERS_PARALLELISM=false in the environment),
"default" is what a user gets who calls encode() with nothing set.
"""

import importlib
import json
import sys
import time


def one_text_microseconds(model, text: str) -> float:
    """What a call costs that encodes a single text."""
    calls = 2_000
    start = time.perf_counter()
    for _ in range(calls):
        model.encode(text)
    return (time.perf_counter() - start) / calls * 1e6


def main() -> None:
    model_path, texts_path, mode, *package = sys.argv[1:]
    StaticModel = importlib.import_module(*package or ["model2vec"]).StaticModel
    options = {"use_multiprocessing": False} if mode == "one" else {}
    start = time.perf_counter()
    model = StaticModel.from_pretrained(model_path, normalize=True, force_download=False)
    load_ms = (time.perf_counter() - start) * 1e3
    with open(texts_path, encoding="utf-8", newline="\n") as file:
        texts = file.read().removesuffix("\n").split("\n")

    # A short warm-up suffices for one process; the default starts worker processes on its first
    # long call, which a user pays once.
    model.encode(texts if mode == "default" else texts[: max(1, len(texts) // 10)], **options)
    start = time.perf_counter()
    vectors = model.encode(texts, **options)
    seconds = time.perf_counter() - start
    print(json.dumps({"texts": len(vectors), "load_ms": load_ms, "seconds": [seconds],
                      "one_text_us": one_text_microseconds(model, texts[0])}))


if __name__ == "__main__":
    main()
