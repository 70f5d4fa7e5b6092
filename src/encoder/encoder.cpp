#include "encoder/encoder.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "base/json.h"
#include "base/thread_pool.h"
#include "encoder/families.h"
#include "simd/transformer.h"

namespace m2v::encoder {

struct Encoder::Impl {
  std::string name;
  Transformer transformer;
};

namespace {

void check(std::span<const Sequence> sequences, std::size_t vocabulary, std::size_t max_length) {
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const Sequence& sequence = sequences[i];
    const std::string name = "sequence " + std::to_string(i);
    if (sequence.empty()) throw std::invalid_argument(name + " is empty");
    if (sequence.size() > max_length) {
      throw std::invalid_argument(name + " has " + std::to_string(sequence.size()) +
                                  " tokens; the model has positions for " +
                                  std::to_string(max_length));
    }
    for (const std::uint32_t id : sequence) {
      if (id >= vocabulary) {
        throw std::invalid_argument(name + " holds the id " + std::to_string(id) +
                                    "; the model's vocabulary ends at " +
                                    std::to_string(vocabulary - 1));
      }
    }
  }
}

/// Pools the hidden states of a batch and writes them to the batch's rows of the result, from
/// `column` on.
void pool(const Transformer& transformer, const Batch& batch, Pooling pooling, Workspace& workspace,
          std::size_t column, Matrix& result) {
  if (pooling == Pooling::kPooler) transformer.pool(batch, workspace);
  const std::size_t dim = transformer.hidden;
  for (std::size_t i = 0; i < batch.sequences.size(); ++i) {
    float* out = result.row(batch.locations[i]).data() + column;
    const float* states = workspace.hidden.data() + i * batch.length * dim;
    switch (pooling) {
      case Pooling::kMean:
        simd::mean_of_rows(states, batch.length, dim, out);
        break;
      case Pooling::kFirst:
        std::copy_n(states, dim, out);
        break;
      case Pooling::kLast:
        std::copy_n(states + (batch.length - 1) * dim, dim, out);
        break;
      case Pooling::kPooler:
        std::copy_n(workspace.context.data() + i * dim, dim, out);
        break;
    }
    simd::make_finite(out, dim);
  }
}

void encode_all(const Transformer& transformer, std::span<const Batch> batches, std::size_t total,
                std::span<const Pooling> poolings, unsigned threads, const Progress& progress,
                Matrix& result) {
  std::size_t rows = 0;
  for (const Batch& batch : batches) rows = std::max(rows, batch.padded_rows());
  std::vector<std::optional<Workspace>> workspaces(base::thread_count(threads));
  std::atomic<std::size_t> done = 0;
  const std::thread::id caller = std::this_thread::get_id();
  if (progress) progress(0, total);
  base::parallel_for(batches.size(), threads, [&](std::size_t index, unsigned worker) {
    std::optional<Workspace>& workspace = workspaces[worker];
    if (!workspace) workspace = transformer.make_workspace(rows);
    const Batch& batch = batches[index];
    transformer.forward(batch, *workspace);
    for (std::size_t i = 0; i < poolings.size(); ++i) {
      pool(transformer, batch, poolings[i], *workspace, i * transformer.hidden, result);
    }
    done += batch.sequences.size();
    if (progress && std::this_thread::get_id() == caller && done < total) progress(done, total);
  });
  if (progress) progress(total, total);
}

}  // namespace

Encoder::Encoder(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Encoder::Encoder(std::string family, Transformer transformer)
    : Encoder(std::unique_ptr<const Impl>(
          new Impl{.name = std::move(family), .transformer = std::move(transformer)})) {}
Encoder::~Encoder() = default;
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;

Encoder Encoder::load(const std::filesystem::path& folder, Precision precision) {
  const std::string path = (folder / "config.json").string();
  const base::Json json = base::read_json(path);
  const base::JsonAt config(json, path);
  return {config.at("model_type").string(),
          load_transformer({.config = config, .folder = folder, .precision = precision})};
}

std::string_view Encoder::family() const noexcept { return impl_->name; }

std::size_t Encoder::hidden_size() const noexcept { return impl_->transformer.hidden; }

std::size_t Encoder::vocabulary_size() const noexcept {
  return impl_->transformer.embeddings.words.rows();
}

std::size_t Encoder::max_length() const noexcept { return impl_->transformer.max_length; }

bool Encoder::has_pooler() const noexcept { return impl_->transformer.pooler.has_value(); }

Matrix Encoder::encode(std::span<const Sequence> sequences, Pooling pooling, unsigned threads,
                       const Progress& progress) const {
  return encode(sequences, std::span(&pooling, 1), threads, progress);
}

Matrix Encoder::encode(std::span<const Sequence> sequences, std::span<const Pooling> poolings,
                       unsigned threads, const Progress& progress) const {
  check(sequences, vocabulary_size(), max_length());
  if (std::ranges::count(poolings, Pooling::kPooler) > 0 && !has_pooler()) {
    throw std::invalid_argument("the model has no pooler; choose another pooling");
  }
  const std::size_t width = poolings.size() * hidden_size();
  Matrix result{.data = std::vector<float>(sequences.size() * width),
                .rows = sequences.size(),
                .cols = width};
  const std::vector<Batch> batches = plan_batches(sequences);
  encode_all(impl_->transformer, batches, sequences.size(), poolings, threads, progress, result);
  return result;
}

Matrix Encoder::hidden_states(std::span<const Sequence> sequences) const {
  check(sequences, vocabulary_size(), max_length());
  Batch batch{
      .sequences = {}, .locations = {}, .length = sequences.empty() ? 0 : sequences[0].size()};
  for (const Sequence& sequence : sequences) {
    if (sequence.size() != batch.length) {
      throw std::invalid_argument("hidden_states: the sequences differ in length");
    }
    batch.sequences.push_back(&sequence);
  }
  Matrix result{.data = std::vector<float>(batch.rows() * hidden_size()),
                .rows = batch.rows(),
                .cols = hidden_size()};
  Workspace workspace = impl_->transformer.make_workspace(batch.padded_rows());
  impl_->transformer.forward(batch, workspace);
  std::copy_n(workspace.hidden.data(), result.data.size(), result.data.begin());
  return result;
}

}  // namespace m2v::encoder
