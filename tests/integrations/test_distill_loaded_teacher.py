"""A teacher that Transformers has loaded is distilled like its folder, and its hidden states are the same."""

import json

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel

from m2v.distill import distill, distill_from_model

WORDS = ["hello", "world", "bread", "cat", "water", "##ing", "un", "##known"]


def small_teacher(folder):
    """A random BERT with a vocabulary of a few words."""
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *"abcdefghijklmnopqrstuvwxyz"]
    folder.mkdir()
    (folder / "vocab.txt").write_text("".join(f"{token}\n" for token in tokens))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer", "do_lower_case": True}))
    AutoTokenizer.from_pretrained(folder).save_pretrained(folder)  # with tokenizer.json, as teachers come
    torch.manual_seed(7)
    sizes = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 96}
    BertModel(BertConfig(vocab_size=len(tokens), **sizes)).eval().save_pretrained(folder)
    return folder


def test_the_same_as_from_the_folder(tmp_path):
    folder = small_teacher(tmp_path / "teacher")
    model, tokenizer = AutoModel.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    loaded = distill_from_model(model, tokenizer, pca_dims=16, quantize_to="float32")
    direct = distill(str(folder), pca_dims=16, quantize_to="float32")
    assert loaded.tokens == direct.tokens and loaded.base_model_name == "teacher"
    assert np.array_equal(loaded.embedding, direct.embedding)


def test_hidden_states_are_those_of_transformers(tmp_path):
    folder = small_teacher(tmp_path / "teacher")
    model, tokenizer = AutoModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    ours = distill_from_model(model, tokenizer, pca_dims=None, sif_coefficient=None, quantize_to="float32")
    start, end = tokenizer.cls_token_id, tokenizer.sep_token_id
    for row, token in zip(ours.embedding, ours.tokens):
        ids = torch.tensor([[start, tokenizer.convert_tokens_to_ids(token), end]])
        with torch.no_grad():
            expected = model(ids).last_hidden_state[0].mean(0).numpy()
        assert np.abs(row - expected).max() <= 2e-5, token
