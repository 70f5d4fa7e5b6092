"""The tokenizer under the names of `tokenizers`: vocabularies, padding, files. See test_tokenizer_interface.py, too."""

import json
import pickle

import pytest
import tokenizers

import nasty
import tokenizer_files
from m2v import FormatError, Tokenizer

TEXTS = nasty.strings(300, seed=17) + tokenizer_files.SENTENCES


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer") / "model"
    tokenizer_files.write(folder, tokenizer_files.trained())
    path = folder / "tokenizer.json"
    return Tokenizer.from_file(path), tokenizers.Tokenizer.from_file(str(path))


@pytest.mark.parametrize("special", [True, False])
def test_encode(pair, special):
    ours, theirs = pair
    texts = [text.encode("utf-8", "replace").decode() for text in TEXTS if isinstance(text, str)]
    for text in texts:
        one, other = ours.encode(text, add_special_tokens=special), theirs.encode(text, add_special_tokens=special)
        assert one.ids == other.ids and one.tokens == other.tokens and len(one) == len(other)
        assert one.offsets == other.offsets
    assert [e.ids for e in ours.encode_batch(texts[:9])] == [e.ids for e in theirs.encode_batch(texts[:9])]


def test_vocabulary(pair):
    ours, theirs = pair
    assert ours.get_vocab() == theirs.get_vocab() and ours.get_vocab_size() == theirs.get_vocab_size()
    assert all(ours.token_to_id(token) == i and ours.id_to_token(i) == token for token, i in ours.get_vocab().items())
    assert ours.token_to_id("not there") is None and ours.id_to_token(10**6) is None


def test_truncation(pair):
    ours, theirs = pair
    text = "the quick brown fox"
    ours.enable_truncation(2), theirs.enable_truncation(2)
    assert ours.encode(text, add_special_tokens=False).ids == theirs.encode(text, add_special_tokens=False).ids
    assert ours.truncation["max_length"] == theirs.truncation["max_length"] == 2
    ours.no_truncation(), theirs.no_truncation()
    assert ours.truncation is None and ours.padding is None


@pytest.mark.parametrize("special", [True, False])
@pytest.mark.parametrize(
    "options", [{}, {"direction": "left", "pad_id": 3, "pad_token": "x"}, {"length": 6}, {"pad_to_multiple_of": 5}]
)
def test_padding(pair, special, options):
    ours, theirs = pair
    texts = ["the cat", "", "the quick brown fox and the cat"]
    ours.enable_padding(**options), theirs.enable_padding(**options)
    assert ours.padding == theirs.padding
    for batch in (texts, texts[:1], []):
        found, expected = (t.encode_batch(batch, add_special_tokens=special) for t in (ours, theirs))
        for name in ("ids", "tokens", "attention_mask", "offsets"):
            assert [getattr(e, name) for e in found] == [getattr(e, name) for e in expected], name
    assert ours.encode(texts[0]).ids == theirs.encode(texts[0]).ids
    again = pickle.loads(pickle.dumps(ours))
    assert again.encode(texts[0]).ids == ours.encode(texts[0]).ids
    ours.no_padding(), theirs.no_padding()
    assert ours.padding is None and ours.encode(texts[0]).ids == theirs.encode(texts[0]).ids
    with pytest.raises(ValueError, match="left or right"):
        ours.enable_padding(direction="up")


def test_saved(pair, tmp_path):
    ours, _ = pair
    ours.save(tmp_path / "t.json")
    assert json.loads((tmp_path / "t.json").read_text()) == json.loads(ours.to_str())
    assert Tokenizer.from_file(tmp_path / "t.json").get_vocab() == ours.get_vocab()


def test_what_is_no_tokenizer(tmp_path):
    with pytest.raises(FormatError):
        Tokenizer.from_str("{}")
    (tmp_path / "x.json").write_text('{"model": {"type": "WordPiece", "vocab": {"a": -1}}}')
    with pytest.raises(ValueError, match="x.json"):
        Tokenizer.from_file(tmp_path / "x.json")
    with pytest.raises(FileNotFoundError):
        Tokenizer.from_file(tmp_path / "none.json")


def test_saving_replaces_a_file_as_all_of_m2v_does(pair, tmp_path):
    """Through a link, with the mode of what was there; and never a part of it."""
    tokenizer, _ = pair
    kept = tmp_path / "kept.json"
    kept.write_text("before")
    kept.chmod(0o600)
    link = tmp_path / "tokenizer.json"
    link.symlink_to(kept)
    tokenizer.save(link)
    assert link.is_symlink() and kept.stat().st_mode & 0o777 == 0o600
    assert json.loads(kept.read_text()) == json.loads(tokenizer.to_str())
    with pytest.raises(OSError, match="read-only"):
        kept.chmod(0o400)
        tokenizer.save(kept)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.json", "tokenizer.json"]
