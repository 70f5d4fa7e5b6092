#pragma once

#include <cstdint>
#include <vector>

#include "core/json.h"

namespace m2v::tokenize {

/// What a post-processor puts around the ids of one sequence: TemplateProcessing, BertProcessing,
/// RobertaProcessing; ByteLevel changes offsets only, and Sequence is one after the other.
class PostProcessor {
 public:
  PostProcessor() = default;
  /// Reads `$.post_processor`. Throws FormatError for a type that it does not know.
  static PostProcessor parse(const core::JsonAt& json);

  /// The sequence with its special tokens.
  std::vector<std::uint32_t> apply(std::vector<std::uint32_t> ids) const;

 private:
  using Ids = std::vector<std::uint32_t>;
  struct Item {
    bool is_sequence;
    Ids special_ids;
  };
  /// What one post-processor puts around the first part that it is given, and around all others.
  /// A template makes each of its items a part for the one that comes next.
  struct Step {
    bool is_template;
    std::vector<Item> first;
    std::vector<Item> others;
  };

  void append(const core::JsonAt& json);
  void append_template(const core::JsonAt& json);
  void append_pair(const core::JsonAt& json, bool separator_in_front);

  std::vector<Step> steps_;
  std::size_t parts_ = 1;  // that the steps make of one sequence
};

}  // namespace m2v::tokenize
