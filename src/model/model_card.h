#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace m2v::model {

/// The front matter of a model card.
struct CardData {
  std::string base_model = {};  ///< Empty if unknown.
  /// Empty if there is none that can be read. The default, for models without a card, is the one
  /// that model2vec writes.
  std::string license = "mit";
  std::vector<std::string> languages = {};
  std::vector<std::string> tags = {};
  /// Lines of YAML that are copied unchanged: comments, members that m2v does not write, and
  /// members that it writes but could not read. The latter are not written a second time.
  std::string other_lines = {};
};

/// Reads the front matter at the beginning of a card. If a line cannot be read, appends a warning
/// that begins with `file` and the line number; the line itself is kept in CardData::other_lines.
CardData read_card(std::string_view markdown, const std::string& file,
                   std::vector<std::string>& warnings);

/// Returns the license part of a card, for the card of a model that is derived from the first. A
/// license that cannot be read without the rest of the card (a YAML alias) becomes a comment.
CardData license_of(const CardData& card);

/// Returns whether write_card() wrote this card, so that a save may overwrite it.
bool is_generated_card(std::string_view markdown);

/// Returns a generated card as it is uploaded to the hub: its examples name the repository instead
/// of a folder.
std::string card_for_hub(std::string_view markdown, const std::string& repository);

/// The programs besides m2v that can load a model.
struct CardUses {
  bool model2vec = true;
  bool sentence_transformers = true;
};

/// The rows of the table in a card: pairs of name and value.
using CardFacts = std::vector<std::pair<std::string, std::string>>;

/// Returns the whole README.md. Adds the tags "embeddings", "static-embeddings" and
/// "sentence-transformers" where they are missing.
std::string write_card(const CardData& card, const std::string& model_name, const CardUses& uses,
                       const CardFacts& facts = {});

}  // namespace m2v::model
