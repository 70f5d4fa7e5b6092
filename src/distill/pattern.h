#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace m2v::distillation {

/// A regular expression in Python's syntax over code points, with Unicode classes, that texts are
/// matched against at their start, like Python's re.match.
class Pattern {
 public:
  /// Throws std::invalid_argument, with the reason, for an expression that is none.
  explicit Pattern(const std::string& expression);

  /// Throws std::invalid_argument if the expression backtracks without end on this text.
  bool matches_start(std::string_view text) const;

 private:
  [[noreturn]] void fail(const std::string& problem) const;

  std::string expression_;
  std::shared_ptr<void> regex_;  // Oniguruma's
};

}  // namespace m2v::distillation
