"""Texts that are easily told apart, made of words that the test tokenizer knows, and models for them."""

import random

import numpy as np
import pytest
from model_folders import Model, random_table

import tokenizer_files
from m2v import StaticModel
from m2v.train import StaticModelForClassification

TOPICS = {
    "bread": ["bread", "yeast", "sugar", "dough", "bubbles"],
    "cats": ["cats", "fox", "dog", "lazy", "sleepy"],
    "moon": ["moon", "people", "walked", "km", "home"],
}
OTHERS = ["the", "a", "of", "over", "from", "in", "on", "for", "every", "time"]
UNUSED = ["rain", "lake", "[PAD]"]
#: With exactly these tokens: the reference's trainer would not give the same ones each time.
TOKENIZER = tokenizer_files.of_tokens(["[UNK]", *sum(TOPICS.values(), []), *OTHERS, *UNUSED])


def texts_of(topics, seed):
    """A text for each list of topics: some words of each, and some that say nothing."""
    chance = random.Random(seed)
    texts = []
    for chosen in topics:
        words = [chance.choice(TOPICS[topic]) for topic in chosen for _ in range(2)]
        words += chance.choices(OTHERS, k=3)
        chance.shuffle(words)
        texts.append(" ".join(words))
    return texts


def single(count, seed=1):
    """Texts of one topic each, and the topics."""
    chance = random.Random(seed)
    labels = [chance.choice(list(TOPICS)) for _ in range(count)]
    return texts_of([[label] for label in labels], seed), labels


def several(count, seed=1):
    """Texts of any number of topics, and these."""
    chance = random.Random(seed)
    labels = [[topic for topic in TOPICS if chance.random() < 0.5] for _ in range(count)]
    return texts_of(labels, seed), labels


TEXTS, LABELS = single(300)
TEST_TEXTS, TEST_LABELS = single(100, seed=2)
MULTI_TEXTS, MULTI_LABELS = several(400)
SMALL = {"n_layers": 1, "hidden_dim": 16}
SHORT = {"max_epochs": 3, "learning_rate": 0.01}


def write_model(folder, rows=len(TOKENIZER["model"]["vocab"]), **parts):
    """The folder of a random model."""
    return Model(TOKENIZER, random_table(rows, 24), config={"normalize": False}, **parts).write(folder / "model")


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A static model's folder."""
    return write_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def model(folder):
    """A static model."""
    return StaticModel.from_pretrained(folder)


@pytest.fixture
def classifier(model):
    """To be trained."""
    return StaticModelForClassification.from_static_model(model=model, **SMALL)


@pytest.fixture(scope="module")
def trained(model):
    """A classifier of topics. For copies: it is the same for all tests of a file."""
    return StaticModelForClassification.from_static_model(model=model, **SMALL).fit(TEXTS, LABELS, learning_rate=0.01)


def bytes_of(trainer):
    """Everything that was trained."""
    pipeline = trainer.to_pipeline()
    arrays = [pipeline.model.embedding]
    for layer in pipeline.head.layers:
        arrays += [layer.weight, layer.bias]
    return b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)


def used_rows(model, texts):
    """Which rows of the table the texts touch."""
    used = np.zeros(len(model.embedding), bool)
    for ids in model.tokenize(texts):
        used[ids] = True
    return used
