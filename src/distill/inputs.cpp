#include "distill/inputs.h"

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "distill/template.h"
#include "m2v/error.h"
#include "m2v/tokenizer.h"
#include "tokenize/byte_alphabet.h"
#include "tokenize/tokenizer_impl.h"
#include "unicode/unicode.h"

namespace m2v::distillation {
namespace {

bool spells_bytes(const tokenize::Pipeline& pipeline) {
  for (const auto& step : pipeline.pre_tokenizer.steps()) {
    if (std::holds_alternative<tokenize::ByteLevel>(step)) return true;
  }
  for (const auto& step : pipeline.normalizer.steps()) {
    if (std::holds_alternative<tokenize::ByteLevelNormalizer>(step)) return true;
  }
  return false;
}

/// The text that byte-level characters spell; none if they are others or it is no UTF-8.
std::optional<std::string> spelled_text(std::string_view token) {
  static const auto kBytes = [] {
    std::unordered_map<char32_t, char> bytes;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      bytes[tokenize::kByteAlphabet[byte]] = static_cast<char>(byte);
    }
    return bytes;
  }();
  std::string text;
  for (std::size_t position = 0; position < token.size();) {
    const auto byte = kBytes.find(unicode::decode_utf8(token, position));
    if (byte == kBytes.end()) return std::nullopt;
    text += byte->second;
  }
  return unicode::is_well_formed(text) ? std::optional(text) : std::nullopt;
}

/// Encodes what the teacher has no token for.
class NewTokenEncoder {
 public:
  NewTokenEncoder(const Teacher& teacher, const Template& around)
      : tokenizer_(Tokenizer::from_json(teacher.tokenizer.dump(), teacher.tokenizer_path)),
        around_(around),
        spells_bytes_(spells_bytes(tokenizer_.impl().pipeline)) {}

  encoder::Sequence encode(const std::string& token, bool is_phrase) const {
    if (!spells_bytes_ || is_phrase) return tokenizer_.encode_with_special_tokens(token);
    if (const auto text = spelled_text(token)) return tokenizer_.encode_with_special_tokens(*text);
    return encode_characters(token);
  }

 private:
  /// A part of a character's bytes is no text: the model takes it as it is spelled.
  encoder::Sequence encode_characters(const std::string& token) const {
    std::vector<tokenize::Piece> pieces;
    tokenize::ModelScratch scratch;
    tokenize::tokenize(tokenizer_.impl().pipeline.model, token, pieces, scratch);
    encoder::Sequence ids = around_.before;
    for (const tokenize::Piece& piece : pieces) ids.push_back(piece.id);
    ids.insert(ids.end(), around_.after.begin(), around_.after.end());
    return ids;
  }

  Tokenizer tokenizer_;
  const Template& around_;
  bool spells_bytes_;
};

}  // namespace

std::vector<encoder::Sequence> make_inputs(const Surgery& surgery, const Teacher& teacher,
                                           const encoder::Encoder& encoder) {
  const Template around = read_template(core::JsonAt(teacher.tokenizer, teacher.tokenizer_path));
  std::optional<NewTokenEncoder> new_tokens;
  const auto check = [&](const encoder::Sequence& ids, const std::string& what, const char* place) {
    for (const std::uint32_t id : ids) {
      if (id < encoder.vocabulary_size()) continue;
      throw FormatError(teacher.tokenizer_path, place,
                        what + " has the id " + std::to_string(id) + ", but the model has only " +
                            std::to_string(encoder.vocabulary_size()) + " embeddings");
    }
  };
  check(around.before, "a special token", "$.post_processor");
  check(around.after, "a special token", "$.post_processor");
  std::vector<encoder::Sequence> inputs;
  inputs.reserve(surgery.tokens.size());
  for (std::size_t i = 0; i < surgery.tokens.size(); ++i) {
    const std::string name = "token \"" + surgery.tokens[i] + "\"";
    encoder::Sequence input;
    if (surgery.original_ids[i] != Surgery::kNewToken) {
      input = around.before;
      input.push_back(surgery.original_ids[i]);
      input.insert(input.end(), around.after.begin(), around.after.end());
    } else {
      if (!new_tokens) new_tokens.emplace(teacher, around);
      input = new_tokens->encode(surgery.tokens[i], i + surgery.phrases >= surgery.tokens.size());
    }
    check(input, name, "$.model.vocab");
    if (input.empty() || input.size() > encoder.max_length()) {
      throw std::invalid_argument("vocabulary: " + name + " is " + std::to_string(input.size()) +
                                  " tokens to the teacher, which reads 1 to " +
                                  std::to_string(encoder.max_length()) + "; leave it out");
    }
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace m2v::distillation
