"""Encodings, pairs, truncation and decoding as `tokenizers` has them, for each kind of stage that a file may have."""

import copy
import json
import pickle

import pytest
import tokenizers
from tokenizers import AddedToken, Regex, decoders, models, normalizers, pre_tokenizers, processors, trainers

import nasty
import tokenizer_files
from m2v import FormatError, Tokenizer

SPECIALS = ["<unk>", "[UNK]", "<s>", "</s>", "<pad>"]
TEXTS = [
    *tokenizer_files.SENTENCES,
    "",
    " ",
    "  two  spaces  ",
    "a\tb\n c",
    "<s> in the text </s>",
    "an added<extra>token <extra> here",
    "don't, you ' re \U0001f600 ok?",
    "ünï e\u0301 東京",
    *(text for text in nasty.strings(150, seed=23) if text.isprintable()),
]
ATTRIBUTES = ["ids", "tokens", "offsets", "type_ids", "attention_mask", "special_tokens_mask", "word_ids", "sequence_ids"]
METASPACE = pre_tokenizers.Metaspace
BYTES = pre_tokenizers.ByteLevel
FAMILIES = {
    "BERT": (models.WordPiece(unk_token="[UNK]"), normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()),
    "GPT-2": (models.BPE(), None, BYTES(add_prefix_space=False)),
    "RoBERTa": (models.BPE(), None, BYTES(add_prefix_space=True)),
    "Llama 3": (
        models.BPE(),
        None,
        pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r"\p{N}{1,3}|\s+"), "isolated"), BYTES(False, use_regex=False)]),
    ),
    "Llama 2": (
        models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"),
        normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]),
        None,
    ),
    "T5": (models.Unigram(), normalizers.Nmt(), METASPACE()),
    "first": (models.Unigram(), None, METASPACE(prepend_scheme="first")),
    "words": (models.WordLevel(unk_token="<unk>"), normalizers.Lowercase(), pre_tokenizers.Whitespace()),
}
TEMPLATE = processors.TemplateProcessing(
    single="<s> $A </s>", pair="<s> $A </s> $B:1 </s>:1", special_tokens=[("<s>", 2), ("</s>", 3)]
)
PROCESSORS = {
    "none": None,
    "Bert": processors.BertProcessing(("</s>", 3), ("<s>", 2)),
    "Roberta": processors.RobertaProcessing(("</s>", 3), ("<s>", 2)),
    "Roberta, untrimmed": processors.RobertaProcessing(("</s>", 3), ("<s>", 2), trim_offsets=False),
    "Roberta, no space": processors.RobertaProcessing(("</s>", 3), ("<s>", 2), add_prefix_space=False),
    "ByteLevel": processors.ByteLevel(trim_offsets=True),
    "template": TEMPLATE,
    "swapped": processors.TemplateProcessing(
        single="$A:3 </s>:2", pair="$B:5 </s>:4 $A:1", special_tokens=[("</s>", 3)]
    ),
    "Llama 3": processors.Sequence([processors.ByteLevel(trim_offsets=False), TEMPLATE]),
    "trimmed, template": processors.Sequence([processors.ByteLevel(trim_offsets=True), TEMPLATE]),
}
DECODERS = {
    "none": None,
    "WordPiece": decoders.WordPiece("##", cleanup=True),
    "WordPiece, as it is": decoders.WordPiece("##", cleanup=False),
    "ByteLevel": decoders.ByteLevel(),
    "Metaspace": decoders.Metaspace(),
    "Metaspace, never": decoders.Metaspace(prepend_scheme="never"),
    "BPE": decoders.BPEDecoder(suffix="</w>"),
    "BPE, no suffix": decoders.BPEDecoder(suffix="e"),
    "CTC": decoders.CTC(pad_token="e", word_delimiter_token="a"),
    "CTC, as it is": decoders.CTC(pad_token="<pad>", cleanup=False),
    "Fuse": decoders.Fuse(),
    "Strip": decoders.Strip(content="e", left=1, right=0),  # of "e" at both sides it panics there
    "Strip, at the end": decoders.Strip(content="e", left=0, right=1),
    "ByteFallback": decoders.ByteFallback(),
    "Replace": decoders.Replace(Regex("[aeiou]+"), "<>"),
    "Llama 2": decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    ),
    "nested": decoders.Sequence([decoders.Sequence([decoders.Fuse(), decoders.Replace("t", "")]), decoders.ByteLevel()]),
}


