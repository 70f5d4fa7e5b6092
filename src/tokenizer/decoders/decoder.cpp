#include "tokenizer/decoders/decoder.h"

#include <string_view>
#include <utility>

namespace m2v::tokenizer {

Decoder Decoder::parse(const base::JsonAt& json) {
  Decoder decoder;
  decoder.is_given_ = true;
  decoder.append(json);
  return decoder;
}

void Decoder::append(const base::JsonAt& json) {
  const base::JsonAt kind = json.at("type");
  const std::string_view type = kind.string();
  if (type == "Sequence") {
    for (const base::JsonAt& step : json.at("decoders").elements()) append(step);
  } else if (type == "BPEDecoder") {
    steps_.emplace_back(BpeDecoder::parse(json));
  } else if (type == "ByteFallback") {
    steps_.emplace_back(ByteFallbackDecoder());
  } else if (type == "ByteLevel") {
    steps_.emplace_back(ByteLevelDecoder::parse(json));
  } else if (type == "CTC") {
    steps_.emplace_back(CtcDecoder::parse(json));
  } else if (type == "Fuse") {
    steps_.emplace_back(FuseDecoder());
  } else if (type == "Metaspace") {
    steps_.emplace_back(MetaspaceDecoder::parse(json));
  } else if (type == "Replace") {
    steps_.emplace_back(ReplaceDecoder::parse(json));
  } else if (type == "Strip") {
    steps_.emplace_back(StripDecoder::parse(json));
  } else if (type == "WordPiece") {
    steps_.emplace_back(WordPieceDecoder::parse(json));
  } else {
    kind.fail("unknown decoder type \"" + std::string(type) + "\"");
  }
}

std::string Decoder::decode(std::vector<std::string> tokens) const {
  for (const Step& step : steps_) {
    std::visit([&](const auto& kind) { kind.decode(tokens); }, step);
  }
  std::string text;
  for (const std::string& token : tokens) {
    if (!is_given_ && &token != &tokens.front()) text += ' ';
    text += token;
  }
  return text;
}

}  // namespace m2v::tokenizer
