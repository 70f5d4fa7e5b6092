"""train_peer.py PACKAGE MODEL TRAIN TEST SEED: fits a classifier with default settings, predicts, prints JSON.

PACKAGE is model2vec or m2v: from here on the program is the same.
"""

import importlib
import json
import resource
import sys
import time


def read(path: str) -> tuple[list[str], list]:
    """Texts and labels of a TSV (label, tab, text) or JSONL file."""
    texts, labels = [], []
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            if path.endswith(".jsonl"):
                row = json.loads(line)
                texts.append(row["text"])
                labels.append(row["labels"])
            else:
                label, text = line.rstrip("\n").split("\t")
                texts.append(text)
                labels.append(label)
    return texts, labels


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    package, model, train, test, seed = sys.argv[1:]
    static_model = importlib.import_module(package).StaticModel
    classifier_of = importlib.import_module(f"{package}.train").StaticModelForClassification
    texts, labels = read(train)
    test_texts, _ = read(test)
    classifier = classifier_of.from_static_model(
        model=static_model.from_pretrained(model, force_download=False))
    before = peak_megabytes()
    begin = time.perf_counter()
    classifier.fit(texts, labels, random_seed=int(seed))
    seconds = time.perf_counter() - begin
    peak = peak_megabytes()
    predictions = [getattr(found, "tolist", lambda found=found: found)()
                   for found in classifier.predict(test_texts)]
    print(json.dumps({"seconds": seconds, "megabytes": peak, "megabytes_before": before,
                      "predictions": predictions}))


if __name__ == "__main__":
    main()
