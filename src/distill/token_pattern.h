#pragma once

#include <string>
#include <string_view>

#include "tokenize/regex/onig_pattern.h"

namespace m2v::distillation {

/// A regular expression in Python's syntax over code points, with Unicode classes, that texts are
/// matched against at their start, like Python's re.match.
class Pattern {
 public:
  /// Throws std::invalid_argument, with the reason, for an expression that is none.
  explicit Pattern(const std::string& expression);

  /// Throws Error if the expression backtracks without end on this text.
  bool matches_start(std::string_view text) const { return pattern_.matches_start(text); }

 private:
  tokenize::OnigPattern pattern_;
};

}  // namespace m2v::distillation
