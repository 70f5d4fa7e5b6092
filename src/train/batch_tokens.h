#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "train/random.h"
#include "train/token_lists.h"

namespace m2v::train {

/// The tokens of a batch in two orders: text by text, as they are pooled, and table row by table
/// row, as the gradients are added up. An "occurrence" is one token of one text.
class BatchTokens {
 public:
  /// `row_of` is the table row of each token; if it is empty, tokens are rows. `rows` is the number
  /// of rows in the table.
  BatchTokens(std::vector<std::uint32_t> row_of, std::size_t rows);

  /// Reads the tokens of the given texts. `weights` has a factor per token, or is null. If
  /// `dropout` is above 0, that fraction of the tokens is left out at random, but never all tokens
  /// of a text.
  void read(const TokenLists& lists, std::span<const std::size_t> texts, const float* weights,
            float dropout, Random& random);

  std::size_t texts() const { return text_offsets_.size() - 1; }

  // In the order of the texts.

  /// Where each text's positions begin: texts() + 1 values.
  const std::uint32_t* text_offsets() const { return text_offsets_.data(); }
  /// By occurrence: its row of the table.
  const std::uint32_t* occurrence_rows() const { return occurrence_rows_.data(); }
  /// By occurrence: its token's weight, divided by the number of the text's tokens.
  const float* occurrence_scales() const { return occurrence_scales_.data(); }

  // In the order of the rows.

  /// The table rows that the batch uses, each of them once.
  std::span<const std::uint32_t> rows() const { return rows_; }
  /// Where each row's occurrences begin: rows().size() + 1 values.
  const std::uint32_t* row_offsets() const { return row_offsets_.data(); }
  /// By occurrence: its text in the batch.
  const std::uint32_t* sources() const { return sources_.data(); }
  /// By occurrence: its token's weight, divided by the number of the text's tokens.
  const float* scales() const { return scales_.data(); }
  /// By occurrence: its token.
  const std::uint32_t* tokens() const { return tokens_.data(); }
  /// By occurrence: 1, divided by the number of the text's tokens.
  const float* fractions() const { return fractions_.data(); }

 private:
  void drop(float dropout, Random& random);
  void pool(const float* weights);
  void sort_by_row();

  std::vector<std::uint32_t> row_of_;
  /// By row: its index in rows_, or kNone; all kNone between calls.
  std::vector<std::uint32_t> slot_;

  std::vector<std::uint32_t> text_offsets_, occurrence_tokens_, occurrence_rows_;
  std::vector<float> occurrence_scales_, occurrence_fractions_;
  std::vector<std::uint32_t> rows_, row_offsets_, sources_, tokens_;
  std::vector<float> scales_, fractions_;
};

}  // namespace m2v::train
