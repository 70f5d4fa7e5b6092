"""Random BERTs whose tokenizers are byte-level BPE, BPE of characters, or Unigram."""

import json

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

import teachers
import tokenizer_files

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
ROBERTA = {"type": "RobertaProcessing", "trim_offsets": True, "add_prefix_space": False}


def _roberta(settings):
    ids = {token["content"]: token["id"] for token in settings["added_tokens"]}
    return {**ROBERTA, "cls": ["<s>", ids["<s>"]], "sep": ["</s>", ids["</s>"]]}


def _byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    return tokenizer, trainer


def _characters():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer, trainers.BpeTrainer(
        vocab_size=400, special_tokens=SPECIAL, show_progress=False
    )


def _unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer, trainers.UnigramTrainer(
        vocab_size=350, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False
    )


KINDS = {"byte-level BPE": _byte_level, "BPE": _characters, "Unigram": _unigram}


def make(folder, kind):
    """Writes the teacher; an added token of the user's stands behind the special ones."""
    tokenizer, trainer = KINDS[kind]()
    tokenizer.train_from_iterator(tokenizer_files.SENTENCES * 3, trainer)
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
