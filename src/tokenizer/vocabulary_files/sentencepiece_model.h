#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::tokenize {

/// What a SentencePiece model file holds, as far as tokenizers are built from it.
struct SentencePieceModel {
  enum class Type { kUnigram = 1, kBpe = 2 };
  struct Piece {
    static constexpr std::uint64_t kControl = 3;
    static constexpr std::uint64_t kUserDefined = 4;
    std::string text;
    double score = 0;
    std::uint64_t type = 1;
  };

  std::vector<Piece> pieces;
  Type type = Type::kUnigram;
  std::uint32_t unknown_id = 0;
  std::string unknown_piece = "<unk>";
  std::string charsmap;  ///< The precompiled one, as raw bytes; empty: none.

  /// Throws FormatError.
  static SentencePieceModel parse(std::string_view bytes, const std::string& file);
};

}  // namespace m2v::tokenize
