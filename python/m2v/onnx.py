"""Exports models to ONNX files, without any other package.

The inputs of the graph are `input_ids` and `attention_mask`, both int64 of shape (batch_size, sequence_length), as for
transformers. Its output is `embeddings` (or, with a head, `probabilities` or `predictions`), float32 of shape
(batch_size, dim).
"""

from __future__ import annotations

import json
from logging import getLogger
from pathlib import Path
from typing import Any

import numpy as np

from m2v.arguments import checked, path, wrong
from m2v.files import write_file
from m2v.inference import Activation, MLPHead, StaticModelPipeline
from m2v.model import DEFAULT_MAX_LENGTH, StaticModel
from m2v.onnx_file import FLOAT, INT64, Graph
from m2v.tokenizer import Tokenizer

logger = getLogger(__name__)


@checked(save_path=path)
def export_model_to_onnx(
    model: StaticModel | StaticModelPipeline,
    save_path: str | Path,
    remove_post_processor: bool = True,
    source_model_name: str | None = None,
) -> None:
    """Writes `model.onnx`, and the other files that transformers.js and similar runtimes need.

    :param model: A model, with or without a head.
    :param save_path: The folder, which is created if it does not exist.
    :param remove_post_processor: Whether to remove the tokenizer's post-processor, which adds special tokens to texts.
    :param source_model_name: The name of the model, for the model card.
    """
    if not isinstance(model, (StaticModel, StaticModelPipeline)):
        raise wrong("model", "a StaticModel or a StaticModelPipeline", model)
    folder = Path(save_path)
    folder.mkdir(parents=True, exist_ok=True)
    static, head = (model.model, model.head) if isinstance(model, StaticModelPipeline) else (model, None)
    write_file(folder / "model.onnx", _graph_of(static, head).to_bytes())
    _save_tokenizer_and_config(static.tokenizer, folder, remove_post_processor, static.max_length)
    _save_card(folder, source_model_name, static.language)


def _graph_of(model: StaticModel, head: MLPHead | None) -> Graph:
    graph = Graph()
    shape = ["batch_size", "sequence_length"]
    ids = graph.add_input("input_ids", INT64, shape)
    mask = graph.node("Cast", [graph.add_input("attention_mask", INT64, shape)], to=FLOAT)
    if model.unk_token_id is not None:
        is_unknown = graph.node("Equal", [ids, graph.constant(np.int64(model.unk_token_id))])
        known = graph.node("Cast", [graph.node("Not", [is_unknown])], to=FLOAT)
        mask = graph.node("Mul", [mask, known])
    vectors = _pool(graph, model, ids, mask)
    if model.normalize:
        length = graph.node("ReduceL2", [vectors, graph.constant(np.array([-1]))], keepdims=1)
        vectors = graph.node("Div", [vectors, graph.node("Max", [length, graph.constant(np.float32(1e-12))])])
    width: int | str = model.dim
    name = "embeddings"
    if head is not None:
        vectors, name = _apply_head(graph, head, vectors)
        width = head.layers[-1].weight.shape[0] if head.layers else model.dim
    graph.add_output(graph.node("Identity", [vectors], output=name), FLOAT, ["batch_size", width])
    return graph


def _pool(graph: Graph, model: StaticModel, ids: str, mask: str) -> str:
    """Adds the pooling to the graph: the mean of the tokens' rows, each multiplied by its weight."""
    rows = ids
    if model.token_mapping is not None:
        mapping = graph.constant(np.asarray(model.token_mapping, np.int64), "token_mapping")
        rows = graph.node("Gather", [mapping, ids])
    table = model.embedding
    if table.dtype == np.float64:
        table = table.astype(np.float32)
    vectors = graph.node("Gather", [graph.constant(table, "table"), rows])
    if table.dtype != np.float32:
        vectors = graph.node("Cast", [vectors], to=FLOAT)
    factors = mask
    for name, values, index in (("weights", model.weights, ids), ("scales", model._scales, rows)):
        if values is not None:
            found = graph.node("Gather", [graph.constant(np.asarray(values, np.float32), name), index])
            factors = graph.node("Mul", [factors, found])
    factors = graph.node("Unsqueeze", [factors, graph.constant(np.array([-1]))])
    tokens = graph.constant(np.array([1]))
    total = graph.node("ReduceSum", [graph.node("Mul", [vectors, factors]), tokens], keepdims=0)
    count = graph.node("ReduceSum", [mask, tokens], keepdims=1)
    return graph.node("Div", [total, graph.node("Max", [count, graph.constant(np.float32(1))])])


