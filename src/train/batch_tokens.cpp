#include "train/batch_tokens.h"

#include <limits>

namespace m2v::train {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

}  // namespace

BatchTokens::BatchTokens(std::vector<std::uint32_t> row_of, std::size_t rows)
    : row_of_(std::move(row_of)), slot_(rows, kNone) {}

void BatchTokens::read(const TokenLists& lists, std::span<const std::size_t> texts,
                       const float* weights, float dropout, Random& random) {
  text_offsets_.assign(1, 0);
  occurrence_tokens_.clear();
  for (const std::size_t text : texts) {
    const auto tokens = lists[text];
    occurrence_tokens_.insert(occurrence_tokens_.end(), tokens.begin(), tokens.end());
    text_offsets_.push_back(static_cast<std::uint32_t>(occurrence_tokens_.size()));
  }
  if (dropout > 0) drop(dropout, random);
  pool(weights);
  sort_by_row();
}

void BatchTokens::drop(float dropout, Random& random) {
  std::size_t kept = 0;
  for (std::size_t t = 0, begin = 0; t < texts(); ++t) {
    const std::size_t end = text_offsets_[t + 1], first = kept;
    const std::uint32_t fallback = begin < end ? occurrence_tokens_[begin] : 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (random.uniform() >= dropout) occurrence_tokens_[kept++] = occurrence_tokens_[i];
    }
    if (kept == first && begin < end) occurrence_tokens_[kept++] = fallback;
    begin = end;
    text_offsets_[t + 1] = static_cast<std::uint32_t>(kept);
  }
  occurrence_tokens_.resize(kept);
}

/// Sets each position's row and its contribution to the mean of its text.
void BatchTokens::pool(const float* weights) {
  const std::size_t locations = occurrence_tokens_.size();
  occurrence_rows_.resize(locations);
  occurrence_scales_.resize(locations);
  occurrence_fractions_.resize(locations);
  for (std::size_t t = 0; t < texts(); ++t) {
    const std::size_t begin = text_offsets_[t], end = text_offsets_[t + 1];
    const float fraction = 1.0f / static_cast<float>(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint32_t token = occurrence_tokens_[i];
      occurrence_rows_[i] = row_of_.empty() ? token : row_of_[token];
      occurrence_fractions_[i] = fraction;
      occurrence_scales_[i] = weights == nullptr ? fraction : fraction * weights[token];
    }
  }
}

/// Sorts the positions by row. Rows are in the order of their first occurrence, and the positions
/// of a row in the order of the texts.
void BatchTokens::sort_by_row() {
  const std::size_t locations = occurrence_rows_.size();
  rows_.clear();
  row_offsets_.assign(1, 0);
  for (const std::uint32_t row : occurrence_rows_) {
    if (slot_[row] == kNone) {
      slot_[row] = static_cast<std::uint32_t>(rows_.size());
      rows_.push_back(row);
      row_offsets_.push_back(0);
    }
    ++row_offsets_[slot_[row] + 1];
  }
  for (std::size_t r = 0; r < rows_.size(); ++r) row_offsets_[r + 1] += row_offsets_[r];
  sources_.resize(locations);
  scales_.resize(locations);
  fractions_.resize(locations);
  tokens_.resize(locations);
  for (std::size_t t = 0; t < texts(); ++t) {
    for (std::size_t i = text_offsets_[t]; i < text_offsets_[t + 1]; ++i) {
      const std::uint32_t at = row_offsets_[slot_[occurrence_rows_[i]]]++;
      sources_[at] = static_cast<std::uint32_t>(t);
      scales_[at] = occurrence_scales_[i];
      fractions_[at] = occurrence_fractions_[i];
      tokens_[at] = occurrence_tokens_[i];
    }
  }
  // The loop has moved each row's offset from its beginning to its end, which is the next row's
  // beginning.
  for (std::size_t r = rows_.size(); r > 0; --r) row_offsets_[r] = row_offsets_[r - 1];
  row_offsets_[0] = 0;
  for (const std::uint32_t row : rows_) slot_[row] = kNone;
}

}  // namespace m2v::train
