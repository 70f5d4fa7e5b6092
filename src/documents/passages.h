#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "documents/document.h"

namespace m2v::documents {

/// A passage of a document.
struct Piece {
  std::size_t begin = 0, end = 0;  ///< Byte range [begin, end) in the document's text.
  std::uint32_t location = 1;      ///< Line or page on which it begins, as in Block.
  std::uint32_t title = 0;         ///< Index into Pieces::titles.
};

/// The passages of a stretch of a document, in order.
struct Pieces {
  std::vector<Piece> pieces;
  std::vector<std::string> titles;  ///< An empty string where there is neither title nor heading.
};

/// The limits of passages.
struct PassageSizes {
  std::size_t tokens = 0;   ///< Maximum number of tokens of a passage.
  std::size_t overlap = 0;  ///< Maximum number of tokens repeated from the passage before.
};

/// Returns the number of tokens of a text.
using CountTokens = std::function<std::size_t(std::string_view)>;

/// A part of a document that can be cut independently of the others.
struct Stretch {
  std::span<const Block> blocks;  ///< Views of the document's blocks.
  std::vector<std::string> path;  ///< Headings above it, one per level; empty where there is none.
};

/// Divides a document into stretches of about `bytes` of text for parallel work. The document must
/// outlive them.
std::vector<Stretch> divide(const Document& document, std::size_t bytes);

/// Cuts a stretch into passages, by the rules of m2v::Corpus::read(). The tokens of a passage are
/// the sum over its paragraphs or sentences, which are counted one by one.
Pieces cut_into_passages(const Document& document, const Stretch& stretch,
                         const PassageSizes& sizes, const CountTokens& count);

}  // namespace m2v::documents
