#include "encoder/transformer.h"

#include <algorithm>

#include "simd/product.h"
#include "simd/transformer.h"

namespace m2v::encoder {
namespace {

/// What half a layer reads: the hidden states, normalized aside if the half wants them so.
const float* input_of(const Around& around, std::size_t rows, std::size_t hidden, Workspace& w) {
  if (!around.before) return w.hidden.data();
  std::copy_n(w.hidden.data(), rows * hidden, w.aside.data());
  around.before->apply(w.aside.data(), rows);
  return w.aside.data();
}

/// The last step of half a layer: its product onto the hidden states.
void add_output(const Linear& linear, const float* x, const Around& around, std::size_t rows,
                std::size_t hidden, Workspace& w) {
  if (around.after) {
    linear.apply(x, rows, w.aside.data(), w.scratch);
    around.after->apply(w.aside.data(), rows);
    simd::add(w.hidden.data(), w.aside.data(), rows * hidden, w.hidden.data());
  } else {
    linear.apply(x, rows, w.hidden.data(), w.scratch);
  }
  if (around.sum) around.sum->apply(w.hidden.data(), rows);
}

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

/// The row of the table of positions for each position of a sequence.
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
  const float* input = input_of(around_attention, rows, attention.projection.inputs(), w);
  attention.projection.apply(input, rows, w.wide.data(), w.scratch);
}

void Layer::advance(const Batch& batch, Workspace& w) const {
  const std::size_t rows = batch.rows(), hidden = attention.projection.inputs();
  attention.gather(batch, w);
  add_output(attention.output, w.context.data(), around_attention, rows, hidden, w);
  const float* input = input_of(around_feed_forward, rows, hidden, w);
  feed_forward.up.apply(input, rows, w.wide.data(), w.scratch);
  if (feed_forward.gate) simd::gate(w.wide.data(), rows, feed_forward.inside, *feed_forward.gate);
  add_output(feed_forward.down, w.wide.data(), around_feed_forward, rows, hidden, w);
}

Workspace Transformer::make_workspace(std::size_t padded_rows) const {
  std::size_t wide = embeddings.dim(), context = hidden;
  for (const Layer& layer : layers) {
    wide = std::max({wide, layer.attention.shape.width(), layer.feed_forward.width()});
    context = std::max(context, layer.attention.shape.query_width());
  }
  return {.hidden = Buffer(padded_rows * hidden),
          .aside = Buffer(padded_rows * hidden),
          .context = Buffer(padded_rows * context),
          .wide = Buffer(padded_rows * std::max(wide, hidden))};
}

void Transformer::forward(const Batch& batch, Workspace& w) const {
  const DistinctRows distinct(
      batch, [&](const Sequence& sequence) { return position_rows(embeddings, sequence); });
  embed(embeddings, distinct, w);
  const std::size_t count = order.empty() ? layers.size() : order.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Layer& layer = layers[order.empty() ? i : order[i]];
    layer.project(i == 0 ? distinct.rows.size() : batch.rows(), w);
    if (i == 0) {  // up to here a row's result depends on the token and its position alone
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
