"""Makes tokenizers of real vocabularies, which packages carry in forms of their own."""

import base64
import json
import re
from pathlib import Path

import sentencepiece_model
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers


# --- tiktoken's form: tokens as bytes, in the order of their ranks ---


def byte_alphabet():
    """The character of each byte, as GPT-2 chose them."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {**{b: chr(b) for b in shown}, **{b: chr(256 + i) for i, b in enumerate(hidden)}}


def parts_before(ranks, token):
    """What the token is made of by merges of lower ranks alone: two parts, the last merge."""
    parts = [token[i : i + 1] for i in range(len(token))]
    while len(parts) > 2:
        pairs = [ranks.get(a + b, len(ranks)) for a, b in zip(parts, parts[1:])]
        best = min(pairs)
        if best >= ranks[token]:
            return None
        at = pairs.index(best)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return parts


def from_ranks(ranks, pattern, first_id=0, special=()):
    """`ranks`: token bytes -> rank. Ids are ranks behind `first_id`."""
    alphabet = byte_alphabet()
    spell = lambda token: "".join(alphabet[byte] for byte in token)
    merges = []
    for token in sorted(ranks, key=ranks.get):
        parts = parts_before(ranks, token) if len(token) > 1 else None
        if parts:
            merges.append((spell(parts[0]), spell(parts[1])))
    vocabulary = {spell(token): first_id + rank for token, rank in ranks.items()}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.add_special_tokens(list(special))
    return tokenizer


def tekken(file):
    """Mistral's own file for byte-level vocabularies."""
    data = json.loads(Path(file).read_text("utf-8"))
    config = data["config"]
    specials = config["default_num_special_tokens"]
    kept = data["vocab"][: config["default_vocab_size"] - specials]
    ranks = {base64.b64decode(item["token_bytes"]): item["rank"] for item in kept}
    return from_ranks(ranks, config["pattern"], first_id=specials)


def claude(file):
    """The file of @anthropic-ai/tokenizer: ranks as one line of base64."""
    data = json.loads(Path(file).read_text("utf-8"))
    first, *tokens = data["bpe_ranks"].split(" ")[1:]
    ranks = {base64.b64decode(token): int(first) + i for i, token in enumerate(tokens)}
    tokenizer = from_ranks(ranks, data["pat_str"], special=list(data["special_tokens"]))
    tokenizer.normalizer = normalizers.NFKC()
    return tokenizer


def json_escape(match):
    """JSON's way to write an escape of JavaScript."""
    kind, code = match.group(1), match.group(2)
    others = {"0": "\\u0000", "v": "\\u000b"}
    return f"\\u00{code}" if code else others.get(kind, match.group(0))


def javascript_ranks(file):
    """The lists of gpt-tokenizer: a token is a string, or the bytes of one that is not UTF-8."""
    text = Path(file).read_text("utf-8")
    tokens = []
    for items in re.findall(r"^const c\d+ = (\[.*?^\]);", text, re.MULTILINE | re.DOTALL):
        items = re.sub(r"\\(x([0-9A-Fa-f]{2})|.)", json_escape, items)
        items = re.sub(r",(\n\t*\])", r"\1", items)  # strings have no line feed of their own
        items = re.sub(r"^\t(?=,$)", "\tnull", items, flags=re.MULTILINE)
        tokens += json.loads(items, strict=False)
    as_bytes = lambda token: token.encode("utf-8") if isinstance(token, str) else bytes(token)
    return {as_bytes(token): rank for rank, token in enumerate(tokens) if token is not None}


# --- SentencePiece's form ---


def sentencepiece_bpe(file, normalizer, pre_tokenizer=None):
    """A BPE of SentencePiece as converters write it: a merge for each way to cut a piece in two."""
    pieces = list(sentencepiece_model.pieces_of(Path(file).read_bytes()))
    vocabulary = {text: id for id, (text, _, _) in enumerate(pieces)}
    merges = []
    for text, score, _ in pieces:
        cuts = [(text[:i], text[i:]) for i in range(1, len(text))]
        cuts = [cut for cut in cuts if cut[0] in vocabulary and cut[1] in vocabulary]
        cuts.sort(key=lambda cut: (vocabulary[cut[0]], vocabulary[cut[1]]))
        merges += [(score, cut) for cut in cuts]
    merges.sort(key=lambda merge: (merge[0], len(merge[1][0]), len(merge[1][1])), reverse=True)
    model = models.BPE(
        vocab=vocabulary,
        merges=[cut for _, cut in merges],
        unk_token="<unk>",
        fuse_unk=True,
        byte_fallback=True,
    )
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    controls = [text for text, _, kind in pieces if kind == sentencepiece_model.CONTROL]
    tokenizer.add_tokens([AddedToken(text, normalized=False, special=True) for text in controls])
    return tokenizer


def llama2(file):
    steps = [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    return sentencepiece_bpe(file, normalizers.Sequence(steps))


def gemma(file):
    split = pre_tokenizers.Split(" ", "merged_with_previous")
    return sentencepiece_bpe(file, normalizers.Replace(" ", "▁"), split)


def mistral(file):
    metaspace = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    return sentencepiece_bpe(file, None, metaspace)
