#pragma once

#include <utility>
#include <variant>
#include <vector>

#include "core/json.h"
#include "core/sections.h"
#include "tokenize/aligned_text.h"
#include "tokenize/normalizers/bert.h"
#include "tokenize/normalizers/byte_level.h"
#include "tokenize/normalizers/lowercase.h"
#include "tokenize/normalizers/nmt.h"
#include "tokenize/normalizers/normal_forms.h"
#include "tokenize/normalizers/precompiled.h"
#include "tokenize/normalizers/prepend.h"
#include "tokenize/normalizers/replace.h"
#include "tokenize/normalizers/strip.h"
#include "tokenize/normalizers/strip_accents.h"

namespace m2v::tokenize {

/// A normalizer rewrites a text before it is split into words. Each kind has
/// `void normalize(AlignedText& text) const`.
using NormalizerStep =
    std::variant<BertNormalizer, ByteLevelNormalizer, Lowercase, Nmt, Precompiled, Prepend, Replace,
                 Strip, StripAccents, UnicodeNormalizer>;

/// The steps of a tokenizer's normalizer, Sequences flattened. No steps: the text stays as it is.
class Normalizer {
 public:
  Normalizer() = default;
  explicit Normalizer(std::vector<NormalizerStep> steps) : steps_(std::move(steps)) {}
  /// Reads `$.normalizer`; large parts come from `compiled` where they were put there. Throws
  /// FormatError for a type that it does not know.
  static Normalizer parse(const core::JsonAt& json, const core::Sections* compiled = nullptr);

  void normalize(AlignedText& text) const;
  const std::vector<NormalizerStep>& steps() const noexcept { return steps_; }

 private:
  std::vector<NormalizerStep> steps_;
};

}  // namespace m2v::tokenize
