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
  struct Item {
    bool is_sequence;
    std::vector<std::uint32_t> special_ids;
  };
  using Template = std::vector<Item>;

  void append(const core::JsonAt& json);
  static Template parse_template(const core::JsonAt& json);
  static Template parse_pair(const core::JsonAt& json);

  std::vector<Template> templates_;
};

}  // namespace m2v::tokenize
