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
  place_tokens_.clear();
  for (const std::size_t text : texts) {
    const auto tokens = lists[text];
    place_tokens_.insert(place_tokens_.end(), tokens.begin(), tokens.end());
    text_offsets_.push_back(static_cast<std::uint32_t>(place_tokens_.size()));
  }
  if (dropout > 0) drop(dropout, random);
  pool(weights);
  sort_by_row();
}

void BatchTokens::drop(float dropout, Random& random) {
  std::size_t kept = 0;
  for (std::size_t t = 0, begin = 0; t < texts(); ++t) {
    const std::size_t end = text_offsets_[t + 1], first = kept;
    const std::uint32_t spare = begin < end ? place_tokens_[begin] : 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (random.uniform() >= dropout) place_tokens_[kept++] = place_tokens_[i];
    }
    if (kept == first && begin < end) place_tokens_[kept++] = spare;
    begin = end;
    text_offsets_[t + 1] = static_cast<std::uint32_t>(kept);
  }
  place_tokens_.resize(kept);
}

/// Each place's row, and its share of the text's mean.
void BatchTokens::pool(const float* weights) {
  const std::size_t places = place_tokens_.size();
  place_rows_.resize(places);
  place_scales_.resize(places);
  place_shares_.resize(places);
  for (std::size_t t = 0; t < texts(); ++t) {
    const std::size_t begin = text_offsets_[t], end = text_offsets_[t + 1];
    const float share = 1.0f / static_cast<float>(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint32_t token = place_tokens_[i];
      place_rows_[i] = row_of_.empty() ? token : row_of_[token];
      place_shares_[i] = share;
      place_scales_[i] = weights == nullptr ? share : share * weights[token];
    }
  }
}

/// Rows in the order in which they occur first, the places of each in the order of the texts.
void BatchTokens::sort_by_row() {
  const std::size_t places = place_rows_.size();
  rows_.clear();
  row_offsets_.assign(1, 0);
  for (const std::uint32_t row : place_rows_) {
    if (slot_[row] == kNone) {
      slot_[row] = static_cast<std::uint32_t>(rows_.size());
      rows_.push_back(row);
      row_offsets_.push_back(0);
    }
    ++row_offsets_[slot_[row] + 1];
  }
  for (std::size_t r = 0; r < rows_.size(); ++r) row_offsets_[r + 1] += row_offsets_[r];
  sources_.resize(places);
  scales_.resize(places);
  shares_.resize(places);
  tokens_.resize(places);
  for (std::size_t t = 0; t < texts(); ++t) {
    for (std::size_t i = text_offsets_[t]; i < text_offsets_[t + 1]; ++i) {
      const std::uint32_t at = row_offsets_[slot_[place_rows_[i]]]++;
      sources_[at] = static_cast<std::uint32_t>(t);
      scales_[at] = place_scales_[i];
      shares_[at] = place_shares_[i];
      tokens_[at] = place_tokens_[i];
    }
  }
  // Filling has moved each row's beginning to its end, the next one's beginning.
  for (std::size_t r = rows_.size(); r > 0; --r) row_offsets_[r] = row_offsets_[r - 1];
  row_offsets_[0] = 0;
  for (const std::uint32_t row : rows_) slot_[row] = kNone;
}

}  // namespace m2v::train
