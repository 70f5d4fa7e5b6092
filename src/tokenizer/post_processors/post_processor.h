#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "m2v/tokenizer.h"

namespace m2v::tokenize {

/// What a post-processor puts around one sequence of tokens, or two: TemplateProcessing,
/// BertProcessing, RobertaProcessing; ByteLevel changes offsets only, and Sequence is one after the
/// other.
class PostProcessor {
 public:
  using Tokens = std::vector<EncodedToken>;

  PostProcessor() = default;
  /// Reads `$.post_processor`. Throws FormatError for a type that it does not know.
  static PostProcessor parse(const core::JsonAt& json);

  /// One sequence or two, with their special tokens if these are wanted.
  Tokens apply(std::vector<Tokens> sequences, bool add_special_tokens) const;
  /// The ids of one sequence with its special tokens.
  std::vector<std::uint32_t> apply(const std::vector<std::uint32_t>& ids) const;
  /// Whether it changes offsets, and what it makes of those of one sequence.
  bool trims() const noexcept;
  void trim(Tokens& tokens) const;
  /// How many special tokens that makes.
  std::size_t special_tokens(bool pair) const;

 private:
  /// A sequence, or special tokens.
  struct Item {
    std::optional<std::size_t> sequence = {};
    Tokens special = {};
    std::string missing = {};  ///< A special token that the template speaks of, but does not have.
    std::uint32_t type_id = 0;
  };
  /// TemplateProcessing. It makes each of its items a part for the step that comes next.
  struct Template {
    std::vector<Item> single, pair;

    void apply(std::vector<Tokens>& parts, bool add_special_tokens) const;
  };
  /// BertProcessing and RobertaProcessing: what they put around the first part that they are given,
  /// and around all others.
  struct Around {
    EncodedToken first, last;
    bool is_roberta = false;  ///< A separator before the others, too; all types are 0.

    void apply(std::vector<Tokens>& parts, bool add_special_tokens) const;
  };
  struct Step {
    std::optional<bool> trim_offsets = {};  ///< Whether a space was put in front of the text.
    bool numbers_parts = false;             ///< ByteLevel makes each part a sequence.
    std::optional<Template> by_template = {};
    std::optional<Around> around = {};
  };

  void append(const core::JsonAt& json);
  void append_template(const core::JsonAt& json);
  void append_around(const core::JsonAt& json, bool is_roberta);

  std::vector<Step> steps_;
  std::size_t parts_ = 1;  // that the steps make of one sequence
};

}  // namespace m2v::tokenize
