#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::tokenize {

/// A token that a model found in a word: its id and which bytes of the word it stands for. Words of
/// megabytes have millions of them, so they are kept small; no word has 4 GB.
struct Piece {
  std::uint32_t id = 0;
  std::uint32_t begin = 0, end = 0;

  Piece() = default;
  Piece(std::uint32_t token, std::size_t from, std::size_t to)
      : id(token), begin(static_cast<std::uint32_t>(from)), end(static_cast<std::uint32_t>(to)) {}
};

}  // namespace m2v::tokenize
