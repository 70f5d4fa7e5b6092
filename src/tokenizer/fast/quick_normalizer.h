#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tokenizer/normalizers/normalizer.h"

namespace m2v::tokenizer {

/// Applies any normalizer to UTF-8 without computing offsets. For steps that map characters one by
/// one, the results are looked up: those of ASCII in a table, those of other characters in a cache.
/// If the text has a character that may interact with its neighbors (a mark, a joiner, ...), the
/// normalizer itself runs such a step.
class QuickNormalizer {
 public:
  /// The normalizer must outlive this object.
  explicit QuickNormalizer(const Normalizer& normalizer);

  /// Reusable working memory. It may be used by only one thread at a time. Normalizers may share it
  /// only if their mappings are the same, because the cache is keyed by mapping number.
  struct Scratch {
    /// A cached result: the normalized form of a character, or that the character is not simple.
    struct Entry {
      std::uint32_t key = 0;  ///< Identifies the mapping and the character; 0 if empty.
      std::uint8_t size = 0;  ///< Number of bytes, or 255 if the character is not simple.
      char bytes[11] = {};    ///< The normalized form in UTF-8.
    };
    std::vector<Entry> characters = std::vector<Entry>(4096);
    std::string before;
    std::size_t original_size = 0;
    std::vector<std::pair<std::size_t, std::size_t>> matches;
  };

  enum class Result {
    kRefused,    ///< Ill-formed UTF-8, or a NUL, which words must not contain. `out` is unchanged.
    kFromStart,  ///< The first output character comes from the first character of the text.
    kFromFurther,  ///< It comes from a later character, or the output is empty.
  };
  /// Writes the normalized form of `text` to `out`. Throws Error if a step makes the text far too
  /// long (see check_growth()).
  Result normalize(std::string_view text, std::string& out, Scratch& scratch) const;

 private:
  /// Consecutive steps that map characters one by one.
  struct Mapping {
    std::span<const NormalizerStep> steps;
    std::uint32_t number;                 // index among the mappings
    std::array<bool, 128> keeps_ascii{};  // whether the steps leave the character unchanged
  };
  using Step = std::variant<Mapping, const Replace*, const Strip*, const Prepend*>;

  bool apply(const Mapping& mapping, std::string& text, Scratch& scratch) const;
  bool apply(const Replace* replace, std::string& text, Scratch& scratch) const;
  bool apply(const Strip* strip, std::string& text, Scratch& scratch) const;
  bool apply(const Prepend* prepend, std::string& text, Scratch& scratch) const;

  std::vector<Step> steps_;
};

}  // namespace m2v::tokenizer
