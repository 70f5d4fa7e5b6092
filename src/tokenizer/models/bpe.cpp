#include "tokenizer/models/bpe.h"

#include <algorithm>
#include <utility>

#include "text/unicode.h"
#include "tokenizer/models/merges_json.h"
#include "tokenizer/models/vocabulary_json.h"

namespace m2v::tokenizer {
namespace {

constexpr std::uint32_t kNoSymbol = 0xFFFFFFFF;  // no symbol

constexpr std::size_t kLongWord = 1024;  // in symbols; longer words are merged in parts

/// Rejects dropout, because the same text should always have the same ids.
void refuse_dropout(const base::JsonAt& json) {
  const auto dropout = json.get("dropout");
  if (dropout && static_cast<float>(dropout->number()) != 0) {
    dropout->fail("a dropout other than 0 makes ids random, which is not supported");
  }
}

}  // namespace

Bpe Bpe::parse(const base::JsonAt& json, const formats::Sections* compiled) {
  refuse_dropout(json);
  Bpe model;
  model.vocabulary_ = read_vocabulary(json, compiled);
  if (const auto unknown = json.get("unk_token")) {
    model.has_unknown_ = true;
    model.unknown_ = UnknownToken(*unknown, model.vocabulary_);
  }
  model.prefix_ = json.string_or("continuing_subword_prefix", "");
  model.prefix_node_ = model.vocabulary_.trie().walk(Trie::kRoot, model.prefix_);
  model.suffix_ = json.string_or("end_of_word_suffix", "");
  model.fuse_unknown_ = json.boolean_or("fuse_unk", false);
  model.byte_fallback_ = json.boolean_or("byte_fallback", false);
  model.ignore_merges_ = json.boolean_or("ignore_merges", false);
  model.byte_tokens_ = find_byte_tokens(model.vocabulary_);
  model.merges_ = compiled != nullptr
                      ? MergeTable::load(*compiled)
                      : parse_merges(json.at("merges"), model.vocabulary_, model.prefix_);
  return model;
}

bool Bpe::spells_everything() const noexcept {
  return byte_fallback_ && std::all_of(byte_tokens_.begin(), byte_tokens_.end(),
                                       [](const auto& id) { return id.has_value(); });
}

void Bpe::save(formats::Sections& sections) const {
  vocabulary_.save(sections);
  merges_.save(sections);
}

void Bpe::tokenize(std::string_view word, std::vector<Piece>& pieces, Scratch& scratch) const {
  if (word.empty()) return;
  if (ignore_merges_) {
    if (const auto id = vocabulary_.find(word)) {
      pieces.push_back({*id, 0, word.size()});
      return;
    }
  }
  append_characters(word, scratch);
  if (scratch.symbols_.size() <= kLongWord) {
    merge(scratch.symbols_, scratch);
  } else {
    merge_in_parts(scratch);
  }
  std::size_t begin = 0;
  for (const Scratch::Symbol& symbol : scratch.symbols_) {
    if (symbol.size == 0) continue;
    const std::size_t end = begin + symbol.size;
    // The bytes of affixes that are spelled in bytes are included, so the sum may exceed the size
    // of the word.
    pieces.push_back({symbol.id, std::min(begin, word.size() - 1), std::min(end, word.size())});
    begin = end;
  }
}

void Bpe::append_characters(std::string_view word, Scratch& scratch) const {
  auto& symbols = scratch.symbols_;
  symbols.clear();
  symbols.reserve(word.size());  // avoids repeated copies for words of megabytes
  std::size_t unknown = 0;       // size of the unknown text that has no symbol yet
  for (std::size_t begin = 0; begin < word.size();) {
    std::size_t end = begin + 1;
    while (end < word.size() && !text::starts_character(word[end])) ++end;
    const std::string_view character = word.substr(begin, end - begin);
    const bool first = begin == 0;
    const bool last = end == word.size();
    if (const auto id = find_character(character, first, last)) {
      append_uncached(std::exchange(unknown, 0), scratch);
      symbols.push_back({*id, static_cast<std::uint32_t>(character.size()), kNoSymbol, kNoSymbol});
    } else if (!append_bytes(character, first, last, scratch)) {
      if (!fuse_unknown_) append_uncached(std::exchange(unknown, 0), scratch);
      if (has_unknown_) unknown += character.size();
    }  // as in `tokenizers`, byte tokens come before pending unknown text
    begin = end;
  }
  append_uncached(unknown, scratch);
}

std::optional<std::uint32_t> Bpe::find_character(std::string_view character, bool first,
                                                 bool last) const noexcept {
  const Trie& trie = vocabulary_.trie();
  std::uint32_t node = first ? Trie::kRoot : prefix_node_;
  if (node != Trie::kNone) node = trie.walk(node, character);
  if (node != Trie::kNone && last) node = trie.walk(node, suffix_);
  if (node == Trie::kNone || trie.value(node) == Trie::kNone) return std::nullopt;
  return trie.value(node);
}

/// Appends the byte tokens of the character and its affixes. Returns false and appends nothing if
/// byte fallback is off or a byte token is not in the vocabulary.
bool Bpe::append_bytes(std::string_view character, bool first, bool last, Scratch& scratch) const {
  if (!byte_fallback_) return false;
  const std::size_t before = scratch.symbols_.size();
  const std::string_view prefix = first ? std::string_view() : std::string_view(prefix_);
  const std::string_view suffix = last ? std::string_view(suffix_) : std::string_view();
  for (const std::string_view part : {prefix, character, suffix}) {
    for (const char byte : part) {
      const auto id = byte_tokens_[static_cast<unsigned char>(byte)];
      if (!id) {
        scratch.symbols_.resize(before);
        return false;
      }
      scratch.symbols_.push_back({*id, 1, kNoSymbol, kNoSymbol});
    }
  }
  return true;
}

void Bpe::append_uncached(std::size_t size, Scratch& scratch) const {
  if (size == 0) return;
  scratch.symbols_.push_back(
      {unknown_.id_for_text(), static_cast<std::uint32_t>(size), kNoSymbol, kNoSymbol});
}

/// Applies the merges. Symbols that are merged into another have size 0 afterwards. Most candidates
/// exist from the start, and sorting them once is cheaper than putting them all in the heap.
void Bpe::merge(Symbols& symbols, Scratch& scratch) const {
  auto& first = scratch.first_candidates_;
  auto& later = scratch.later_candidates_;
  first.clear();
  later.clear();
  for (std::uint32_t i = 0; i < symbols.size(); ++i) {
    symbols[i].previous = i == 0 ? kNoSymbol : i - 1;
    symbols[i].next = i + 1 == symbols.size() ? kNoSymbol : i + 1;
    note_candidate(symbols, i, first);
  }
  std::ranges::sort(first, {}, &Scratch::Candidate::turn);
  const auto note = [&](std::uint32_t position) {
    if (note_candidate(symbols, position, later)) std::push_heap(later.begin(), later.end());
  };
  auto next = first.begin();
  const auto take = [&] {
    const bool is_first = next != first.end() && (later.empty() || next->turn < later.front().turn);
    if (is_first) return *next++;
    std::pop_heap(later.begin(), later.end());
    const Scratch::Candidate top = later.back();
    later.pop_back();
    return top;
  };
  while (next != first.end() || !later.empty()) {
    const Scratch::Candidate top = take();
    const std::uint32_t position = top.position();
    Scratch::Symbol& left = symbols[position];
    if (left.size == 0 || left.next == kNoSymbol) continue;
    Scratch::Symbol& right = symbols[left.next];
    // The symbols may have changed since the candidate was added. As in `tokenizers`, they still
    // merge if the result is the same token, even if their own merge has a later turn.
    const auto* merge = merges_.find(left.id, right.id);
    if (merge == nullptr || merge->id != top.id) continue;
    left.id = top.id;
    left.size += right.size;
    left.next = right.next;
    right.size = 0;
    if (left.next != kNoSymbol) symbols[left.next].previous = position;
    if (left.previous != kNoSymbol) note(left.previous);
    note(position);
  }
}

/// If a symbol and its right neighbor merge, adds them to the candidates and returns true.
bool Bpe::note_candidate(const Symbols& symbols, std::uint32_t position,
                         std::vector<Scratch::Candidate>& candidates) const {
  const Scratch::Symbol& left = symbols[position];
  if (left.next == kNoSymbol) return false;
  const auto* merge = merges_.find(left.id, symbols[left.next].id);
  if (merge == nullptr) return false;
  candidates.push_back({std::uint64_t{merge->rank} << 32 | position, merge->id});
  return true;
}

}  // namespace m2v::tokenizer
