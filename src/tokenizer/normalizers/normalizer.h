#pragma once

#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "formats/sections.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/normalizers/bert.h"
#include "tokenizer/normalizers/byte_level.h"
#include "tokenizer/normalizers/lowercase.h"
#include "tokenizer/normalizers/nmt.h"
#include "tokenizer/normalizers/normal_forms.h"
#include "tokenizer/normalizers/precompiled.h"
#include "tokenizer/normalizers/prepend.h"
#include "tokenizer/normalizers/replace.h"
#include "tokenizer/normalizers/strip.h"
#include "tokenizer/normalizers/strip_accents.h"

namespace m2v::tokenizer {

/// One step of a normalizer, which rewrites a text before it is split into words. Each kind has
/// `void normalize(AlignedText& text) const`, and those with options have a parse() that throws
/// FormatError if they are malformed.
using NormalizerStep =
    std::variant<BertNormalizer, ByteLevelNormalizer, Lowercase, Nmt, Precompiled, Prepend, Replace,
                 Strip, StripAccents, UnicodeNormalizer>;

/// The normalizer of a tokenizer: its steps, with every Sequence flattened. Without steps, it
/// leaves the text unchanged. Immutable.
class Normalizer {
 public:
  Normalizer() = default;
  explicit Normalizer(std::vector<NormalizerStep> steps) : steps_(std::move(steps)) {}
  /// Reads `$.normalizer`. If `compiled` is not null, character maps may come from its sections.
  /// Throws FormatError if the content is malformed or has an unknown type.
  static Normalizer parse(const base::JsonAt& json, const formats::Sections* compiled = nullptr);

  /// Applies all steps. Throws Error if a step makes the text far too long (see check_growth()), or
  /// Cancelled.
  void normalize(AlignedText& text) const;
  const std::vector<NormalizerStep>& steps() const noexcept { return steps_; }

 private:
  std::vector<NormalizerStep> steps_;
};

}  // namespace m2v::tokenizer
