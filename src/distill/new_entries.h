#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/events.h"
#include "base/json.h"
#include "m2v/tokenizer.h"
#include "tokenizer/normalizers/normalizer.h"
#include "tokenizer/pre_tokenizers/pre_tokenizer.h"

namespace m2v::distillation {

/// Normalizes and pre-tokenizes texts as a tokenizer does before its model.
class PreTokenization {
 public:
  /// `tokenizer` is the root of a tokenizer.json. Throws FormatError.
  explicit PreTokenization(const base::JsonAt& tokenizer);

  /// Returns the normalized text.
  std::string normalize(std::string_view text) const;
  /// Returns the words of the normalized text; none of them is empty.
  std::vector<std::string> cut(std::string_view text) const;

 private:
  tokenizer::Normalizer normalizer_;
  tokenizer::PreTokenizer pre_tokenizer_;
};

/// A custom vocabulary, sorted by what becomes of its entries.
struct NewEntries {
  /// Words for the model's vocabulary, normalized and pre-tokenized.
  std::vector<std::string> words;
  /// Entries of several words, normalized, which become added tokens.
  std::vector<std::string> phrases;
  /// Texts of entries of several words. The model can never produce them as one token, so they are
  /// removed from its vocabulary.
  std::vector<std::string> multiword_texts;
  std::vector<std::string> accepted;  ///< The entries that became words or phrases.
  std::size_t left_out = 0;           ///< Number of entries left out.
};

/// Tells whether a token has a property, for example whether it is known.
using IsToken = std::function<bool(const std::string& token)>;

/// Sorts the entries. It skips entries of which the tokenizer leaves nothing, entries that are in
/// the vocabulary already or occur twice, and unwanted words; warnings report how many and give
/// examples.
NewEntries sort_entries(std::span<const std::string> vocabulary, const PreTokenization& cutter,
                        const IsToken& is_known, const IsToken& is_unwanted,
                        const base::Events& events);

/// Warns of entries that the new tokenizer does not encode as one token, which happens if a
/// normalizer does not leave its own output unchanged.
void warn_of_lost_entries(const NewEntries& entries, const Tokenizer& tokenizer,
                          const base::Events& events);

}  // namespace m2v::distillation