def trained(name):
    model, normalizer, pre_tokenizer = FAMILIES[name]
    tokenizer = tokenizers.Tokenizer(copy.deepcopy(model))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    kinds = {"Unigram": trainers.UnigramTrainer, "WordPiece": trainers.WordPieceTrainer, "BPE": trainers.BpeTrainer}
    kind = kinds.get(type(model).__name__, trainers.WordLevelTrainer)
    special = SPECIALS + ([f"<0x{byte:02X}>" for byte in range(256)] if name == "Llama 2" else [])
    options = {"unk_token": "<unk>"} if kind is trainers.UnigramTrainer else {}
    if kind is trainers.BpeTrainer and name != "Llama 2":
        options["initial_alphabet"] = BYTES.alphabet()
    tokenizer.train_from_iterator(
        tokenizer_files.SENTENCES, kind(vocab_size=700, special_tokens=special, show_progress=False, **options)
    )
    tokenizer.add_tokens([AddedToken("<extra>", lstrip=True, normalized=False), "Mixed"])
    return tokenizer


@pytest.fixture(scope="module", params=FAMILIES)
def family(request):
    return trained(request.param)


def both(theirs, processor=None, decoder=None):
    """Ours and theirs with another post-processor and decoder."""
    theirs = tokenizers.Tokenizer.from_str(theirs.to_str())
    if processor is not None:
        theirs.post_processor = processor
    if decoder is not None:
        theirs.decoder = decoder
    return Tokenizer.from_str(theirs.to_str()), theirs


def assert_same(found, expected):
    assert len(found) == len(expected)
    for name in ATTRIBUTES:
        assert getattr(found, name) == getattr(expected, name), name
    assert found.words == found.word_ids and found.n_sequences == expected.n_sequences


@pytest.mark.parametrize("processor", PROCESSORS)
def test_encodings(family, processor):
    ours, theirs = both(family, PROCESSORS[processor])
    for special in (True, False):
        for found, expected in zip(
            ours.encode_batch(TEXTS, add_special_tokens=special), theirs.encode_batch(TEXTS, add_special_tokens=special)
        ):
            assert_same(found, expected)
        pairs = list(zip(TEXTS, TEXTS[1:]))
        for (a, b), found in zip(pairs, ours.encode_batch(pairs, add_special_tokens=special)):
            expected = theirs.encode(a, b, add_special_tokens=special)
            assert_same(found, expected)
            assert_same(ours.encode(a, b, add_special_tokens=special), expected)
    for pair in (True, False):
        assert ours.num_special_tokens_to_add(pair) == theirs.num_special_tokens_to_add(pair)
    mixed = [TEXTS[0], (TEXTS[1], TEXTS[2]), [TEXTS[3], ""]]
    for found, expected in zip(ours.encode_batch(mixed), theirs.encode_batch([tuple(m) if type(m) is list else m for m in mixed])):
        assert_same(found, expected)


@pytest.mark.parametrize("space", [True, False])
def test_tokens_of_several_blanks(space):
    """Of a blank at the start, one may have been put there."""
    alphabet = sorted(BYTES.alphabet())
    vocabulary = {token: i for i, token in enumerate([*alphabet, "ĠĠ", "ĠĠĠ", "Ġa", "ĠĠa", "aĠ", "aĠĠ"])}
    merges = [("Ġ", "Ġ"), ("ĠĠ", "Ġ"), ("Ġ", "a"), ("ĠĠ", "a"), ("a", "Ġ"), ("aĠ", "Ġ")]
    theirs = tokenizers.Tokenizer(models.BPE(vocabulary, merges))
    theirs.pre_tokenizer = BYTES(add_prefix_space=space, use_regex=False)
    for add_prefix_space in (True, False):
        ours, theirs = both(theirs, processors.ByteLevel(trim_offsets=True, add_prefix_space=add_prefix_space))
        for text in ("a", " a", "  a", "   a", "    a", "a ", "a  ", "a   a", " ", "   ", "\t a\u3000 a", "é a"):
            assert_same(ours.encode(text), theirs.encode(text))


def test_places(family):
    ours, theirs = both(family, TEMPLATE)
    found, expected = ours.encode(TEXTS[0], TEXTS[4]), theirs.encode(TEXTS[0], TEXTS[4])
    for i in range(len(expected)):
        for name in ("token_to_word", "token_to_sequence"):
            assert getattr(found, name)(i) == getattr(expected, name)(i)
        chars = expected.token_to_chars(i)
        assert found.token_to_chars(i) == (chars and (chars[-1] if isinstance(chars[-1], tuple) else chars))
    for position in range(0, len(TEXTS[0]), 3):
        for sequence in (0, 1):
            assert found.char_to_token(position, sequence) == expected.char_to_token(position, sequence)
            assert found.char_to_word(position, sequence) == expected.char_to_word(position, sequence)
    for word in range(8):
        assert found.word_to_tokens(word, 0) == expected.word_to_tokens(word, 0)
        assert found.word_to_chars(word, 1) == expected.word_to_chars(word, 1)
    assert repr(found) == repr(expected)


