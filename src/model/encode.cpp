#include <algorithm>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include "core/thread_pool.h"
#include "embed/model_impl.h"
#include "embed/token_reader.h"
#include "simd/stream_copy.h"
#include "simd/to_half.h"
#include "tokenize/id_buffer.h"

namespace m2v {
namespace {

// Texts that are read before they are pooled: enough for their rows to come from memory, few enough
// for these to stay in the first cache.
constexpr std::size_t kBlock = 8;

// Vectors that would drive the table out of the caches. They wait to be seen by other threads at
// the end of a share of the work: of few texts, so that the threads end together.
constexpr std::size_t kLargeOutput = std::size_t{4} << 20;
constexpr std::size_t kLargeShare = 4 * kBlock;

/// Turns texts into rows of the table: one thread's part of the work.
class RowReader {
 public:
  RowReader(const StaticModel::Impl& model, std::size_t max_tokens)
      : model_(model),
        prefetch_row_(model.table.data, model.table.dim * dtype_size(model.table.dtype)),
        tokens_(model, max_tokens, model.mapping.empty() ? prefetch_row_ : core::RowPrefetch()) {}

  /// Forgets what was there and reads `count` texts from the one at `first` on.
  void read(Texts texts, std::size_t first, std::size_t count) {
    rows_.clear();
    weights_.clear();
    offsets_.assign(1, 0);
    for (std::size_t i = first; i < first + count; ++i) {
      if (i + kBlock < texts.size()) __builtin_prefetch(texts[i + kBlock].data());
      add(texts[i]);
    }
  }

  /// Makes each row of each text a text of its own.
  void split_into_rows() {
    offsets_.resize(rows_.size() + 1);
    for (std::size_t i = 0; i < offsets_.size(); ++i) offsets_[i] = i;
  }

  std::size_t texts() const { return offsets_.size() - 1; }

  void pool(bool normalize, float* out) {
    simd::PoolJob work = job(normalize);
    work.out = out;
    simd::pool_rows(work);
  }

  void pool(bool normalize, double* out) {
    if (model_.table.dtype == DType::kFloat64) {
      simd::PoolJob work = job(normalize);
      work.wide_out = out;
      simd::pool_rows(work);
    } else {
      std::ranges::copy(pool_here(normalize), out);
    }
  }

  /// binary16.
  void pool(bool normalize, std::uint16_t* out) {
    const std::span<const float> vectors = pool_here(normalize);
    simd::to_half(vectors.data(), vectors.size(), out);
  }

  /// The same for an output that is too large to stay in the caches; simd::finish_streaming() must
  /// follow.
  void pool_past_caches(bool normalize, float* out) {
    const std::span<const float> vectors = pool_here(normalize);
    simd::stream_copy(vectors.data(), vectors.size(), out);
  }

 private:
  simd::PoolJob job(bool normalize) {
    simd::PoolJob work = {.table = model_.table,
                          .rows = rows_.data(),
                          .weights = model_.weights.empty() ? nullptr : weights_.data(),
                          .offsets = offsets_.data(),
                          .texts = texts(),
                          .wide_sums = model_.wide_weights,
                          .normalize = normalize};
    wide_sums_.resize(work.pool_scratch());
    work.scratch = wide_sums_;
    return work;
  }

  std::span<const float> pool_here(bool normalize) {
    vectors_.resize(texts() * model_.table.dim);
    pool(normalize, vectors_.data());
    return vectors_;
  }

  void add(std::string_view text) {
    const std::size_t begin = rows_.size();
    tokens_.append(text, rows_);
    if (!model_.weights.empty() || !model_.mapping.empty()) look_up(begin);
    offsets_.push_back(rows_.size());
  }

  /// The weights of the ids from `begin` on, and their rows in their places.
  void look_up(std::size_t begin) {
    for (std::uint32_t* row = rows_.data() + begin; row != rows_.data() + rows_.size(); ++row) {
      if (!model_.weights.empty()) weights_.push_back(model_.weights[*row]);
      if (model_.mapping.empty()) continue;
      *row = model_.mapping[*row];
      prefetch_row_(*row);
    }
  }

