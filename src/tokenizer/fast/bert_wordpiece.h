#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tokenize/fast/fast_road.h"
#include "tokenize/pipeline.h"

namespace m2v::tokenize {

/// The fast road for BertNormalizer + BertPreTokenizer + WordPiece, the tokenizer of most models.
/// One pass normalizes and cuts the text (ASCII 64 bytes at a time, other characters through a
/// table made at load time); WordIds knows the ids of the words. Gives what
/// Pipeline::encode gives, for any bytes.
class BertWordPiece : public FastRoad {
 public:
  /// Null if the pipeline is of another kind. The pipeline must outlive the result.
  static std::unique_ptr<const FastRoad> compile(const Pipeline& pipeline,
                                                 const core::Sections* compiled);

  bool encode(std::string_view text, bool at_start, IdBuffer& ids, std::size_t limit,
              Scratch& scratch) const override;
  void save(core::Sections& sections) const override { words_.save(sections); }

 private:
  /// What one character becomes, where that is at most one character of up to three bytes.
  struct Mapped {
    enum class Kind : std::uint8_t { kWord, kGap, kIsolated, kRemoved, kComplex };
    std::array<char, 3> bytes{};
    std::uint8_t size = 0;
    Kind kind = Kind::kComplex;
  };
  static constexpr char32_t kTableEnd = 0x3400;

  BertWordPiece(const Model& model, const BertNormalizer& normalizer,
                const core::Sections* compiled);

  Mapped map(char32_t c) const;
  bool normalize(std::string_view text, Scratch& scratch) const;
  bool append_mapped(char32_t c, Scratch& scratch) const;
  bool append_complex(char32_t c, Scratch& scratch) const;
  BertNormalizer normalizer_;
  WordIds words_;
  std::vector<Mapped> table_;  // of the code points below kTableEnd
};

}  // namespace m2v::tokenize
