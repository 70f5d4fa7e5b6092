"""The package by itself imports none of the libraries that it has adapters for."""

import subprocess
import sys

LIBRARIES = {"haystack", "langchain_core", "llama_index", "sentence_transformers", "sklearn", "spacy", "torch", "scipy"}
LIBRARIES |= {"datasets", "pandas", "pyarrow", "tqdm"}


def test_none_is_imported():
    program = "import sys, m2v, m2v.distill, m2v.inference, m2v.onnx, m2v.train; print(*{n.split('.')[0] for n in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "numpy" in loaded and not loaded & LIBRARIES

