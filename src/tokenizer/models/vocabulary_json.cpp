#include "tokenizer/models/vocabulary_json.h"

#include <string>

#include "m2v/error.h"

namespace m2v::tokenizer {
namespace {

// Ids are indices of arrays, which a single excessive id must not make huge, and values of a trie.
constexpr std::int64_t kMaxId = Trie::kValueLimit - 1;

}  // namespace

Vocabulary read_vocabulary(const base::JsonAt& model, const formats::Sections* compiled) {
  if (compiled != nullptr) return Vocabulary::load(*compiled);
  return Vocabulary(parse_vocabulary(model.at("vocab")));
}

std::vector<Vocabulary::Entry> parse_vocabulary(const base::JsonAt& json) {
  std::vector<Vocabulary::Entry> entries;
  entries.reserve(json.object().size());
  for (const auto& [token, value] : json.object()) {
    if (!value.is_integer() || value.integer() < 0 || value.integer() > kMaxId) {
      throw FormatError(json.file(), json.path() + "[\"" + token + "\"]",
                        "expected a token id from 0 to " + std::to_string(kMaxId));
    }
    entries.push_back({token, static_cast<std::uint32_t>(value.integer())});
  }
  return entries;
}

}  // namespace m2v::tokenizer