@pytest.mark.parametrize("direction", ["left", "right"])
@pytest.mark.parametrize("strategy", ["longest_first", "only_first", "only_second"])
def test_truncation(family, strategy, direction):
    ours, theirs = both(family, TEMPLATE)
    short, long = "the cat", TEXTS[0]
    for length in (4, 5, 7, 12, 500):
        for one in (ours, theirs):
            one.enable_truncation(length, strategy=strategy, direction=direction)
        for texts in ((long,), (long, long), (short, long), (long, short)):
            for special in (True, False):
                outcomes = []
                for one in (ours, theirs):
                    try:
                        outcomes.append(one.encode(*texts, add_special_tokens=special))
                    except Exception as problem:
                        outcomes.append(type(problem).__name__ != "" and None)
                found, expected = outcomes
                assert (found is None) == (expected is None), (length, texts, special)
                if found is not None:
                    assert_same(found, expected)
    assert ours.truncation == theirs.truncation


def test_truncation_to_less_than_the_special_tokens(family):
    ours, _ = both(family, TEMPLATE)
    ours.enable_truncation(1)
    assert ours.encode(TEXTS[0]).tokens == ["<s>", "</s>"]
    assert ours.encode(TEXTS[0], TEXTS[1]).tokens == ["<s>", "</s>", "</s>"]


def test_decoding_what_panics_there(family):
    ours, _ = both(family, TEMPLATE, decoders.Strip(content="e", left=2, right=2))
    assert ours.decode([ours.token_to_id("e") or 0]) in ("", "<unk>")
    ours, _ = both(family, TEMPLATE, decoders.BPEDecoder())
    assert ours.decode([]) == ""


def test_padded_pairs(family):
    ours, theirs = both(family, TEMPLATE)
    for one in (ours, theirs):
        one.enable_padding(direction="left", pad_id=4, pad_type_id=9, pad_token="<pad>")
    for found, expected in zip(ours.encode_batch(TEXTS[:5]), theirs.encode_batch(TEXTS[:5])):
        assert_same(found, expected)


@pytest.mark.parametrize("decoder", DECODERS)
def test_decoding(family, decoder):
    ours, theirs = both(family, TEMPLATE, DECODERS[decoder])
    lists = [encoding.ids for encoding in theirs.encode_batch(TEXTS)]
    size = theirs.get_vocab_size()
    lists += [[], [1], list(range(size)), list(range(size, 0, -7)), [0, size + 5, 2**32 - 1, 3], [5] * 9]
    for skip in (True, False):
        for ids in lists:
            if not ids and decoder.startswith("BPE"):
                continue  # which subtracts one from none there
            assert ours.decode(ids, skip_special_tokens=skip) == theirs.decode(ids, skip_special_tokens=skip), ids[:9]
    assert ours.decode_batch(lists[:9]) == theirs.decode_batch(lists[:9])
    assert ours.decode(lists[0]) == theirs.decode(lists[0])


def test_a_decoder_that_there_is_not(family):
    settings = json.loads(family.to_str())
    settings["decoder"] = {"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Telepathy"}]}
    with pytest.raises(FormatError, match=r"\$\.decoder\.decoders\[1\]\.type.*Telepathy"):
        Tokenizer.from_str(json.dumps(settings))


def test_what_is_no_text(family):
    ours, _ = both(family)
    with pytest.raises(TypeError, match="sequence must be a string"):
        ours.encode(None)
    with pytest.raises(TypeError, match="pair must be a string"):
        ours.encode("a", True)
    with pytest.raises(TypeError, match="item 1"):
        ours.encode_batch(["a", None])
    with pytest.raises(TypeError, match="item 0"):
        ours.encode_batch([("a", "b", "c")])
    with pytest.raises(ValueError, match="is_pretokenized"):
        ours.encode("a", is_pretokenized=True)
    with pytest.raises(TypeError, match="did you mean 'add_special_tokens'"):
        ours.encode("a", add_special_token=False)
    with pytest.raises(TypeError, match="ids: item 1"):
        ours.decode([1, "2"])
    with pytest.raises(ValueError, match="ids: item 0"):
        ours.decode([-1])
    with pytest.raises(TypeError, match="sequences: item 0"):
        ours.decode_batch([1, 2])


def test_encodings_are_copied(family):
    ours, theirs = both(family, TEMPLATE)
    encoding = ours.encode(TEXTS[0], TEXTS[1])
    for twin in (pickle.loads(pickle.dumps(encoding)), copy.copy(encoding), copy.deepcopy(encoding)):
        assert_same(twin, theirs.encode(TEXTS[0], TEXTS[1]))
