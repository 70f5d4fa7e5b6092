#include "tokenizer/fast/word_ids.h"

#include <algorithm>
#include <variant>

namespace m2v::tokenizer {
namespace {

constexpr std::string_view kShortWords = ":words.short";
constexpr std::string_view kLongWords = ":words.long";

}  // namespace

WordIds::WordIds(const Model& model, Spelling spelling, const formats::Sections* compiled,
                 IsWord is_word)
    : model_(model), wordpiece_(std::get_if<WordPiece>(&model)), spelling_(spelling) {
  if (compiled != nullptr) {
    short_words_ = IdTable<WordKey<1>>::load(*compiled, kShortWords);
    long_words_ = IdTable<WordKey<2>>::load(*compiled, kLongWords);
  } else {
    fill_tables(is_word);
  }
}

void WordIds::save(formats::Sections& sections) const {
  short_words_.save(sections, kShortWords);
  long_words_.save(sections, kLongWords);
}

void WordIds::fill_tables(IsWord is_word) {
  std::vector<IdTable<WordKey<1>>::Entry> short_words;
  std::vector<IdTable<WordKey<2>>::Entry> long_words;
  Scratch scratch;
  for (const auto& [token, id] : vocabulary_of(model_).entries()) {
    for (const std::string& word : words_spelled(spelling_, token)) {
      const bool fits = !word.empty() && word.size() <= WordKey<2>::kMaxBytes &&
                        word.find('\0') == std::string::npos;
      if (!fits || (is_word != nullptr && !is_word(word))) continue;
      scratch.pieces.clear();
      tokenize(model_, token, scratch.pieces, scratch.model);
      if (scratch.pieces.size() != 1) continue;
      char padded[WordKey<2>::kMaxBytes] = {};
      word.copy(padded, word.size());
      if (word.size() <= WordKey<1>::kMaxBytes) {
        short_words.push_back({{padded, word.size()}, scratch.pieces[0].id});
      } else {
        long_words.push_back({{padded, word.size()}, scratch.pieces[0].id});
      }
    }
  }
  // Vocabularies list frequent tokens first, by and large.
  std::ranges::stable_sort(short_words, {}, &IdTable<WordKey<1>>::Entry::id);
  std::ranges::stable_sort(long_words, {}, &IdTable<WordKey<2>>::Entry::id);
  short_words_ = IdTable<WordKey<1>>(short_words);
  long_words_ = IdTable<WordKey<2>>(long_words);
}

bool WordIds::can_serve(const Model& model) noexcept {
  const auto* bpe = std::get_if<Bpe>(&model);
  return bpe == nullptr || !bpe->spells_affixes_in_bytes();
}

std::uint32_t* WordIds::append_uncached(const char* word, std::size_t size, std::uint32_t* out,
                                        Scratch& scratch) const {
  if (size > WordCache::kMaxBytes) return run_model({word, size}, out, scratch);
  WordCache::Entry& entry = scratch.cache.find(word, size);
  if (entry.count != 0) return entry.copy_ids(out);
  std::uint32_t* const end = run_model({word, size}, out, scratch);
  const auto count = static_cast<std::size_t>(end - out);
  if (count <= WordCache::kMaxIds) {
    std::copy(out, end, entry.ids);
    entry.count = static_cast<std::uint32_t>(count);
  }
  return end;
}

std::uint32_t* WordIds::run_model(std::string_view word, std::uint32_t* out,
                                  Scratch& scratch) const {
  if (spelling_ == Spelling::kAsIs && wordpiece_ != nullptr)
    return wordpiece_->append_ids(word, out);
  scratch.pieces.clear();
  spell(spelling_, word, scratch.spelled);
  tokenize(model_, scratch.spelled, scratch.pieces, scratch.model);
  for (const Piece& piece : scratch.pieces) *out++ = piece.id;
  return out;
}

}  // namespace m2v::tokenizer
