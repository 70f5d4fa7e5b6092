#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::tokenizer {

/// The parts of a SentencePiece model file (sentencepiece_model.proto) that are needed to build a
/// tokenizer.
struct SentencePieceModel {
  /// TrainerSpec.model_type.
  enum class Type { kUnigram = 1, kBpe = 2 };
  struct Piece {
    static constexpr std::uint64_t kControl = 3;      ///< Value of `type` for control symbols.
    static constexpr std::uint64_t kUserDefined = 4;  ///< Value of `type` for user-defined symbols.
    std::string text;
    double score = 0;
    std::uint64_t type = 1;
  };

  std::vector<Piece> pieces;
  Type type = Type::kUnigram;
  std::uint32_t unknown_id = 0;
  std::string unknown_piece = "<unk>";
  std::string charsmap;  ///< The precompiled character map, as raw bytes; empty if there is none.

  /// Reads the bytes of a model file. `file` names it in error messages. Throws FormatError if the
  /// content is malformed, has no pieces, or is neither a unigram nor a BPE model.
  static SentencePieceModel parse(std::string_view bytes, const std::string& file);
};

}  // namespace m2v::tokenizer
