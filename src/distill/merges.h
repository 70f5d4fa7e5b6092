#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/json.h"

namespace m2v::distillation {

/// The merges of a BPE model, first ones first.
class Merges {
 public:
  using Merge = std::pair<std::string, std::string>;

  Merges() = default;
  /// Reads `$.model.merges`: pairs, or strings with a space between the two. Throws FormatError.
  static Merges read(const core::JsonAt& json);
  core::Json as_json() const;

  const std::vector<Merge>& list() const noexcept { return list_; }

  /// The characters of a word, and every token that its merges make on the way to the last ones.
  std::vector<std::string> steps(std::string_view word) const;

  /// Appends merges of neighbours, two by two, until the word becomes one token. Returns the tokens
  /// that they join, each once, sorted.
  std::vector<std::string> add_word(std::string_view word);

  template <typename Lost>
  void remove(const Lost& lost) {
    if (std::erase_if(list_, lost) > 0) index();
  }

 private:
  void index();
  void add(const std::string& left, const std::string& right);
  void merge_all(std::vector<std::string>& parts, std::vector<std::string>* made) const;

  std::vector<Merge> list_;
  std::unordered_map<std::string, std::size_t> ranks_;  // by key() of the two
};

}  // namespace m2v::distillation
