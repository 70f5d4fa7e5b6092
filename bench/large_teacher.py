#!/usr/bin/env python3
"""How long a teacher of the size of BERT-base takes: 12 layers of 768, 30,522 tokens, random weights.

    .venv/bin/python bench/large_teacher.py

Prints seconds and memory of the whole process for each precision. The tokenizer is the demo teacher's.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "parity"))
from model_folders import write_safetensors  # noqa: E402

M2V = Path(os.environ.get("M2V", ROOT / "build" / "release" / "cli" / "m2v"))
TEACHER = ROOT / ".cache" / "teacher" / "all-MiniLM-L6-v2"
LAYERS, WIDTH, INNER, TOKENS, HEADS, POSITIONS = 12, 768, 3072, 30_522, 12, 512


def norm(name):
    return {f"{name}.weight": (WIDTH,), f"{name}.bias": (WIDTH,)}


def linear(name, inputs, outputs):
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def shapes():
    embeddings = "embeddings"
    result = {
        f"{embeddings}.word_embeddings.weight": (TOKENS, WIDTH),
        f"{embeddings}.position_embeddings.weight": (POSITIONS, WIDTH),
        f"{embeddings}.token_type_embeddings.weight": (2, WIDTH),
        **norm(f"{embeddings}.LayerNorm"),
    }
    for i in range(LAYERS):
        layer = f"encoder.layer.{i}"
        for part in ("query", "key", "value"):
            result.update(linear(f"{layer}.attention.self.{part}", WIDTH, WIDTH))
        result.update(linear(f"{layer}.attention.output.dense", WIDTH, WIDTH))
        result.update(norm(f"{layer}.attention.output.LayerNorm"))
        result.update(linear(f"{layer}.intermediate.dense", WIDTH, INNER))
        result.update(linear(f"{layer}.output.dense", INNER, WIDTH))
        result.update(norm(f"{layer}.output.LayerNorm"))
    return result


def make(folder):
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(TEACHER / name, folder)
    config = {"model_type": "bert", "hidden_size": WIDTH, "num_hidden_layers": LAYERS,
              "num_attention_heads": HEADS, "intermediate_size": INNER, "vocab_size": TOKENS,
              "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "hidden_act": "gelu",
              "layer_norm_eps": 1e-12, "pad_token_id": 0}
    (folder / "config.json").write_text(json.dumps(config))
    chance = np.random.default_rng(1)
    tensors = {name: ("float32", chance.standard_normal(shape, np.float32) * np.float32(0.02)
                      + np.float32(name.endswith("LayerNorm.weight")))
               for name, shape in shapes().items()}
    write_safetensors(folder / "model.safetensors", tensors)


def main():
    with tempfile.TemporaryDirectory() as scratch:
        teacher = Path(scratch) / "bert-base"
        teacher.mkdir()
        make(teacher)
        for precision in ("f32", "auto"):
            report = Path(scratch) / "report.json"
            command = [str(M2V), "distill", str(teacher), "-o", f"{scratch}/out", "--precision", precision]
            process = subprocess.Popen([*command, "--report", str(report)])
            _, status, usage = os.wait4(process.pid, 0)
            if status != 0:
                sys.exit(1)
            told = json.loads(report.read_text())
            print(f"{precision} ({told['precision']}): {told['total_seconds']:.1f} s, "
                  f"{usage.ru_maxrss * 1024 / 1e6:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
