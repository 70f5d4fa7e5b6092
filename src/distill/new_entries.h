#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/events.h"
#include "core/json.h"
#include "m2v/tokenizer.h"
#include "tokenize/normalizers/normalizer.h"
#include "tokenize/pre_tokenizers/pre_tokenizer.h"

namespace m2v::distillation {

/// How a tokenizer prepares a text for its model.
class WordCutter {
 public:
  /// `tokenizer` is the root of a tokenizer.json. Throws FormatError.
  explicit WordCutter(const core::JsonAt& tokenizer);

  std::string normalize(std::string_view text) const;
  std::vector<std::string> cut(std::string_view text) const;  ///< The words, none empty.

 private:
  tokenize::Normalizer normalizer_;
  tokenize::PreTokenizer pre_tokenizer_;
};

/// What becomes of the entries of a custom vocabulary.
struct NewEntries {
  std::vector<std::string> words;    ///< For the model, as it sees them.
  std::vector<std::string> phrases;  ///< Entries of several words, to be added tokens.
  /// Tokens that the model cannot find, since they are entries of several words.
  std::vector<std::string> misplaced;
  std::vector<std::string> accepted;  ///< The entries that became words or phrases.
  std::size_t left_out = 0;           ///< Entries that became nothing.
};

using IsToken = std::function<bool(const std::string& token)>;

/// Sorts the entries. Those of which the tokenizer leaves nothing, that are there already, or that
/// come twice are skipped, and so are words that are unwanted; a warning tells how many.
NewEntries sort_entries(std::span<const std::string> vocabulary, const WordCutter& cutter,
                        const IsToken& is_known, const IsToken& is_unwanted,
                        const core::Events& events);

/// Warns of entries that the new tokenizer does not find in a text as one token: some normalizers
/// rewrite what they have written.
void warn_of_lost_entries(const NewEntries& entries, const Tokenizer& tokenizer,
                          const core::Events& events);

}  // namespace m2v::distillation
