#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace m2v::store {

/// What the front matter of a model card says.
struct CardData {
  std::string base_model;  ///< Empty if unknown.
  std::string license;
  std::vector<std::string> languages;
  std::vector<std::string> tags;
};

/// Reads the front matter at the beginning of a card: the YAML between two lines of "---", of which
/// we know `key: value`, quoted text and lists; what is nested deeper is passed over. A line that
/// is none of it gives a warning, which begins with `file` and the line's number, and is skipped.
CardData read_card(std::string_view markdown, const std::string& file,
                   std::vector<std::string>& warnings);

/// Whether write_card() wrote this card, and so may write it anew.
bool is_generated_card(std::string_view markdown);

/// A generated card for a reader who finds it on the hub: its examples name the repository instead
/// of a folder.
std::string card_for_hub(std::string_view markdown, const std::string& repository);

/// Which programs a model can be used with beside m2v.
struct CardUses {
  bool model2vec = true;
  bool sentence_transformers = true;
};

/// What a card tells of a model in a table: what it is called, and what it is.
using CardFacts = std::vector<std::pair<std::string, std::string>>;

/// The whole README.md. An empty licence becomes "mit"; the usual tags are added.
std::string write_card(const CardData& card, const std::string& model_name, const CardUses& uses,
                       const CardFacts& facts = {});

}  // namespace m2v::store
