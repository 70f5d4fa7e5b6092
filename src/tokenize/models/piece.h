#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::tokenize {

/// A token that a model found in a word: its id and which bytes of the word it stands for.
struct Piece {
  std::uint32_t id;
  std::size_t begin, end;
};

}  // namespace m2v::tokenize
