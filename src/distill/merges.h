#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/json.h"

namespace m2v::distillation {

/// The merges of a BPE model, in order of priority.
class Merges {
 public:
  /// The left and the right token of a merge.
  using Merge = std::pair<std::string, std::string>;

  /// No merges.
  Merges() = default;
  /// Reads `$.model.merges`: pairs, or strings with one space between the two tokens. Throws
  /// FormatError.
  static Merges read(const base::JsonAt& json);
  /// Returns the merges as a JSON array of pairs.
  base::Json as_json() const;

  const std::vector<Merge>& list() const noexcept { return list_; }

  /// Returns the characters of a word and every token that merging it produces, including the last
  /// ones.
  std::vector<std::string> steps(std::string_view word) const;

  /// Appends merges of adjacent tokens, pair by pair, until the word becomes one token. Returns the
  /// tokens that these merges join, without duplicates, sorted.
  std::vector<std::string> add_word(std::string_view word);

  /// Removes the merges for which `lost(merge)` is true.
  template <typename Lost>
  void remove(const Lost& lost) {
    if (std::erase_if(list_, lost) > 0) index();
  }

 private:
  void index();
  void add(const std::string& left, const std::string& right);
  void merge_all(std::vector<std::string>& parts, std::vector<std::string>* made) const;

  std::vector<Merge> list_;
  std::unordered_map<std::string, std::size_t> ranks_;  // priority by key() of both tokens
};

}  // namespace m2v::distillation
