#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/document.h"

namespace m2v::corpus {

/// A passage of a document.
struct Piece {
  std::size_t begin = 0, end = 0;  ///< Bytes of the document's text.
  std::uint32_t place = 1;         ///< As in Block.
  std::uint32_t title = 0;         ///< Which of the titles of its Pieces.
};

/// The passages of a stretch of a document, in order.
struct Pieces {
  std::vector<Piece> pieces;
  std::vector<std::string> titles;  ///< Empty where there is no heading.
};

struct PassageSizes {
  std::size_t tokens = 0;   ///< At most, in all.
  std::size_t overlap = 0;  ///< At most, of the passage before.
};

using CountTokens = std::function<std::size_t(std::string_view)>;

/// A stretch of a document that can be cut by itself.
struct Stretch {
  std::span<const Block> blocks;
  std::vector<std::string> path;  ///< The headings above it, by level; empty strings: none.
};

/// Divides a document into stretches of about `bytes`, so that threads can share it.
std::vector<Stretch> divide(const Document& document, std::size_t bytes);

/// Cuts a stretch into passages, as m2v::Corpus promises. The tokens of a passage are those of its
/// paragraphs or sentences, counted one by one.
Pieces cut_into_passages(const Document& document, const Stretch& stretch,
                         const PassageSizes& sizes, const CountTokens& count);

}  // namespace m2v::corpus
