#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "m2v/tokenizer.h"

namespace m2v::tokenizer {

/// The post-processor, which adds special tokens to one sequence of tokens or to a pair:
/// TemplateProcessing, BertProcessing and RobertaProcessing. ByteLevel changes offsets and sequence
/// indices only. Every Sequence is flattened. Immutable.
class PostProcessor {
 public:
  using Tokens = std::vector<EncodedToken>;

  PostProcessor() = default;
  /// Reads `$.post_processor`. Throws FormatError if it is malformed or has an unknown type.
  static PostProcessor parse(const base::JsonAt& json);

  /// Returns the tokens of one or two sequences, with special tokens if `add_special_tokens` is
  /// true. Throws Error if a template cannot be applied to a pair.
  Tokens apply(std::vector<Tokens> sequences, bool add_special_tokens) const;
  /// Returns the ids of one sequence with its special tokens.
  std::vector<std::uint32_t> apply(const std::vector<std::uint32_t>& ids) const;
  /// Returns whether a step trims offsets.
  bool trims() const noexcept;
  /// Trims the offsets of the tokens of one sequence.
  void trim(Tokens& tokens) const;
  /// Returns the number of special tokens that apply() adds to one sequence or to a pair.
  std::size_t special_tokens(bool pair) const;

 private:
  /// An item of a template: a sequence or a special token.
  struct Item {
    std::optional<std::size_t> sequence = {};  ///< Index of the sequence; empty: special tokens.
    Tokens special = {};                       ///< The tokens of the special token.
    std::string missing = {};  ///< Name of a special token that the template does not define.
    std::uint32_t type_id = 0;
  };
  /// TemplateProcessing. Each of its items becomes one part for the next step.
  struct Template {
    std::vector<Item> single, pair;

    void apply(std::vector<Tokens>& parts, bool add_special_tokens) const;
  };
  /// BertProcessing and RobertaProcessing: `first` before the first part, `last` after every part.
  struct Around {
    EncodedToken first, last;  ///< The classifier token and the separator.
    bool is_roberta = false;   ///< Also puts `last` before the other parts; all type ids are 0.

    void apply(std::vector<Tokens>& parts, bool add_special_tokens) const;
  };
  struct Step {
    /// If set, the step trims offsets; the value is that of `add_prefix_space`.
    std::optional<bool> trim_offsets = {};
    bool numbers_parts = false;  ///< ByteLevel: sets sequence indices to part indices.
    std::optional<Template> by_template = {};
    std::optional<Around> around = {};
  };

  void append(const base::JsonAt& json);
  void append_template(const base::JsonAt& json);
  void append_pair_processing(const base::JsonAt& json, bool is_roberta);

  std::vector<Step> steps_;
  std::size_t parts_ = 1;  // number of parts that the steps make of one sequence
};

}  // namespace m2v::tokenizer
