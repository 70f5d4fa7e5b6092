// Any bytes as a SentencePiece model: it is read or throws FormatError.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/error.h"
#include "tokenize/files/sentencepiece_merges.h"
#include "tokenize/files/sentencepiece_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using m2v::tokenize::SentencePieceModel;
  using m2v::tokenize::Vocabulary;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const SentencePieceModel model = SentencePieceModel::parse(bytes, "fuzz");
    std::vector<Vocabulary::Entry> entries;
    for (const auto& piece : model.pieces) entries.push_back({piece.text, 0});
    m2v::tokenize::merges_of(model.pieces, Vocabulary(std::move(entries)));
  } catch (const m2v::FormatError&) {
  }
  return 0;
}
