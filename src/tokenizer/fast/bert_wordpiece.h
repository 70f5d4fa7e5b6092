#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/fast/fast_path.h"
#include "tokenizer/pipeline.h"

namespace m2v::tokenizer {

/// The fast path for BertNormalizer + BertPreTokenizer + WordPiece, the tokenizer of most models.
/// One pass normalizes the text and splits it into words: ASCII in blocks of 64 bytes, and other
/// characters through a table that is built at load time. WordIds then looks up the ids of the
/// words.
class BertWordPiece : public FastPath {
 public:
  /// Returns null if the pipeline is not of this kind. The pipeline must outlive the result.
  static std::unique_ptr<const FastPath> compile(const Pipeline& pipeline,
                                                 const formats::Sections* compiled);

  bool encode(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
              Scratch& scratch) const override;
  void save(formats::Sections& sections) const override { words_.save(sections); }

 private:
  /// The result of normalizing one character, if it is at most one character of up to three bytes.
  /// kComplex marks the other characters.
  struct Mapped {
    enum class Kind : std::uint8_t { kWord, kGap, kIsolated, kRemoved, kComplex };
    std::array<char, 3> bytes{};
    std::uint8_t size = 0;
    Kind kind = Kind::kComplex;
  };
  static constexpr char32_t kTableEnd = 0x3400;

  BertWordPiece(const Model& model, const BertNormalizer& normalizer,
                const formats::Sections* compiled);

  Mapped map(char32_t c) const;
  bool normalize(std::string_view text, Scratch& scratch) const;
  bool append_mapped(char32_t c, Scratch& scratch) const;
  bool append_complex(char32_t c, Scratch& scratch) const;
  BertNormalizer normalizer_;
  WordIds words_;
  std::vector<Mapped> table_;  // indexed by code point, for those below kTableEnd
};

}  // namespace m2v::tokenizer
