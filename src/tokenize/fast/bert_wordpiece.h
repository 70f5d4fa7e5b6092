#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tokenize/fast/normalized_text.h"
#include "tokenize/fast/word_cache.h"
#include "tokenize/pipeline.h"

namespace m2v::tokenize {

/// The fast road for BertNormalizer + BertPreTokenizer + WordPiece, the tokenizer of most models.
/// One pass normalizes and cuts the text (ASCII 64 bytes at a time, other characters through a
/// table made at load time); each word is looked up in a cache, and what the cache lacks goes to
/// the model. Gives what Pipeline::encode gives, for any bytes.
class BertWordPiece {
 public:
  /// Null if the pipeline is of another kind. The pipeline must outlive the result.
  static std::unique_ptr<BertWordPiece> compile(const Pipeline& pipeline);

  /// The memory of one thread.
  struct Scratch {
    NormalizedText text;
    WordCache<2> short_words{13};
    WordCache<4> long_words{12};
    std::u32string decomposed, lowered;
  };

  /// Appends the ids of a text that holds no added token, until `limit` ids are there in all.
  /// Returns false, with `ids` as before, if the text needs the plain road: marks that must change
  /// places.
  bool encode(std::string_view text, std::vector<std::uint32_t>& ids, std::size_t limit,
              Scratch& scratch) const;

 private:
  /// What one character becomes, where that is at most one character of up to three bytes.
  struct Mapped {
    enum class Kind : std::uint8_t { kWord, kGap, kIsolated, kRemoved, kComplex };
    std::array<char, 3> bytes{};
    std::uint8_t size = 0;
    Kind kind = Kind::kComplex;
  };
  static constexpr char32_t kTableEnd = 0x3400;

  BertWordPiece(const WordPiece& model, const BertNormalizer& normalizer);

  Mapped map(char32_t c) const;
  bool normalize(std::string_view text, Scratch& scratch) const;
  bool append_mapped(char32_t c, Scratch& scratch) const;
  bool append_complex(char32_t c, Scratch& scratch) const;
  void append_ids(const char* word, std::size_t size, std::vector<std::uint32_t>& ids,
                  Scratch& scratch) const;

  const WordPiece& model_;
  BertNormalizer normalizer_;
  std::vector<Mapped> table_;  // of the code points below kTableEnd
};

}  // namespace m2v::tokenize
