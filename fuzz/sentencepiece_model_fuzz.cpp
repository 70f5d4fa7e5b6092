// Parses arbitrary bytes as a SentencePiece model, which must succeed or throw a FormatError.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/error.h"
#include "tokenizer/vocabulary_files/sentencepiece_merges.h"
#include "tokenizer/vocabulary_files/sentencepiece_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using m2v::tokenizer::SentencePieceModel;
  using m2v::tokenizer::Vocabulary;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const SentencePieceModel model = SentencePieceModel::parse(bytes, "fuzz");
    std::vector<Vocabulary::Entry> entries;
    for (const auto& piece : model.pieces) entries.push_back({piece.text, 0});
    m2v::tokenizer::merges_of(model.pieces, Vocabulary(std::move(entries)));
  } catch (const m2v::FormatError&) {
  }
  return 0;
}
