"""Vocabularies learnt from texts, the same in every run: the trainers of `tokenizers` break ties by the order of a hash
table, which is another one in each process.
"""

import heapq
import json
import math
from collections import Counter, defaultdict

from tokenizers import Tokenizer

LONGEST_PIECE = 8


def learn(tokenizer, texts, size, special_tokens=(), alphabet=(), **model):
    """Gives a tokenizer a vocabulary of `size` tokens: the special ones, characters, and what is frequent in the texts.

    BPE and WordPiece learn merges, most frequent pair first; WordLevel takes the words, Unigram the stretches of text
    that cover the most. Members of the model that its class does not tell before it has a vocabulary are `model`.
    """
    settings = json.loads(tokenizer.to_str())["model"] | model
    words = Counter(word for text in texts for word in words_of(tokenizer, text))
    kind = settings["type"]
    if kind == "WordLevel":
        frequent = sorted(words, key=lambda word: (-words[word], word))
        settings["vocab"] = numbered([*special_tokens, *frequent][:size])
    elif kind == "Unigram":
        settings["vocab"] = [*([token, 0.0] for token in special_tokens), *pieces_of(words, size - len(special_tokens))]
    else:
        tokens = [*special_tokens, *sorted(alphabet)]
        prefix = settings.get("continuing_subword_prefix") or ""
        vocab, merges = merge_pairs(words, tokens, size, prefix, settings.get("end_of_word_suffix") or "")
        settings["vocab"] = vocab
        if kind == "BPE":
            settings["merges"] = merges
    whole = json.loads(tokenizer.to_str()) | {"model": settings}
    tokenizer.model = Tokenizer.from_str(json.dumps(whole)).model
    tokenizer.add_special_tokens(list(special_tokens))


def words_of(tokenizer, text):
    """What the model is given of a text."""
    if tokenizer.normalizer is not None:
        text = tokenizer.normalizer.normalize_str(text)
    if tokenizer.pre_tokenizer is None:
        return [text] if text else []
    return [word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text)]


def numbered(tokens):
    return {token: number for number, token in enumerate(dict.fromkeys(tokens))}


def merge_pairs(words, tokens, size, prefix, suffix):
    """The vocabulary and the merges, of words as sequences of characters."""
    spelled = []
    for word in sorted(words):
        symbols = [character if i == 0 else prefix + character for i, character in enumerate(word)]
        symbols[-1] += suffix
        spelled.append(symbols)
    counts = [words[word] for word in sorted(words)]
    vocab = numbered([*tokens, *sorted({symbol for symbols in spelled for symbol in symbols})])
    found, positions = Counter(), defaultdict(set)
    for number, symbols in enumerate(spelled):
        for pair in zip(symbols, symbols[1:]):
            found[pair] += counts[number]
            positions[pair].add(number)
    queue = [(-count, pair) for pair, count in found.items()]
    heapq.heapify(queue)
    merges = []
    while queue and len(vocab) < size:
        count, pair = heapq.heappop(queue)
        if found[pair] != -count or count == 0:
            continue
        left, right = pair
        merged = left + right.removeprefix(prefix)
        vocab.setdefault(merged, len(vocab))
        merges.append(list(pair))
        changed = set()
        for number in positions.pop(pair):
            symbols = spelled[number]
            spelled[number] = joined = join(symbols, pair, merged)
            difference = Counter(zip(joined, joined[1:]))
            difference.subtract(Counter(zip(symbols, symbols[1:])))
            for other, times in difference.items():
                if times != 0:
                    found[other] += times * counts[number]
                    changed.add(other)
                if times > 0:
                    positions[other].add(number)
        del found[pair]
        changed.discard(pair)
        for other in changed:
            if found[other] > 0:
                heapq.heappush(queue, (-found[other], other))
    return vocab, merges


def join(symbols, pair, merged):
    result, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == pair:
            result.append(merged)
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def pieces_of(words, size):
    """Every character, and the stretches of words that cover most characters, with the logarithms of their shares."""
    counts = Counter()
    for word, count in words.items():
        for begin in range(len(word)):
            for end in range(begin + 1, min(len(word), begin + LONGEST_PIECE) + 1):
                counts[word[begin:end]] += count
    characters = sorted(piece for piece in counts if len(piece) == 1)
    longer = sorted(
        (piece for piece, count in counts.items() if len(piece) > 1 and count > 1),
        key=lambda piece: (-counts[piece] * len(piece), piece),
    )
    chosen = [*characters, *longer][: max(size, len(characters))]
    total = sum(counts[piece] for piece in chosen)
    return [[piece, math.log(counts[piece] / total)] for piece in chosen]
