"""`m2v evaluate-retrieval`: its measures against pytrec_eval, its rankings against plain versions."""

import json
import math
import random
import re

import numpy as np
import pytest
import pytrec_eval

from model_folders import Model, random_table, vocabulary_size

MEASURES = {"ndcg_cut.10,100", "recall.10,100", "recip_rank", "map"}
NAMES = {  # ours: theirs
    "ndcg@10": "ndcg_cut_10",
    "ndcg@100": "ndcg_cut_100",
    "recall@10": "recall_10",
    "recall@100": "recall_100",
    "mrr": "recip_rank",
    "map": "map",
}
WORDS = "fox dog quick brown lazy jump over hen tree river stone bird".split()


@pytest.fixture(scope="module")
def model(small_tokenizer, tmp_path_factory):
    table = random_table(vocabulary_size(small_tokenizer), 16)
    return Model(small_tokenizer, table).write(tmp_path_factory.mktemp("retrieval") / "model")


def write_data(folder, documents, queries, judgements, where="qrels/test.tsv"):
    """`judgements`: query to document to grade."""
    (folder / where).parent.mkdir(parents=True, exist_ok=True)
    with open(folder / "corpus.jsonl", "w", encoding="utf-8") as out:
        for name, (title, text) in documents.items():
            out.write(json.dumps({"_id": name, "title": title, "text": text}) + "\n")
    with open(folder / "queries.jsonl", "w", encoding="utf-8") as out:
        for name, text in queries.items():
            out.write(json.dumps({"_id": name, "text": text}) + "\n")
    with open(folder / where, "w", encoding="utf-8") as out:
        out.write("query-id\tcorpus-id\tscore\n")
        for query, grades in judgements.items():
            for document, grade in grades.items():
                out.write(f"{query}\t{document}\t{grade}\n")
    return folder


def random_data(folder, seed):
    """Few words, so that many documents are alike and have the same score."""
    chance = random.Random(seed)
    text = lambda longest: " ".join(chance.choices(WORDS, k=chance.randint(0, longest)))
    documents = {
        f"d{chance.randrange(10**6)}-{i}": (text(1), text(3)) for i in range(chance.randint(5, 150))
    }
    queries = {f"q{i}": text(3) or "fox" for i in range(12)}
    queries["q_unknown"] = "\u0394\u0395\u0396"
    names = [*documents, "not-there-1", "not-there-2"]
    judgements = {
        query: {
            name: chance.choice([-1, 0, 0, 1, 1, 2, 3])
            for name in chance.sample(names, min(len(names), chance.randint(1, 40)))
        }
        for query in queries
    }
    judgements["q0"] = dict.fromkeys(judgements["q0"], 0)  # nothing to be found
    del judgements["q1"]  # not judged: left out
    return write_data(folder, documents, queries, judgements), judgements


def read_run(path, queries):
    run = {query: {} for query in queries}
    for line in path.read_text().splitlines():
        query, _, document, _, score, _ = line.split(" ")
        run[query][document] = float(score)
    return run


def means(run, judgements):
    by_query = pytrec_eval.RelevanceEvaluator(judgements, MEASURES).evaluate(run)
    assert set(by_query) == set(judgements)
    return {
        ours: np.mean([scores[theirs] for scores in by_query.values()])
        for ours, theirs in NAMES.items()
    }


def evaluate(m2v, *arguments):
    return json.loads(m2v.check("evaluate-retrieval", *arguments, "--json"))


@pytest.mark.parametrize("mode", ["dense", "lexical", "hybrid"])
@pytest.mark.parametrize("seed", range(8))
def test_measures(m2v, model, tmp_path, mode, seed):
    folder, judgements = random_data(tmp_path, seed)
    run = tmp_path / "run.txt"
    told = evaluate(m2v, "-m", model, folder, "--mode", mode, "--run", run)
    expected = means(read_run(run, judgements), judgements)
    for name, value in expected.items():
        assert told[mode][name] == pytest.approx(value, abs=1e-9), name
    assert told["queries"] == len(judgements)


def test_there_are_ties(m2v, model, tmp_path):
    """Otherwise the test above would not tell in which order they are."""
    folder, judgements = random_data(tmp_path, 0)
    run = tmp_path / "run.txt"
    evaluate(m2v, "-m", model, folder, "--mode", "lexical", "--run", run)
    scores = [list(found.values()) for found in read_run(run, judgements).values()]
    assert any(len(set(found)) < len(found) / 2 for found in scores if found)


