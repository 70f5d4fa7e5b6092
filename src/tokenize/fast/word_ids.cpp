#include "tokenize/fast/word_ids.h"

#include <algorithm>
#include <variant>

namespace m2v::tokenize {

WordIds::WordIds(const Model& model, Spelling spelling, IsWord is_word)
    : model_(model), wordpiece_(std::get_if<WordPiece>(&model)), spelling_(spelling) {
  fill_tables(is_word);
}

void WordIds::fill_tables(IsWord is_word) {
  struct Word {
    std::string text;
    std::uint32_t id;
  };
  std::vector<Word> words;
  std::size_t short_words = 0;
  Scratch scratch;
  for (const auto& [token, id] : vocabulary_of(model_).entries()) {
    for (std::string& word : words_spelled(spelling_, token)) {
      const bool fits = !word.empty() && word.size() <= WordKey<2>::kMaxBytes &&
                        word.find('\0') == std::string::npos;
      if (!fits || (is_word != nullptr && !is_word(word))) continue;
      scratch.pieces.clear();
      tokenize(model_, token, scratch.pieces, scratch.model);
      if (scratch.pieces.size() != 1) continue;
      short_words += word.size() <= WordKey<1>::kMaxBytes ? 1 : 0;
      words.push_back({std::move(word), scratch.pieces[0].id});
    }
  }
  // Vocabularies have the frequent tokens first, by and large.
  std::stable_sort(words.begin(), words.end(),
                   [](const Word& a, const Word& b) { return a.id < b.id; });
  short_words_.reserve(short_words);
  long_words_.reserve(words.size() - short_words);
  for (const Word& word : words) {
    char padded[WordKey<2>::kMaxBytes] = {};
    word.text.copy(padded, word.text.size());
    if (word.text.size() <= WordKey<1>::kMaxBytes) {
      short_words_.insert({padded, word.text.size()}, word.id);
    } else {
      long_words_.insert({padded, word.text.size()}, word.id);
    }
  }
}

bool WordIds::can_serve(const Model& model) noexcept {
  const auto* bpe = std::get_if<Bpe>(&model);
  return bpe == nullptr || !bpe->spells_affixes_in_bytes();
}

std::size_t WordIds::most_ids(std::size_t bytes) const noexcept {
  switch (spelling_) {
    case Spelling::kMetaspace:  // three bytes more a word, and there may be an empty one
      return 4 * (bytes + 1);
    case Spelling::kSpacedByteLevel:
      return 2 * bytes;
    default:
      return bytes;
  }
}

std::uint32_t* WordIds::append_unknown(const char* word, std::size_t size, std::uint32_t* out,
                                       Scratch& scratch) const {
  if (size > WordCache::kMaxBytes) return ask_model({word, size}, out, scratch);
  WordCache::Entry& entry = scratch.cache.find(word, size);
  if (entry.count != 0) return entry.copy_ids(out);
  std::uint32_t* const end = ask_model({word, size}, out, scratch);
  const auto count = static_cast<std::size_t>(end - out);
  if (count <= WordCache::kMaxIds) {
    std::copy(out, end, entry.ids);
    entry.count = static_cast<std::uint32_t>(count);
  }
  return end;
}

std::uint32_t* WordIds::ask_model(std::string_view word, std::uint32_t* out,
                                  Scratch& scratch) const {
  if (spelling_ == Spelling::kAsIs && wordpiece_ != nullptr)
    return wordpiece_->append_ids(word, out);
  scratch.pieces.clear();
  spell(spelling_, word, scratch.spelled);
  tokenize(model_, scratch.spelled, scratch.pieces, scratch.model);
  for (const Piece& piece : scratch.pieces) *out++ = piece.id;
  return out;
}

}  // namespace m2v::tokenize
