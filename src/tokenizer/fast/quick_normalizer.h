#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tokenize/normalizers/normalizer.h"

namespace m2v::tokenize {

/// Any normalizer, in UTF-8 and without keeping track of places. Steps that change characters one
/// by one are looked up: ASCII in a table, other characters in a cache of those met before. A text
/// with a character that may act on its neighbours (a mark, a joiner, ...) goes to the normalizer
/// itself, for such a step.
class QuickNormalizer {
 public:
  /// The normalizer must outlive this.
  explicit QuickNormalizer(const Normalizer& normalizer);

  /// The memory of one thread.
  struct Scratch {
    /// What a character becomes, or that it is not simple.
    struct Entry {
      std::uint32_t key = 0;  ///< Of step and character; 0: empty.
      std::uint8_t size = 0;
      char bytes[11] = {};
    };
    std::vector<Entry> characters = std::vector<Entry>(4096);
    std::string before;
    std::size_t original_size = 0;
    std::vector<std::pair<std::size_t, std::size_t>> matches;
  };

  enum class Result {
    kRefused,      ///< Ill-formed UTF-8, or a NUL, which words must not have: nothing was done.
    kFromStart,    ///< The first character comes from the first of the text.
    kFromFurther,  ///< It comes from a later one; or there is none.
  };
  Result normalize(std::string_view text, std::string& out, Scratch& scratch) const;

 private:
  /// Consecutive steps that change characters one by one.
  struct Mapping {
    std::span<const NormalizerStep> steps;
    std::uint32_t number;                 // among the mappings
    std::array<bool, 128> keeps_ascii{};  // characters that stay as they are
  };
  using Step = std::variant<Mapping, const Replace*, const Strip*, const Prepend*>;

  bool apply(const Mapping& mapping, std::string& text, Scratch& scratch) const;
  bool apply(const Replace* replace, std::string& text, Scratch& scratch) const;
  bool apply(const Strip* strip, std::string& text, Scratch& scratch) const;
  bool apply(const Prepend* prepend, std::string& text, Scratch& scratch) const;

  std::vector<Step> steps_;
};

}  // namespace m2v::tokenize