def test_bm25_by_its_definition(m2v, model, tmp_path):
    folder, judgements = random_data(tmp_path, 3)
    documents = {
        record["_id"]: f"{record['title']} {record['text']}".split()
        for record in map(json.loads, open(folder / "corpus.jsonl"))
    }
    queries = {r["_id"]: r["text"].split() for r in map(json.loads, open(folder / "queries.jsonl"))}
    run_file = tmp_path / "run.txt"
    k1, b = 0.9, 0.4
    evaluate(m2v, "-m", model, folder, "--mode", "lexical", "--run", run_file, "--k1", k1, "--b", b)
    run = read_run(run_file, judgements)
    mean_length = np.mean([len(words) for words in documents.values()])
    for query in judgements:
        expected = {}
        for name, words in documents.items():
            score = 0.0
            for word in queries[query]:
                having = sum(word in other for other in documents.values())
                idf = math.log(1 + (len(documents) - having + 0.5) / (having + 0.5))
                count = words.count(word)
                norm = k1 * (1 - b + b * len(words) / mean_length)
                score += idf * count * (k1 + 1) / (count + norm) if count else 0
            if score > 0:
                expected[name] = score
        assert run[query] == pytest.approx(expected, rel=1e-6)


def test_cranfield(m2v, shared, tmp_path):
    """Dense equals the reference; hybrid is clearly above both of its parts."""
    folder = shared / "data" / "retrieval" / "cranfield"
    model = shared / "reference" / "minilm" / "default" / "model"
    told = evaluate(m2v, "-m", model, folder)
    assert told["dense"]["ndcg@10"] == pytest.approx(0.290, abs=0.003)
    assert told["dense"]["recall@100"] == pytest.approx(0.653, abs=0.003)
    parts = max(told["dense"]["ndcg@10"], told["lexical"]["ndcg@10"])
    assert told["hybrid"]["ndcg@10"] >= parts + 0.015
    judgements = {}
    for line in (folder / "qrels.tsv").read_text().splitlines()[1:]:
        query, document, grade = line.split("\t")
        judgements.setdefault(query, {})[document] = int(grade)
    for mode in ("dense", "lexical", "hybrid"):
        run = tmp_path / mode
        evaluate(m2v, "-m", model, folder, "--mode", mode, "--run", run)
        expected = means(read_run(run, judgements), judgements)
        assert told[mode] == pytest.approx(expected, abs=1e-9)


def test_the_table(m2v, model, tmp_path):
    folder, judgements = random_data(tmp_path, 1)
    told = evaluate(m2v, "-m", model, folder)
    lines = m2v.check("evaluate-retrieval", "-m", model, folder).decode().splitlines()
    assert lines[0].split() == ["nDCG@10", "nDCG@100", "recall@10", "recall@100", "MRR", "MAP"]
    for line, mode in zip(lines[1:], ("dense", "lexical", "hybrid")):
        values = told[mode]
        assert line.split() == [mode, *(f"{values[name]:.4f}" for name in NAMES)]
    assert re.match(r"\d+ documents, 12 queries", lines[4])


def test_the_split(m2v, model, tmp_path):
    folder, _ = random_data(tmp_path, 2)
    (folder / "qrels" / "test.tsv").rename(folder / "qrels" / "dev.tsv")
    assert m2v.run("evaluate-retrieval", "-m", model, folder).returncode == 1
    assert evaluate(m2v, "-m", model, folder, "--split", "dev")["queries"] == 12


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["no-such-folder"], 1, b"no-such-folder"),
        (["DATA", "--mode", "best"], 2, b"--mode"),
        (["DATA", "--dense-weight", "2"], 2, b"--dense-weight"),
        (["DATA", "--run", "x"], 2, b"--mode"),
        (["DATA", "--stop-words", "missing.txt"], 1, b"missing.txt"),
        ([], 2, b"FOLDER"),
    ],
)
def test_wrong_usage(m2v, model, tmp_path, arguments, code, words):
    folder, _ = random_data(tmp_path, 1)
    done = m2v.run(
        "evaluate-retrieval", "-m", model, *(folder if a == "DATA" else a for a in arguments)
    )
    assert done.returncode == code and words in done.stderr


def small_data(folder):
    texts = ["fox dog", "quick brown", "lazy jump", "tree river", "stone bird"]
    documents = {f"d{i}": ("", text) for i, text in enumerate(texts)}
    queries = {f"q{i}": text for i, text in enumerate(texts[:3])}
    return write_data(folder, documents, queries, {"q0": {"d0": 1}, "q1": {"d3": 2, "d1": 1}, "q2": {"d0": 1}})


def append(path, line):
    with open(path, "a", encoding="utf-8") as out:
        out.write(line + "\n")


@pytest.mark.parametrize("name, id, line", [("corpus", "d1", 6), ("queries", "q2", 4), ("queries", "unjudged", 5)])
def test_ids_are_unique(m2v, model, tmp_path, name, id, line):
    folder = small_data(tmp_path)
    for _ in range(2 if id == "unjudged" else 1):
        append(folder / f"{name}.jsonl", json.dumps({"_id": id, "text": "fox"}))
    done = m2v.run("evaluate-retrieval", "-m", model, folder, "--mode", "lexical")
    assert done.returncode == 1
    assert f"{name}.jsonl: line {line}" in done.stderr.decode() and f'"{id}"' in done.stderr.decode()


def beir_run(run):
    """What beir.retrieval.evaluation does before it calls pytrec_eval."""
    return {query: {document: score for document, score in found.items() if document != query}
            for query, found in run.items()}


