#include "tokenize/fast/word_ids.h"

#include <algorithm>
#include <variant>

namespace m2v::tokenize {

namespace {

bool fits_table(std::string_view word) {
  return !word.empty() && word.size() <= WordTable::kMaxBytes &&
         word.find('\0') == std::string_view::npos;
}

/// How many words can be put into the table at the most.
std::size_t words_to_know(const Model& model, Spelling spelling) {
  const std::size_t each = spelling == Spelling::kSpacedByteLevel ? 2 : 1;
  return each * vocabulary_of(model).size();
}

}  // namespace

WordIds::WordIds(const Model& model, Spelling spelling)
    : model_(model), spelling_(spelling), table_(words_to_know(model, spelling)) {
  Scratch scratch;
  for (const auto& [token, id] : vocabulary_of(model).entries()) {
    for (const std::string& word : words_spelled(spelling, token)) {
      if (!fits_table(word)) continue;
      scratch.pieces.clear();
      tokenize(model, token, scratch.pieces, scratch.model);
      if (scratch.pieces.size() == 1) table_.insert(word, &scratch.pieces[0].id, 1);
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

void WordIds::add(const char* word, std::size_t size, Batch& batch,
                  Scratch& scratch) const noexcept {
  Batch::Word& entry = batch.words[batch.count++];
  entry.text = word;
  entry.size = size;
  entry.home = nullptr;
  // Few vocabularies have whole words of other scripts: the cache answers for them.
  const bool ascii = static_cast<unsigned char>(word[0]) < 0x80;
  if (ascii && size <= WordTable::kMaxBytes) {
    entry.key = WordKey<2>(word, size);
    entry.home = table_.home(entry.key);
    __builtin_prefetch(entry.home);
  } else if (size <= WordCache::kMaxBytes) {
    scratch.cache.prefetch(word, size);
  }
}

std::uint32_t* WordIds::take(Batch& batch, std::uint32_t* out, Scratch& scratch) const {
  for (std::size_t i = 0; i < batch.count; ++i) {
    const Batch::Word& word = batch.words[i];
    if (word.home != nullptr) {
      if (const WordTable::Entry* known = table_.find(word.key, word.home)) {
        out = known->copy_ids(out);
        continue;
      }
    }
    out = take_unknown(word.text, word.size, out, scratch);
  }
  batch.count = 0;
  return out;
}

std::uint32_t* WordIds::take_unknown(const char* word, std::size_t size, std::uint32_t* out,
                                     Scratch& scratch) const {
  if (size > WordCache::kMaxBytes) return ask_model({word, size}, out, scratch);
  const auto [entry, hit] = scratch.cache.find(word, size);
  if (hit) return entry.copy_ids(out);
  std::uint32_t* const end = ask_model({word, size}, out, scratch);
  const auto count = static_cast<std::size_t>(end - out);
  if (count <= WordCache::Entry::kMaxIds) {
    std::copy(out, end, entry.ids);
    entry.count = static_cast<std::uint32_t>(count);
  }
  return end;
}

std::uint32_t* WordIds::ask_model(std::string_view word, std::uint32_t* out,
                                  Scratch& scratch) const {
  scratch.pieces.clear();
  spell(spelling_, word, scratch.spelled);
  tokenize(model_, scratch.spelled, scratch.pieces, scratch.model);
  for (const Piece& piece : scratch.pieces) *out++ = piece.id;
  return out;
}

WordWriter::WordWriter(const WordIds& words, std::size_t bytes, std::vector<std::uint32_t>& ids,
                       std::size_t limit, WordIds::Scratch& scratch)
    : words_(words), ids_(ids), scratch_(scratch) {
  const std::size_t before = ids.size();
  ids.resize(before + words.most_ids(bytes) + WordIds::kWriteAhead);
  out_ = ids.data() + before;
  stop_ = ids.data() + std::min(limit, ids.size());
}

bool WordWriter::add_empty() {
  out_ = words_.take(batch_, out_, scratch_);
  out_ = words_.ask_model({}, out_, scratch_);
  return out_ < stop_;
}

void WordWriter::finish() {
  out_ = words_.take(batch_, out_, scratch_);
  ids_.resize(static_cast<std::size_t>(out_ - ids_.data()));
}

}  // namespace m2v::tokenize
