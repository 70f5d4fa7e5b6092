"""search_peers.py VECTORS QUERIES THREADS ROUNDS: times exact searches, prints one JSON object.

For each contestant: milliseconds for one query, and a query in a batch of 64 (medians over the rounds), recall of the
ten best, and milliseconds of a plain read of the bytes that it searches.
"""

import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import faiss
import numpy as np
import usearch.index as usearch

import m2v

K = 10
BATCH = 64
RECALL_QUERIES = 100
#: OpenBLAS and OpenMP let their threads spin for a while after work: on the next contestant's core, without a pause. After
#: one, cores and schedulers take a while to serve all threads again.
PAUSE_SECONDS, WARM_UP_SECONDS = 0.05, 0.1
REPEATS = 5


class Numpy:
    def __init__(self, vectors, threads):
        self.vectors = vectors

    def search(self, queries):
        scores = queries @ self.vectors.T
        best = np.argpartition(scores, -K, axis=1)[:, -K:]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1)
        return np.take_along_axis(best, order, axis=1)


class Faiss:
    def __init__(self, vectors, threads, make):
        faiss.omp_set_num_threads(threads)
        self.index = make(vectors.shape[1])
        self.index.train(vectors)
        self.index.add(vectors)

    def search(self, queries):
        return self.index.search(queries, K)[1]


class Usearch:
    def __init__(self, vectors, threads, convert):
        self.vectors, self.threads, self.convert = convert(vectors), threads, convert

    def search(self, queries):
        found = usearch.search(self.vectors, self.convert(queries), K, usearch.MetricKind.Cos, exact=True,
                               threads=self.threads)
        return np.atleast_2d(found.keys)


class M2v:
    def __init__(self, vectors, threads, dtype):
        self.index, self.threads = m2v.Index(vectors.shape[1], dtype=dtype), threads
        self.index.add(vectors)

    def search(self, queries):
        return self.index.search(queries, K, threads=self.threads)[0]


def scaled_to_int8(vectors):
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    return np.rint(vectors / largest * 127).astype(np.int8)


def scalar_quantizer(kind):
    return lambda dim: faiss.IndexScalarQuantizer(dim, kind, faiss.METRIC_INNER_PRODUCT)


#: Name, width in bits a value, what makes it.
CONTESTANTS = [
    ("numpy", 32, Numpy),
    ("faiss flat", 32, lambda v, t: Faiss(v, t, faiss.IndexFlatIP)),
    ("m2v float32", 32, lambda v, t: M2v(v, t, "float32")),
    ("usearch float16", 16, lambda v, t: Usearch(v, t, lambda some: some.astype(np.float16))),
    ("faiss float16", 16, lambda v, t: Faiss(v, t, scalar_quantizer(faiss.ScalarQuantizer.QT_fp16))),
    ("m2v float16", 16, lambda v, t: M2v(v, t, "float16")),
    ("usearch int8", 8, lambda v, t: Usearch(v, t, scaled_to_int8)),
    ("faiss SQ8", 8, lambda v, t: Faiss(v, t, scalar_quantizer(faiss.ScalarQuantizer.QT_8bit))),
    ("m2v int8", 8, lambda v, t: M2v(v, t, "int8")),
    ("m2v bit", 1, lambda v, t: M2v(v, t, "bit")),
]


class Read:
    """Reads that many bytes once, for their maximum: each thread its part, as fast as memory gives them."""

    def __init__(self, size, threads):
        self.parts = np.array_split(np.ones(size // 8), threads)
        self.pool = ThreadPoolExecutor(threads)

    def search(self, queries):
        list(self.pool.map(np.max, self.parts))


def milliseconds(contestant, searches):
    """Of each search (an array of queries), once the contestant runs as it does under load."""
    time.sleep(PAUSE_SECONDS)
    warm = time.perf_counter() + WARM_UP_SECONDS
    while time.perf_counter() < warm:
        contestant.search(searches[0])
    found = []
    for queries in searches:
        begin = time.perf_counter()
        contestant.search(queries)
        found.append((time.perf_counter() - begin) * 1e3)
    return found


def main() -> None:
    file, query_count, threads, rounds = sys.argv[1], *map(int, sys.argv[2:])
    given = np.load(file)
    given /= np.maximum(np.linalg.norm(given, axis=1, keepdims=True), 1e-12)
    vectors, queries = np.ascontiguousarray(given[:-query_count]), np.ascontiguousarray(given[-query_count:])
    queries = queries[np.abs(queries).max(axis=1) > 0]
    del given
    found, reads = {}, {}
    for name, bits, make in CONTESTANTS:
        found[name] = make(vectors, threads)
        reads.setdefault(bits, Read(vectors.size * bits // 8, threads))
    truth = found["numpy"].search(queries[:RECALL_QUERIES])
    times = {name: {"one": [], "batch": [], "read": []} for name in found}
    for name, contestant in found.items():  # warm up, and see that it finds what it should
        hits = np.concatenate([contestant.search(queries[i : i + 1]) for i in range(RECALL_QUERIES)])
        times[name]["recall"] = float(np.mean([len({*a} & {*b}) / K for a, b in zip(hits.tolist(), truth.tolist())]))
    for number in range(rounds):
        ones = [queries[(number * REPEATS + i) % len(queries)][None, :] for i in range(REPEATS)]
        begin = number * BATCH % (len(queries) - BATCH)
        for name, bits, _ in CONTESTANTS:
            times[name]["read"] += milliseconds(reads[bits], ones)
            times[name]["one"] += milliseconds(found[name], ones)
            if number < 3:  # long ones
                whole = milliseconds(found[name], [queries[begin : begin + BATCH]])
                times[name]["batch"].append(whole[0] / BATCH)
    medians = {name: {key: statistics.median(value) if isinstance(value, list) else value
                      for key, value in row.items()} for name, row in times.items()}
    best = {name: {key: min(value) for key, value in row.items() if isinstance(value, list)}
            for name, row in times.items()}
    print(json.dumps({"dim": vectors.shape[1], "simd": m2v._m2v.simd_target(), "contestants": medians, "best": best}))


if __name__ == "__main__":
    main()
