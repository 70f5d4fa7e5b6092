"""Small teachers: a random BERT, and the real one cut to a few hundred tokens."""

import json
import shutil
from pathlib import Path

import numpy as np

import tokenizer_files
from bert import Bert
from model_folders import read_safetensors, to_bfloat16_bits, write_safetensors


class Teacher:
    """A folder that can be distilled, and what the tests need to know about it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.settings = tokenizer_files.read(self.folder / "tokenizer.json")

    def bert(self, tensors=None):
        """The encoder, from these tensors or from the folder's."""
        config = json.loads((self.folder / "config.json").read_text())
        return Bert(config, tensors or read_safetensors(self.folder / "model.safetensors"))

    def kept_tokens(self, is_removed=lambda token: token.startswith("[unused")):
        """The tokens that distillation keeps, with their ids in the teacher, in order."""
        added = {token["content"] for token in self.settings["added_tokens"]} - {"[PAD]", "[UNK]"}
        ordered = sorted(self.settings["model"]["vocab"].items(), key=lambda item: item[1])
        return [
            (token, number)
            for token, number in ordered
            if token not in added and (token == "[UNK]" or not is_removed(token))
        ]

    def inputs(self, kept):
        """bos, the token, eos: one row a kept token."""
        vocabulary = self.settings["model"]["vocab"]
        return [[vocabulary["[CLS]"], number, vocabulary["[SEP]"]] for _, number in kept]


def _template(vocabulary):
    def special(token, type_id=0):
        return {"SpecialToken": {"id": token, "type_id": type_id}}

    def sequence(name, type_id):
        return {"Sequence": {"id": name, "type_id": type_id}}

    single = [special("[CLS]"), sequence("A", 0), special("[SEP]")]
    tokens = {
        token: {"id": token, "ids": [vocabulary[token]], "tokens": [token]}
        for token in ("[CLS]", "[SEP]")
    }
    return {
        "type": "TemplateProcessing",
        "single": single,
        "pair": single + [sequence("B", 1), special("[SEP]", 1)],
        "special_tokens": tokens,
    }


def _write_settings(folder, settings):
    (folder / "tokenizer.json").write_text(
        json.dumps(settings, ensure_ascii=False), encoding="utf-8"
    )


def _shapes(config):
    width, inner = config["hidden_size"], config["intermediate_size"]
    yield "embeddings.word_embeddings.weight", (config["vocab_size"], width)
    yield "embeddings.position_embeddings.weight", (config["max_position_embeddings"], width)
    yield "embeddings.token_type_embeddings.weight", (config["type_vocab_size"], width)
    norms, linears = ["embeddings.LayerNorm"], [("pooler.dense", width, width)]
    for layer in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{layer}"
        norms += [f"{name}.attention.output.LayerNorm", f"{name}.output.LayerNorm"]
        linears += [
            (f"{name}.attention.self.{part}", width, width) for part in ("query", "key", "value")
        ]
        linears += [
            (f"{name}.attention.output.dense", width, width),
            (f"{name}.intermediate.dense", inner, width),
            (f"{name}.output.dense", width, inner),
        ]
    for name in norms:
        yield f"{name}.weight", (width,)
        yield f"{name}.bias", (width,)
    for name, rows, columns in linears:
        yield f"{name}.weight", (rows, columns)
        yield f"{name}.bias", (rows,)


def random_bert(folder, seed=0, dtype="float32", **changes):
    """Writes a tiny BERT of random numbers with a tokenizer trained on a few sentences."""
    folder = Path(folder)
    folder.mkdir(parents=True)
    settings = tokenizer_files.trained()
    vocabulary = settings["model"]["vocab"]
    for token in (
        "[unused7]",
        "[unused12]x",
        "x[unused3]",
    ):  # the pattern holds at the start of a token only
        vocabulary[token] = len(vocabulary)
    settings = tokenizer_files.with_added_tokens(
        settings, [("[unused1]", dict(special=True)), ("<user token>", {})]
    )
    vocabulary = settings["model"]["vocab"]
    settings["post_processor"] = _template(vocabulary)
    settings["truncation"] = {
        "direction": "Right",
        "max_length": 2,
        "strategy": "LongestFirst",
        "stride": 0,
    }
    settings["padding"] = {
        "strategy": {"Fixed": 9},
        "direction": "Right",
        "pad_to_multiple_of": None,
        "pad_id": 0,
        "pad_type_id": 0,
        "pad_token": "[PAD]",
    }
    _write_settings(folder, settings)
    config = {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "vocab_size": len(vocabulary) + 2,
        "hidden_size": 48,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "intermediate_size": 80,
        "max_position_embeddings": 40,
        "type_vocab_size": 2,
        "layer_norm_eps": 1e-12,
        "hidden_act": "gelu",
        "pad_token_id": 0,
        **changes,
    }
    (folder / "config.json").write_text(json.dumps(config))
    rng = np.random.default_rng(seed)
    tensors = {}
    for name, shape in _shapes(config):
        values = rng.normal(size=shape) * 0.15 + (1 if name.endswith("LayerNorm.weight") else 0)
        tensors[name] = values.astype(np.float32) if dtype == "bfloat16" else values.astype(dtype)
    write_safetensors(
        folder / "model.safetensors", {name: (dtype, array) for name, array in tensors.items()}
    )
    if dtype == "bfloat16":
        tensors = {
            name: (to_bfloat16_bits(array).astype(np.uint32) << 16).view(np.float32)
            for name, array in tensors.items()
        }
    teacher = Teacher(folder)
    teacher.tensors = tensors
    return teacher


def cut_minilm(folder, source, count=600):
    """Copies the real teacher with `count` of its tokens, the special ones among them."""
    folder, source = Path(folder), Path(source)
    shutil.copytree(
        source,
        folder,
        ignore=shutil.ignore_patterns("model.safetensors", "tokenizer.json", "vocab.txt"),
    )
    settings = tokenizer_files.read(source / "tokenizer.json")
    ordered = sorted(settings["model"]["vocab"].items(), key=lambda item: item[1])
    special = {token["content"] for token in settings["added_tokens"]}
    step = len(ordered) // (count - len(special))
    chosen = [
        (token, number) for token, number in ordered if token in special or number % step == 1
    ][:count]
    settings["model"]["vocab"] = {token: i for i, (token, _) in enumerate(chosen)}
    for token in settings["added_tokens"]:
        token["id"] = settings["model"]["vocab"][token["content"]]
    settings["post_processor"] = _template(settings["model"]["vocab"])
    _write_settings(folder, settings)
    tensors = dict(read_safetensors(source / "model.safetensors"))
    words = "embeddings.word_embeddings.weight"
    tensors[words] = tensors[words][[number for _, number in chosen]]
    write_safetensors(
        folder / "model.safetensors",
        {name: (str(array.dtype), array) for name, array in tensors.items()},
    )
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "vocab_size": len(chosen)}))
    return Teacher(folder)
