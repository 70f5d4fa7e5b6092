#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::tokenizer {

/// A token that a model found in a word: its id and the bytes [begin, end) of the word that it
/// represents. A word of several megabytes has millions of pieces, so they are small. Words have
/// less than 4 GB.
struct Piece {
  std::uint32_t id = 0;
  std::uint32_t begin = 0, end = 0;

  Piece() = default;
  Piece(std::uint32_t token, std::size_t from, std::size_t to)
      : id(token), begin(static_cast<std::uint32_t>(from)), end(static_cast<std::uint32_t>(to)) {}
};

}  // namespace m2v::tokenizer
