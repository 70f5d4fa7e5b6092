"""Random BERTs whose tokenizers are byte-level BPE, BPE of characters, or Unigram."""

import json

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

import teachers
import tokenizer_files
import tokenizer_training

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
ROBERTA = {"type": "RobertaProcessing", "trim_offsets": True, "add_prefix_space": False}


def _roberta(settings):
    ids = {token["content"]: token["id"] for token in settings["added_tokens"]}
    return {**ROBERTA, "cls": ["<s>", ids["<s>"]], "sep": ["</s>", ids["</s>"]]}


def _byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer, dict(size=600, alphabet=pre_tokenizers.ByteLevel.alphabet())


def _characters():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer, dict(size=400)


def _unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer, dict(size=350, unk_id=SPECIAL.index("<unk>"))


KINDS = {"byte-level BPE": _byte_level, "BPE": _characters, "Unigram": _unigram}


def make(folder, kind):
    """Writes the teacher; an added token of the user's stands behind the special ones."""
    tokenizer, options = KINDS[kind]()
    tokenizer_training.learn(tokenizer, tokenizer_files.SENTENCES, special_tokens=SPECIAL, **options)
    tokenizer.add_tokens(["usertoken"])
    settings = json.loads(tokenizer.to_str())
    settings["post_processor"] = _roberta(settings)
    teacher = teachers.random_bert(folder, seed=3, vocab_size=700, max_position_embeddings=64)
    (teacher.folder / "tokenizer.json").write_text(json.dumps(settings), encoding="utf-8")
    (teacher.folder / "special_tokens_map.json").write_text(
        json.dumps({"unk_token": "<unk>", "pad_token": "<pad>", "bos_token": "<s>"})
    )
    teacher.settings = settings
    return teacher
