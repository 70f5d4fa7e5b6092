"""The models with other tokenizers that the benchmark encodes with: trained on the texts at hand, with
random rows, since only their speed is of interest."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIMENSIONS = 256
PADDING, UNKNOWN = "[PAD]", "[UNK]"


def unigram(files: list[str]) -> "Tokenizer":
    """As T5 has it: a map of characters, words marked with U+2581, about 32,000 pieces."""
    sys.path.insert(0, str(ROOT / "tests" / "parity"))
    import base64
    import charsmap
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
    tokenizer = Tokenizer(models.Unigram())
    characters = charsmap.settings(charsmap.compatibility())["precompiled_charsmap"]
    tokenizer.normalizer = normalizers.Precompiled(base64.b64decode(characters))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.train(files, trainers.UnigramTrainer(
        vocab_size=32_000, special_tokens=[PADDING, UNKNOWN], unk_token=UNKNOWN,
        show_progress=False))
    return tokenizer


def byte_level_bpe(files: list[str]) -> "Tokenizer":
    """As GPT-2 has it, about 50,000 tokens, with the prefix space that distillation sets."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.train(files, trainers.BpeTrainer(
        vocab_size=50_000, special_tokens=[PADDING, UNKNOWN], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


KINDS = {"unigram": unigram, "bpe": byte_level_bpe}
TITLES = {"unigram": "Unigram with charsmap", "bpe": "byte-level BPE"}


def make(kind: str, folder: Path, files: list[str]) -> None:
    """Trains the tokenizer and writes the folder of a static model."""
    import numpy
    from safetensors.numpy import save_file
    tokenizer = KINDS[kind](files)
    rows = tokenizer.get_vocab_size()
    table = numpy.random.default_rng(1).standard_normal((rows, DIMENSIONS)).astype(numpy.float16)
    folder.mkdir(parents=True, exist_ok=True)
    save_file({"embeddings": table}, str(folder / "model.safetensors"))
    (folder / "config.json").write_text(json.dumps({"model_type": "model2vec", "normalize": True}))
    tokenizer.save(str(folder / "tokenizer.json"))  # last: with it the model is complete


def find(kind: str, cache: Path, files: list[Path], python: Path) -> Path:
    """The folder of the model, made by the peers' Python unless it is there from these files."""
    sizes = "-".join(str(file.stat().st_size) for file in files)
    folder = cache / f"{kind}-{sizes}"
    if not (folder / "tokenizer.json").exists():
        print(f"Training {folder.name}", file=sys.stderr, flush=True)
        subprocess.run([str(python), __file__, kind, str(folder), *map(str, files)], check=True)
    return folder


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
