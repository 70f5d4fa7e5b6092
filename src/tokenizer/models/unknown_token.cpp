#include "tokenizer/models/unknown_token.h"

#include <utility>

#include "m2v/error.h"

namespace m2v::tokenizer {

UnknownToken::UnknownToken(const base::JsonAt& json, const Vocabulary& vocabulary)
    : token_(json.string()),
      id_(vocabulary.find(token_)),
      file_(json.file()),
      location_(json.path()) {}

UnknownToken::UnknownToken(const base::JsonAt& json, std::string token, std::uint32_t id)
    : token_(std::move(token)), id_(id), file_(json.file()), location_(json.path()) {}

std::uint32_t UnknownToken::id_for_text() const {
  if (!id_) {
    throw FormatError(file_, location_,
                      "\"" + token_ + "\" is not in the vocabulary, but a text needs it");
  }
  return *id_;
}

}  // namespace m2v::tokenizer