  const StaticModel::Impl& model_;
  core::RowPrefetch prefetch_row_;
  embed::TokenReader tokens_;
  tokenize::IdBuffer rows_;
  std::vector<double> weights_;
  std::vector<std::size_t> offsets_;
  std::vector<float> vectors_;
  std::vector<double> wide_sums_;
};

/// Calls put(reader, first text) for each block of texts, and done() at the end of each share.
template <typename Put, typename Done>
void read_blocks(const StaticModel::Impl& model, Texts texts, std::size_t share,
                 const EncodeOptions& options, const Put& put, const Done& done) {
  const std::size_t max_length = options.max_length.value_or(model.max_length);
  std::vector<std::unique_ptr<RowReader>> readers(core::thread_count(options.threads));
  core::parallel_for(core::blocks_of(texts.size(), share), options.threads,
                     [&](std::size_t index, unsigned worker) {
                       auto& reader = readers[worker];
                       if (!reader) reader = std::make_unique<RowReader>(model, max_length);
                       const std::size_t end = std::min(texts.size(), (index + 1) * share);
                       for (std::size_t first = index * share; first < end; first += kBlock) {
                         reader->read(texts, first, std::min(kBlock, end - first));
                         put(*reader, first);
                       }
                       done();
                     });
}

}  // namespace

void StaticModel::encode(Texts texts, std::span<float> out, const EncodeOptions& options) const {
  const std::size_t dim = impl_->table.dim;
  if (out.size() != texts.size() * dim) {
    throw std::invalid_argument("encode: the output has " + std::to_string(out.size()) +
                                " values, but " + std::to_string(texts.size()) + " texts of " +
                                std::to_string(dim) + " are asked for");
  }
  const bool normalize = options.normalize.value_or(impl_->normalize);
  if (out.size_bytes() > kLargeOutput) {
    read_blocks(
        *impl_, texts, kLargeShare, options,
        [&](RowReader& reader, std::size_t first) {
          reader.pool_past_caches(normalize, out.data() + first * dim);
        },
        simd::finish_streaming);
  } else {
    read_blocks(
        *impl_, texts, kBlock, options,
        [&](RowReader& reader, std::size_t first) {
          reader.pool(normalize, out.data() + first * dim);
        },
        [] {});
  }
}

void StaticModel::encode(Texts texts, void* out, DType dtype, const EncodeOptions& options) const {
  const std::size_t dim = impl_->table.dim;
  const bool normalize = options.normalize.value_or(impl_->normalize);
  const auto encode_to = [&](auto* values) {
    read_blocks(
        *impl_, texts, kLargeShare, options,
        [&](RowReader& reader, std::size_t first) { reader.pool(normalize, values + first * dim); },
        [] {});
  };
  switch (dtype) {
    case DType::kFloat32:
      return encode(texts, std::span(static_cast<float*>(out), texts.size() * dim), options);
    case DType::kFloat16:
      return encode_to(static_cast<std::uint16_t*>(out));
    case DType::kFloat64:
      return encode_to(static_cast<double*>(out));
    case DType::kBFloat16:
    case DType::kInt8:
      break;
  }
  throw std::invalid_argument("encode: vectors are float16, float32 or float64, not " +
                              std::string(dtype_name(dtype)));
}

Matrix StaticModel::encode(Texts texts, const EncodeOptions& options) const {
  Matrix vectors{std::vector<float>(texts.size() * dim()), texts.size(), dim()};
  encode(texts, vectors.data, options);
  return vectors;
}

std::vector<float> StaticModel::encode(std::string_view text, const EncodeOptions& options) const {
  std::vector<float> vector(dim());
  encode(Texts(&text, 1), vector, options);
  return vector;
}

Matrix StaticModel::encode_as_sequence(std::string_view text, const EncodeOptions& options) const {
  RowReader reader(*impl_, options.max_length.value_or(kNoLimit));
  reader.read(Texts(&text, 1), 0, 1);
  reader.split_into_rows();
  Matrix vectors{std::vector<float>(reader.texts() * dim()), reader.texts(), dim()};
  reader.pool(false, vectors.data.data());
  return vectors;
}

std::vector<float> StaticModel::token_vector(std::uint32_t id) const {
  if (!impl_->tokenizer.token(id)) {
    throw std::invalid_argument("there is no token with the id " + std::to_string(id));
  }
  const std::uint32_t row = impl_->mapping.empty() ? id : impl_->mapping[id];
  const std::size_t offsets[] = {0, 1};
  std::vector<float> vector(dim());
  std::vector<double> wide_sums(dim());
  simd::pool_rows({.table = impl_->table,
                   .rows = &row,
                   .weights = impl_->weights.empty() ? nullptr : &impl_->weights[id],
                   .offsets = offsets,
                   .texts = 1,
                   .wide_sums = impl_->wide_weights,
                   .normalize = false,
                   .out = vector.data(),
                   .scratch = wide_sums});
  return vector;
}

std::vector<std::uint32_t> StaticModel::tokenize(std::string_view text) const {
  std::vector<std::uint32_t> ids;
  embed::TokenReader(*impl_, impl_->max_length).append(text, ids);
  return ids;
}

}  // namespace m2v
