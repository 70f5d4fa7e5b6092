#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "train/random.h"
#include "train/token_lists.h"

namespace m2v::train {

/// A batch's tokens, twice: text by text, as they are pooled, and row by row of the table, as the
/// gradients come back. "Place" is one token at one position of one text.
class BatchTokens {
 public:
  /// `row_of`: the table's row of each token; empty: the token itself. `rows`: how many there are.
  BatchTokens(std::vector<std::uint32_t> row_of, std::size_t rows);

  /// `weights`: a factor of each token, or null. With `dropout` above 0, that share of the tokens
  /// is left out, but never all of a text.
  void read(const TokenLists& lists, std::span<const std::size_t> texts, const float* weights,
            float dropout, Random& random);

  std::size_t texts() const { return text_offsets_.size() - 1; }

  // Text by text.
  const std::uint32_t* text_offsets() const { return text_offsets_.data(); }
  const std::uint32_t* place_rows() const { return place_rows_.data(); }
  const float* place_scales() const { return place_scales_.data(); }

  // Row by row, each row that occurs once.
  std::span<const std::uint32_t> rows() const { return rows_; }
  const std::uint32_t* row_offsets() const { return row_offsets_.data(); }
  const std::uint32_t* sources() const { return sources_.data(); }  ///< The texts of the places.
  const float* scales() const { return scales_.data(); }
  const std::uint32_t* tokens() const { return tokens_.data(); }
  const float* shares() const { return shares_.data(); }  ///< The scales without the weights.

 private:
  void drop(float dropout, Random& random);
  void pool(const float* weights);
  void sort_by_row();

  std::vector<std::uint32_t> row_of_;
  std::vector<std::uint32_t> slot_;  ///< By row: its number in this batch, kNone outside it.

  std::vector<std::uint32_t> text_offsets_, place_tokens_, place_rows_;
  std::vector<float> place_scales_, place_shares_;
  std::vector<std::uint32_t> rows_, row_offsets_, sources_, tokens_;
  std::vector<float> scales_, shares_;
};

}  // namespace m2v::train
