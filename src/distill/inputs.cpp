#include "distill/inputs.h"

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "base/impl_access.h"
#include "distill/template.h"
#include "m2v/error.h"
#include "m2v/tokenizer.h"
#include "text/unicode.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/tokenizer_impl.h"

namespace m2v::distillation {
namespace {

bool spells_bytes(const tokenizer::Pipeline& pipeline) {
  for (const auto& step : pipeline.pre_tokenizer.steps()) {
    if (std::holds_alternative<tokenizer::ByteLevel>(step)) return true;
  }
  for (const auto& step : pipeline.normalizer.steps()) {
    if (std::holds_alternative<tokenizer::ByteLevelNormalizer>(step)) return true;
  }
  return false;
}

/// Returns the text that the characters of a byte-level token stand for; no value if there are
/// other characters or the text is not well-formed UTF-8.
std::optional<std::string> spelled_text(std::string_view token) {
  static const auto kBytes = [] {
    std::unordered_map<char32_t, char> bytes;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      bytes[tokenizer::kByteAlphabet[byte]] = static_cast<char>(byte);
    }
    return bytes;
  }();
  std::string text;
  for (std::size_t position = 0; position < token.size();) {
    const auto byte = kBytes.find(text::decode_utf8(token, position));
    if (byte == kBytes.end()) return std::nullopt;
    text += byte->second;
  }
  return text::is_well_formed(text) ? std::optional(text) : std::nullopt;
}

/// Encodes tokens that the teacher's vocabulary lacks.
class NewTokenEncoder {
 public:
  NewTokenEncoder(const Teacher& teacher, const Template& around)
      : tokenizer_(Tokenizer::from_json(teacher.tokenizer.dump(), teacher.tokenizer_path)),
        around_(around),
        spells_bytes_(spells_bytes(impl_of(tokenizer_).pipeline)) {}

  encoder::Sequence encode(const std::string& token, bool is_phrase) const {
    if (!spells_bytes_ || is_phrase) return tokenizer_.encode_with_special_tokens(token);
    if (const auto text = spelled_text(token)) return tokenizer_.encode_with_special_tokens(*text);
    return encode_characters(token);
  }

 private:
  /// Encodes a token that is not well-formed text, such as part of a character's bytes, with the
  /// model alone.
  encoder::Sequence encode_characters(const std::string& token) const {
    std::vector<tokenizer::Piece> pieces;
    tokenizer::ModelScratch scratch;
    tokenizer::tokenize(impl_of(tokenizer_).pipeline.model, token, pieces, scratch);
    encoder::Sequence ids = around_.before;
    for (const tokenizer::Piece& piece : pieces) ids.push_back(piece.id);
    ids.insert(ids.end(), around_.after.begin(), around_.after.end());
    return ids;
  }

  Tokenizer tokenizer_;
  const Template& around_;
  bool spells_bytes_;
};

}  // namespace

std::vector<encoder::Sequence> make_inputs(const RewrittenTokenizer& rewritten,
                                           const Teacher& teacher,
                                           const encoder::Encoder& encoder) {
  const Template around = read_template(base::JsonAt(teacher.tokenizer, teacher.tokenizer_path));
  std::optional<NewTokenEncoder> new_tokens;
  const auto check = [&](const encoder::Sequence& ids, const std::string& what,
                         const char* location) {
    for (const std::uint32_t id : ids) {
      if (id < encoder.vocabulary_size()) continue;
      throw FormatError(teacher.tokenizer_path, location,
                        what + " has the id " + std::to_string(id) + ", but the model has only " +
                            std::to_string(encoder.vocabulary_size()) + " embeddings");
    }
  };
  check(around.before, "a special token", "$.post_processor");
  check(around.after, "a special token", "$.post_processor");
  std::vector<encoder::Sequence> inputs;
  inputs.reserve(rewritten.tokens.size());
  for (std::size_t i = 0; i < rewritten.tokens.size(); ++i) {
    const std::string name = "token \"" + rewritten.tokens[i] + "\"";
    encoder::Sequence input;
    if (rewritten.original_ids[i] != RewrittenTokenizer::kNewToken) {
      input = around.before;
      input.push_back(rewritten.original_ids[i]);
      input.insert(input.end(), around.after.begin(), around.after.end());
    } else {
      if (!new_tokens) new_tokens.emplace(teacher, around);
      input =
          new_tokens->encode(rewritten.tokens[i], i + rewritten.phrases >= rewritten.tokens.size());
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