def _apply_head(graph: Graph, head: MLPHead, vectors: str) -> tuple[str, str]:
    """Adds the head to the graph. Returns its output value and the name that the graph's output gets."""
    for i, layer in enumerate(head.layers):
        if i > 0:
            vectors = graph.node("Relu", [vectors])
        weight = graph.constant(np.asarray(layer.weight, np.float32), f"head.{i}.weight")
        bias = graph.constant(np.asarray(layer.bias, np.float32), f"head.{i}.bias")
        vectors = graph.node("Gemm", [vectors, weight, bias], transB=1)
    if head.activation == Activation.SOFTMAX:
        return graph.node("Softmax", [vectors], axis=-1), "probabilities"
    if head.activation == Activation.SIGMOID:
        return graph.node("Sigmoid", [vectors]), "probabilities"
    return vectors, "predictions"


def _pad_token_id(tokenizer: Tokenizer) -> int:
    """Returns the id for padding: that of the padding token or, if there is none, of the unknown token, or 0."""
    padding = json.loads(tokenizer.to_str()).get("padding")
    if padding:
        return padding["pad_id"]
    for token in ("[PAD]", "<pad>"):
        if (found := tokenizer.token_to_id(token)) is not None:
            return found
    return tokenizer.unk_token_id or 0


def _save_tokenizer_and_config(
    tokenizer: Tokenizer, folder: Path, remove_post_processor: bool, max_length: int | None
) -> None:
    settings = json.loads(tokenizer.to_str())
    if remove_post_processor and settings.get("post_processor") is not None:
        logger.warning("The export is removing a post processor; remove_post_processor=False keeps it.")
        settings["post_processor"] = None
    if max_length is None:
        logger.warning("The model has no max length; the exported tokenizer gets %d.", DEFAULT_MAX_LENGTH)
        max_length = DEFAULT_MAX_LENGTH
    pad_id = _pad_token_id(tokenizer)
    pad_token = tokenizer.id_to_token(pad_id) or ""
    unknown = tokenizer.unk_token_id
    special = {"pad_token": pad_token}
    if unknown is not None:
        special["unk_token"] = tokenizer.id_to_token(unknown)
    settings["truncation"] = settings["padding"] = None
    files = {
        "tokenizer.json": settings,
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": max_length,
            **special,
        },
        "special_tokens_map.json": special,
        "config.json": {"pad_token_id": pad_id},
    }
    for name, content in files.items():
        write_file(folder / name, json.dumps(content, indent=2, ensure_ascii=False))


def _save_card(folder: Path, source: str | None, language: Any) -> None:
    languages = [language] if isinstance(language, str) else list(language or [])
    lines = ["---", f"base_model: {json.dumps(source or 'unknown')}"]
    if languages:
        lines += ["language:", *(f"- {json.dumps(one)}" for one in languages)]
    lines += ["library_name: model2vec", "tags:", "- embeddings", "- static-embeddings", "- onnx", "---", ""]
    lines += [
        f"# {folder.name}",
        "",
        f"{source or 'A static text embedding model'} as an ONNX graph: `input_ids` and `attention_mask` in, vectors out.",
        "Texts are tokenized without special tokens.",
        "",
    ]
    write_file(folder / "README.md", "\n".join(lines))
