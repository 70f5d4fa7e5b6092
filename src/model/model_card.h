#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace m2v::store {

/// What the front matter of a model card says.
struct CardData {
  std::string base_model = {};  ///< Empty if unknown.
  /// Empty: none that can be read. That of a model without a card is model2vec's own.
  std::string license = "mit";
  std::vector<std::string> languages = {};
  std::vector<std::string> tags = {};
  /// Lines of YAML that are kept as they are: the members that are not ours, comments, and those of
  /// ours that we cannot read, which are then not written again.
  std::string other_lines = {};
};

/// Reads the front matter at the beginning of a card. A member of ours that cannot be read gives a
/// warning, which begins with `file` and the line's number; nothing is lost, see other_lines.
CardData read_card(std::string_view markdown, const std::string& file,
                   std::vector<std::string>& warnings);

/// What the card of a model says of the licence of another one that is made of it. A licence that
/// cannot be read without the rest of the card becomes a comment.
CardData license_of(const CardData& card);

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

/// The whole README.md. The usual tags are added.
std::string write_card(const CardData& card, const std::string& model_name, const CardUses& uses,
                       const CardFacts& facts = {});

}  // namespace m2v::store
