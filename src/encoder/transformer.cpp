#include "encoder/transformer.h"

#include <algorithm>

#include "simd/product.h"
#include "simd/transformer.h"

namespace m2v::encoder {
namespace {

/// Returns the input of one half of a layer: the hidden states, or a normalized copy of them.
const float* input_of(const NormPlacement& norms, std::size_t rows, std::size_t hidden,
                      Workspace& w) {
  if (!norms.before) return w.hidden.data();
  std::copy_n(w.hidden.data(), rows * hidden, w.normalized_input.data());
  norms.before->apply(w.normalized_input.data(), rows);
  return w.normalized_input.data();
}

/// Applies the last Linear of one half of a layer and adds the result to the hidden states.
void add_output(const Linear& linear, const float* x, const NormPlacement& norms, std::size_t rows,
                std::size_t hidden, Workspace& w) {
  if (norms.after) {
    linear.apply(x, rows, w.normalized_input.data(), w.scratch);
    norms.after->apply(w.normalized_input.data(), rows);
    simd::add(w.hidden.data(), w.normalized_input.data(), rows * hidden, w.hidden.data());
  } else {
    linear.apply(x, rows, w.hidden.data(), w.scratch);
  }
  if (norms.sum) norms.sum->apply(w.hidden.data(), rows);
}

/// Computes the hidden states of the distinct rows, the input of the first layer.
void embed(const Embeddings& embeddings, const DistinctRows& distinct, Workspace& w) {
  const std::size_t dim = embeddings.dim(), rows = distinct.rows.size();
  float* const begin = embeddings.projection ? w.wide.data() : w.hidden.data();
  float* row = begin;
  for (const auto& [id, position] : distinct.rows) {
    embeddings.words.read(id, row);
    if (embeddings.scale != 1) std::for_each_n(row, dim, [&](float& x) { x *= embeddings.scale; });
    if (!embeddings.positions.empty()) {
      simd::add(row, embeddings.positions.data() + position * dim, dim, row);
    }
    if (!embeddings.constant.empty()) simd::add(row, embeddings.constant.data(), dim, row);
    row += dim;
  }
  if (embeddings.norm) embeddings.norm->apply(begin, rows);
  if (embeddings.projection) {
    embeddings.projection->apply(begin, rows, w.hidden.data(), w.scratch);
  }
  if (embeddings.projected_norm) embeddings.projected_norm->apply(w.hidden.data(), rows);
}

/// Returns the row of the position table for each token of a sequence.
std::vector<std::size_t> position_rows(const Embeddings& embeddings, const Sequence& sequence) {
  std::vector<std::size_t> rows(sequence.size());
  if (embeddings.positions.empty()) return rows;
  std::size_t next = embeddings.padding_id ? *embeddings.padding_id + 1 : 0;
  for (std::size_t i = 0; i < sequence.size(); ++i) {
    const bool is_padding = embeddings.padding_id && sequence[i] == *embeddings.padding_id;
    rows[i] = is_padding ? *embeddings.padding_id : next++;
  }
  return rows;
}

}  // namespace

void Layer::project(std::size_t rows, Workspace& w) const {
  const float* input = input_of(attention_norms, rows, attention.projection.inputs(), w);
  attention.projection.apply(input, rows, w.wide.data(), w.scratch);
}

void Layer::advance(const Batch& batch, Workspace& w) const {
  const std::size_t rows = batch.rows(), hidden = attention.projection.inputs();
  attention.gather(batch, w);
  add_output(attention.output, w.context.data(), attention_norms, rows, hidden, w);
  const float* input = input_of(feed_forward_norms, rows, hidden, w);
  feed_forward.up.apply(input, rows, w.wide.data(), w.scratch);
  if (feed_forward.gate)
    simd::gate(w.wide.data(), rows, feed_forward.intermediate_size, *feed_forward.gate);
  add_output(feed_forward.down, w.wide.data(), feed_forward_norms, rows, hidden, w);
}

Workspace Transformer::make_workspace(std::size_t padded_rows) const {
  std::size_t wide = embeddings.dim(), context = hidden;
  for (const Layer& layer : layers) {
    wide = std::max({wide, layer.attention.shape.width(), layer.feed_forward.width()});
    context = std::max(context, layer.attention.shape.query_width());
  }
  return {.hidden = Floats::zeros(padded_rows * hidden),
          .normalized_input = Floats::zeros(padded_rows * hidden),
          .context = Floats::zeros(padded_rows * context),
          .wide = Floats::zeros(padded_rows * std::max(wide, hidden))};
}

void Transformer::forward(const Batch& batch, Workspace& w) const {
  const DistinctRows distinct(
      batch, [&](const Sequence& sequence) { return position_rows(embeddings, sequence); });
  embed(embeddings, distinct, w);
  const std::size_t count = order.empty() ? layers.size() : order.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Layer& layer = layers[order.empty() ? i : order[i]];
    layer.project(i == 0 ? distinct.rows.size() : batch.rows(), w);
    if (i == 0) {  // up to here a row depends on its token and position only
      distinct.spread(w.hidden.data(), hidden);
      distinct.spread(w.wide.data(), layer.attention.shape.width());
    }
    layer.advance(batch, w);
  }
  if (final_norm) final_norm->apply(w.hidden.data(), batch.rows());
}

void Transformer::pool(const Batch& batch, Workspace& w) const {
  const std::size_t count = batch.sequences.size();
  for (std::size_t i = 0; i < count; ++i) {
    std::copy_n(w.hidden.data() + i * batch.length * hidden, hidden, w.wide.data() + i * hidden);
  }
  pooler->apply(w.wide.data(), count, w.context.data(), w.scratch);
}

}  // namespace m2v::encoder
