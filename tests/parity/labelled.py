"""Small labelled texts that a classifier tells apart at once, in every file format."""

import csv
import json

import numpy as np

from model_folders import Model, random_table, vocabulary_size

WORDS = {
    "animal": "fox dog cat runner jumps sleepy brown lazy".split(),
    "kitchen": "bread yeast sugar dough bubbles carbon rises eats".split(),
    "travel": "moon people walked home miles train window watch".split(),
}
ENOUGH = ["--max-epochs", 40, "--early-stopping-patience", "none"]


def write_model(small_tokenizer, folder, dim=32, **options):
    """A model of random vectors."""
    table = random_table(vocabulary_size(small_tokenizer), dim).astype(np.float32)
    return Model(small_tokenizer, table, **options).write(folder)


def rows(classes, count, seed=0):
    """(label, text), `count` of each class, in an order that tells nothing."""
    chance = np.random.default_rng(seed)
    made = [
        (label, " ".join(chance.choice(WORDS[label], size=6)))
        for label in classes
        for _ in range(count)
    ]
    chance.shuffle(made)
    return [(str(label), str(text)) for label, text in made]


def multi_rows(count, seed=0):
    """(labels, text): none to all of the classes."""
    chance = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        labels = [label for label in WORDS if chance.random() < 0.5]
        words = [str(word) for label in labels for word in chance.choice(WORDS[label], size=4)]
        made.append((labels, " ".join(words) or "the of and"))
    return made


def write_tsv(path, rows):
    path.write_text("".join(f"{label}\t{text}\n" for label, text in rows), encoding="utf-8")
    return path


def write_csv(path, rows, several=False):
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "text", "labels" if several else "label"])
        for number, (label, text) in enumerate(rows):
            writer.writerow([number, text, "; ".join(label) if several else label])
    return path


def write_jsonl(path, rows):
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        for label, text in rows:
            key = "labels" if isinstance(label, list) else "label"
            out.write(json.dumps({"text": text, key: label}) + "\n")
    return path
