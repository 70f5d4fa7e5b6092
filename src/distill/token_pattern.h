#pragma once

#include <string>
#include <string_view>

#include "tokenizer/regex/onig_pattern.h"

namespace m2v::distillation {

/// A regular expression in Python's syntax over code points, with Unicode classes. It matches texts
/// at their start, as Python's re.match does.
class Pattern {
 public:
  /// Throws std::invalid_argument, with the reason, if the expression is malformed.
  explicit Pattern(const std::string& expression);

  /// Throws Error if matching this text exceeds the limit for backtracking.
  bool matches_start(std::string_view text) const { return pattern_.matches_start(text); }

 private:
  tokenizer::OnigPattern pattern_;
};

}  // namespace m2v::distillation