@pytest.mark.parametrize("mode", ["dense", "lexical", "hybrid"])
def test_a_querys_own_id_is_no_hit(m2v, model, tmp_path, mode):
    chance = random.Random(5)
    documents = {f"x{i}": ("", " ".join(chance.choices(WORDS, k=3))) for i in range(40)}
    queries = {f"x{i}": documents[f"x{i}"][1] for i in range(20)} | {"y": "fox", "x39": "dog"}
    judgements = {query: {name: chance.randint(0, 2) for name in chance.sample(sorted(documents), 10)} for query in queries}
    folder = write_data(tmp_path, documents, queries, judgements)
    kept, dropped = tmp_path / "kept.txt", tmp_path / "dropped.txt"
    arguments = ["-m", model, folder, "--mode", mode]
    with_own = evaluate(m2v, *arguments, "--keep-identical-ids", "--run", kept)
    told = evaluate(m2v, *arguments, "--run", dropped)
    assert (told["identical_ids_dropped"], with_own["identical_ids_dropped"]) == (21, 0)
    run = beir_run(read_run(kept, judgements))
    assert read_run(dropped, judgements) == run
    assert told[mode] == pytest.approx(means(run, judgements), abs=1e-9)
    assert with_own[mode] == pytest.approx(means(read_run(kept, judgements), judgements), abs=1e-9)
    assert told[mode]["ndcg@10"] <= 1 and told[mode]["recall@100"] <= 1
    text = m2v.check("evaluate-retrieval", *arguments).decode()
    assert "21 queries have the id of a document" in text and "--keep-identical-ids" in text
    assert "--keep-identical-ids" not in m2v.check("evaluate-retrieval", *arguments, "--keep-identical-ids").decode()


@pytest.mark.parametrize(
    "qrels",
    [
        "query-id\tcorpus-id\tscore\nq0\td0\t1\nq1\td3\t2\nq1\td1\t1\nq2\td0\t1\n",
        "q0\td0\t1\nq1\td3\t2\nq1\td1\t1\nq2\td0\t1\n",
        "q0 0 d0 1\nq1 0 d3 2\nq1  0  d1   1\nq2 Q0 d0 1\n",
        "q0\t0\td0\t1\nq1\t0\td3\t2\nq1\t0\td1\t1\nq2\t0\td0\t1",
        "\ufeffquery-id\tcorpus-id\tscore\r\nq0\td0\t1\r\nq1\td3\t2\r\n\r\nq1\td1\t1\r\nq2\td0\t1\r\n\r\n\n \n",
        "q0\td0\t0\nq0\td0\t1\nq1\td3\t2\nq1\td1\t+1\nq2\td0\t 1 \n",
    ],
)
def test_forms_of_judgements(m2v, model, tmp_path, qrels):
    folder = small_data(tmp_path)
    expected = evaluate(m2v, "-m", model, folder)
    (folder / "qrels" / "test.tsv").write_bytes(qrels.encode("utf-8"))
    assert evaluate(m2v, "-m", model, folder) == expected


@pytest.mark.parametrize("line", ["q0\td0\t1.5", "q0\td0", "q0\td0\tx", "q0 d0 d1 d2 1", "q0\t\t99999999999"])
def test_judgements_that_are_none(m2v, model, tmp_path, line):
    folder = small_data(tmp_path)
    append(folder / "qrels" / "test.tsv", line)
    done = m2v.run("evaluate-retrieval", "-m", model, folder)
    assert done.returncode == 1 and b"test.tsv: line 6" in done.stderr


def test_judgements_of_what_is_not_there(m2v, model, tmp_path):
    folder = small_data(tmp_path)
    for line in ("q0\tnowhere\t1", "nobody\td0\t1"):
        append(folder / "qrels" / "test.tsv", line)
    run = tmp_path / "run.txt"
    done = m2v.run("evaluate-retrieval", "-m", model, folder, "--mode", "lexical", "--run", run, "--json")
    told = json.loads(done.stdout)
    assert (told["unknown_queries"], told["unknown_documents"]) == (1, 1)
    assert b"queries.jsonl" in done.stderr and b'"nobody"' in done.stderr and b"corpus.jsonl" in done.stderr
    strict = m2v.run("evaluate-retrieval", "-m", model, folder, "--mode", "lexical", "--strict")
    assert strict.returncode == 1 and b"--strict" in strict.stderr and not strict.stdout
    judgements = {"q0": {"d0": 1, "nowhere": 1}, "q1": {"d3": 2, "d1": 1}, "q2": {"d0": 1}}
    assert told["lexical"] == pytest.approx(means(read_run(run, judgements), judgements), abs=1e-9)


def test_ids_with_blanks_do_not_go_into_a_run(m2v, model, tmp_path):
    folder = small_data(tmp_path)
    append(folder / "corpus.jsonl", json.dumps({"_id": "d 9", "text": "fox"}))
    arguments = ["evaluate-retrieval", "-m", model, folder, "--mode", "dense"]
    m2v.check(*arguments)
    done = m2v.run(*arguments, "--run", tmp_path / "run.txt")
    assert done.returncode == 1 and b'"d 9"' in done.stderr and not (tmp_path / "run.txt").exists()
