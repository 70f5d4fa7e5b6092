"""tokenizer.json files: a small WordPiece one, one with every character, and variants of any."""

import copy
import itertools
import json
import unicodedata
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

import nasty
import tokenizer_training

SENTENCES = """
The quick brown fox jumps over the lazy dog, while twenty-three sleepy cats watch from the warm window sill.
A static embedding model looks every token up in a table and takes the mean of the rows that it finds there.
Bread rises because yeast eats sugar and breathes out carbon dioxide; the dough keeps the bubbles.
In 1969, people walked on the moon for the first time: 384,400 km from home!
Der Zug nach München fährt um 9:15 Uhr ab, für Studierende kostet die Karte nur die Hälfte.
Les élèves préfèrent les crêpes à la confiture d'abricots; le café reste à la cuisine.
El niño soñó con un pingüino que vivía en la montaña más alta de España.
Мороз и солнце; день чудесный! Ещё ты дремлешь, друг прелестный.
東京は日本の首都です。東京 京都 大阪 我们今天学习中文。
embedding embeddings embedded tokens tokenizer tokenization unbelievable unbelievably running runner runs
""".strip().split("\n")
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def write(folder, settings):
    """Puts a tokenizer.json of these settings into a new folder, and returns the folder."""
    folder = Path(folder)
    folder.mkdir(parents=True)
    (folder / "tokenizer.json").write_text(
        json.dumps(settings, ensure_ascii=False), encoding="utf-8"
    )
    return folder


def read(file):
    """The settings of a tokenizer.json."""
    return json.loads(Path(file).read_text(encoding="utf-8"))


def trained(size=700):
    """A WordPiece tokenizer of a few sentences."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer_training.learn(tokenizer, SENTENCES, size, special_tokens=SPECIALS)
    return json.loads(tokenizer.to_str())


def of_tokens(tokens, **bert):
    """Settings of a WordPiece tokenizer with exactly these tokens, [UNK] among them."""
    tokenizer = Tokenizer(
        models.WordPiece({token: i for i, token in enumerate(tokens)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer(**bert)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return json.loads(tokenizer.to_str())


def of_characters(points):
    """Settings under which an id names a character: nothing that a normalizer does stays unseen."""
    characters = dict.fromkeys(map(chr, points))
    for character in list(characters):
        for form in (unicodedata.normalize("NFD", character), character.lower()):
            characters.update(dict.fromkeys(form))
    settings = of_tokens(["[UNK]"])
    settings["model"]["vocab"] = {"[UNK]": 0} | {
        character: i for i, character in enumerate(characters, 1)
    }
    settings["model"]["continuing_subword_prefix"] = ""
    return settings


def bert_settings():
    """Every combination of the Bert normalizer's four settings."""
    names = ("clean_text", "handle_chinese_chars", "strip_accents", "lowercase")
    values = itertools.product((True, False), (True, False), (None, True, False), (True, False))
    return [dict(zip(names, chosen)) for chosen in values]


def with_normalizer(settings, normalizer):
    """A copy with another normalizer: fields of Bert's, a whole section, or None."""
    changed = copy.deepcopy(settings)
    if normalizer is not None and "type" not in normalizer:
        normalizer = {"type": "BertNormalizer", **normalizer}
    changed["normalizer"] = normalizer
    return changed


def with_model(settings, **fields):
    """A copy with other fields of the model; a new prefix is put into the vocabulary as well."""
    changed = copy.deepcopy(settings)
    prefix = fields.get("continuing_subword_prefix")
    if prefix is not None:
        old = changed["model"]["continuing_subword_prefix"]
        renamed = {}
        for token, number in changed["model"]["vocab"].items():
            name = prefix + token[len(old) :] if token.startswith(old) and token != old else token
            renamed[name if name not in renamed else f"[taken {number}]"] = number
        changed["model"]["vocab"] = renamed
    changed["model"].update(fields)
    return changed


def with_added_tokens(settings, tokens):
    """A copy with added tokens: pairs of a text and the flags of AddedToken."""
    tokenizer = Tokenizer.from_str(json.dumps(settings))
    for special, run in itertools.groupby(tokens, key=lambda token: token[1].get("special", False)):
        added = [AddedToken(content, **flags) for content, flags in run]
        if special:
            tokenizer.add_special_tokens(added)
        else:
            tokenizer.add_tokens(added)
    return json.loads(tokenizer.to_str())


def flag_combinations():
    """Every combination of an added token's five flags."""
    names = ("single_word", "lstrip", "rstrip", "normalized", "special")
    return [
        dict(zip(names, chosen)) for chosen in itertools.product((False, True), repeat=len(names))
    ]
