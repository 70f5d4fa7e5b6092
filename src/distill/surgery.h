#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "distill/teacher.h"

namespace m2v::distillation {

/// The static model's tokenizer, and where each of its tokens comes from.
struct Surgery {
  core::Json tokenizer;
  std::vector<std::string> tokens;          ///< In order of the new ids: 0, 1, 2, ...
  std::vector<std::uint32_t> original_ids;  ///< The teacher's id of each token.
  std::size_t teacher_tokens = 0;
};

/// Removes from a teacher's tokenizer what a static model has no use for: the post-processor,
/// truncation and padding; every added token but those for unknown text and for padding, from the
/// vocabulary too; and the tokens that `remove_pattern` (a regular expression as Python
/// writes them) matches at their start, never the one for unknown text. Ids are
/// renumbered in order of the old ones. Throws FormatError, or std::invalid_argument for a bad
/// pattern or one that leaves nothing.
Surgery operate(const Teacher& teacher, const std::optional<std::string>& remove_pattern,
                const core::Events& events);

}  // namespace m2v::distillation
