#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/json.h"
#include "tokenize/normalizers/bert.h"

namespace m2v::tokenize {

/// A normalizer rewrites a text before it is split into words. Each kind has
/// `void normalize(std::string& text) const`; `text` is valid UTF-8 before and after.
using NormalizerStep = std::variant<BertNormalizer>;

/// The steps of a tokenizer's normalizer, Sequences flattened. No steps: the text stays as it is.
class Normalizer {
 public:
  Normalizer() = default;
  /// Reads `$.normalizer`. Throws FormatError for a type that it does not know.
  static Normalizer parse(const core::JsonAt& json);

  void normalize(std::string& text) const;
  const std::vector<NormalizerStep>& steps() const noexcept { return steps_; }

 private:
  std::vector<NormalizerStep> steps_;
};

}  // namespace m2v::tokenize
