"""What the front matter of a model card says is there after saving, as PyYAML reads it."""

import random

import pytest
import yaml

from model_folders import Model, random_table, vocabulary_size

OURS = {"base_model", "language", "library_name", "license", "model_name", "tags"}


@pytest.fixture(scope="module")
def model(small_tokenizer, tmp_path_factory):
    table = random_table(vocabulary_size(small_tokenizer), 8)
    return Model(small_tokenizer, table).write(tmp_path_factory.mktemp("cards") / "model")


def front_matter(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith("---\n")
    return text[4 : text.index("\n---\n", 3) + 1]


def converted(m2v, model, card, out):
    """The front matter that the model has after a conversion, and what was said on the way."""
    (model / "README.md").write_bytes(card if isinstance(card, bytes) else card.encode("utf-8"))
    done = m2v.run("convert", model, "-o", out)
    assert done.returncode == 0, done.stderr
    return front_matter(out / "README.md"), done.stderr.decode()


def card_of(lines):
    return f"---\n{lines}---\n# A model\n"


@pytest.mark.parametrize(
    "lines",
    [
        "license: >-\n  apache-2.0\n",
        "license: |\n  apache-2.0\n",
        "license:\n  apache-2.0\n",
        'license: "apache-2.0"   # as the paper says\n',
        "'license': 'apache-2.0'\n",
        "x: &l apache-2.0\nlicense: *l\n",
        "license: !!str apache-2.0\n",
        "license: &l apache-2.0\ny: *l\n",
        "license: [apache-2.0, gpl-3.0]\n",
        "license:\n- apache-2.0\n- gpl-3.0\n",
        "license: {name: apache-2.0}\n",
        "license: 1.0\n",
        "license: cc-by-4.0\nlicense_name: x\nlicense_link: https://example.org/a#b\n",
        "defaults: &d {license: apache-2.0}\n<<: *d\n",
        "license:    \n",
        "license: other\nlicense: apache-2.0\n",
        'license: "\\u0061pache\\x2d2.0"\n',
        "license: >\n  apache-2.0\n  with more\n\n  paragraphs\n",
        "license: apache-2.0\r\n",
        "license: apache 2.0\n  and more\n",
        "language: de\n",
    ],
)
def test_the_licence_stays(m2v, model, tmp_path, lines):
    found, _ = converted(m2v, model, card_of(lines), tmp_path / "out")
    before, after = yaml.safe_load(lines), yaml.safe_load(found)
    assert str(after.get("license")) == str(before.get("license"))
    for key in before.keys() - OURS:
        assert after[key] == before[key], key


def test_a_licence_is_never_made_up(m2v, model, tmp_path):
    for number, card in enumerate(["# no front matter\n", "---\nlicense: x\n", "---\n- a\n---\n", "---\n\tb\n---\n"]):
        found, _ = converted(m2v, model, card, tmp_path / str(number))
        assert "license" not in yaml.safe_load(found), card
    (model / "README.md").unlink()
    m2v.check("convert", model, "-o", tmp_path / "none")  # as model2vec writes it
    assert yaml.safe_load(front_matter(tmp_path / "none" / "README.md"))["license"] == "mit"


def test_comments_and_everything_else_stay(m2v, model, tmp_path):
    lines = (
        "# at the top\npipeline_tag: sentence-similarity # why\n\ndatasets:\n  - a/b\n  # in a list\n  - c\n"
        "license: mit\n# below\nmodel-index:\n- name: x\n  results:\n  - task: {type: STS}\n    metrics: [1, 2.5]\n"
        "widget: |\n  # no comment\n  tags: [wrong]\n\n    more\n? odd\n: key\n"
    )
    found, told = converted(m2v, model, card_of(lines), tmp_path / "out")
    assert "# at the top\npipeline_tag: sentence-similarity # why\n" in found
    assert "  # in a list\n" in found and "# below\n" in found
    before = yaml.safe_load(lines)
    after = yaml.safe_load(found)
    for key in before.keys() - OURS:
        assert after[key] == before[key], key
    assert 'expected "key: value"' in told
    again = tmp_path / "again"
    m2v.check("convert", tmp_path / "out", "-o", again)
    assert front_matter(again / "README.md") == found.replace("model_name: out", "model_name: again")


def test_lines_that_are_no_yaml_become_comments(m2v, model, tmp_path):
    found, told = converted(m2v, model, card_of("just words\nlicense: mit\n"), tmp_path / "out")
    assert 'README.md: line 2: front matter: expected "key: value"' in told
    assert "# just words\n" in found and yaml.safe_load(found)["license"] == "mit"


def random_text(chance):
    words = ["a", "b c", "it's", 'q"q', "x: y", "# h", "- d", "no", "1.5", "é", "\u4e2d", "", " s", "n\nl", "[l]", "*a", "~"]
    return " ".join(chance.choices(words, k=chance.randint(1, 3)))


def random_value(chance, depth=2):
    kind = chance.randrange(7 if depth else 3)
    if kind < 3:
        return chance.choice([random_text(chance), 5, 2.5, True, None, random_text(chance)])
    if kind < 5:
        return [random_value(chance, depth - 1) for _ in range(chance.randint(0, 3))]
    return {random_text(chance): random_value(chance, depth - 1) for _ in range(chance.randint(0, 3))}


@pytest.mark.parametrize("seed", range(40))
def test_random_front_matter(m2v, model, tmp_path, seed):
    """In PyYAML's own spellings: whatever is no text of ours is the same value afterwards."""
    chance = random.Random(seed)
    keys = ["datasets", "metrics", "widget", "x y", "k:k", "no", "license_name", "pipeline_tag"]
    before = {key: random_value(chance) for key in chance.sample(keys, 5)}
    before["license"] = chance.choice([random_text(chance), random_value(chance)])
    before["tags"] = [random_text(chance) for _ in range(chance.randint(0, 3))]
    before["language"] = chance.choice(["de", ["de", "fr"]])
    style = {
        "default_flow_style": chance.choice([True, False, None]),
        "allow_unicode": chance.random() < 0.5,
        "width": chance.choice([20, 80, 1000]),
        "default_style": chance.choice([None, None, '"', "'", "|", ">"]),
        "sort_keys": False,
    }
    lines = "".join(yaml.safe_dump({key: value}, **style) for key, value in before.items())
    if style["default_flow_style"] is not False:  # one mapping in braces has no lines to tell its members by
        lines = "".join(
            f"{yaml.safe_dump(key, width=1000).splitlines()[0]}: {yaml.safe_dump(value, default_flow_style=True, width=30)}"
            .replace("\n...", "").rstrip("\n").replace("\n", "\n  ") + "\n"
            for key, value in before.items()
        )
    before = yaml.safe_load(lines)
    found, _ = converted(m2v, model, card_of(lines), tmp_path / "out")
    after = yaml.safe_load(found)
    for key in before.keys() - (OURS - {"license"}):
        assert after.get(key) == before[key], (key, lines, found)
    if isinstance(before["tags"], list):
        assert set(before["tags"]) <= set(after["tags"])
