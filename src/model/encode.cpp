#include <algorithm>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include "base/thread_pool.h"
#include "model/model_impl.h"
#include "model/row_prefetch.h"
#include "model/token_reader.h"
#include "simd/stream_copy.h"
#include "simd/to_half.h"
#include "tokenizer/id_buffer.h"

namespace m2v {
namespace {

// Texts that are tokenized before they are pooled: enough to hide the latency of fetching their
// rows, few enough for the rows to stay in the L1 cache.
constexpr std::size_t kBlock = 8;

// Outputs of more bytes than this would evict the table from the caches, so they bypass them. Other
// threads see these stores only after simd::finish_streaming(), which is called after every
// kLargeBatch texts: few, so that all threads finish at about the same time.
constexpr std::size_t kLargeOutput = std::size_t{4} << 20;
constexpr std::size_t kLargeBatch = 4 * kBlock;

/// Turns texts into rows of the table and pools them. Used by one thread.
class RowReader {
 public:
  RowReader(const StaticModel::Impl& model, std::size_t max_tokens)
      : model_(model),
        prefetch_row_(model.table.data, model.table.dim * dtype_size(model.table.dtype)),
        tokens_(model, max_tokens,
                // With a mapping, the row of an id is not known until it has been mapped.
                model.mapping.empty() ? tokenizer::IdSink(prefetch, &prefetch_row_)
                                      : tokenizer::IdSink()) {}
  RowReader(const RowReader&) = delete;
  RowReader& operator=(const RowReader&) = delete;

  /// Replaces the current texts by texts[first] to texts[first + count - 1].
  void read(Texts texts, std::size_t first, std::size_t count) {
    rows_.clear();
    weights_.clear();
    offsets_.assign(1, 0);
    for (std::size_t i = first; i < first + count; ++i) {
      if (i + kBlock < texts.size()) __builtin_prefetch(texts[i + kBlock].data());
      add(texts[i]);
    }
  }

  /// Treats each row as a text of its own.
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
      work.float64_out = out;
      simd::pool_rows(work);
    } else {
      std::ranges::copy(pool_to_buffer(normalize), out);
    }
  }

  /// Writes float16 values (IEEE 754 binary16).
  void pool(bool normalize, std::uint16_t* out) {
    const std::span<const float> vectors = pool_to_buffer(normalize);
    simd::to_half(vectors.data(), vectors.size(), out);
  }

  /// Writes float32 values past the caches; the caller must call simd::finish_streaming().
  void pool_streaming(bool normalize, float* out) {
    const std::span<const float> vectors = pool_to_buffer(normalize);
    simd::stream_copy(vectors.data(), vectors.size(), out);
  }

 private:
  simd::PoolJob job(bool normalize) {
    simd::PoolJob work = {.table = model_.table,
                          .rows = rows_.data(),
                          .weights = model_.weights.empty() ? nullptr : weights_.data(),
                          .offsets = offsets_.data(),
                          .texts = texts(),
                          .float64_sums = model_.wide_weights,
                          .normalize = normalize};
    wide_sums_.resize(work.pool_scratch_size());
    work.scratch = wide_sums_;
    return work;
  }

  std::span<const float> pool_to_buffer(bool normalize) {
    vectors_.resize(texts() * model_.table.dim);
    pool(normalize, vectors_.data());
    return vectors_;
  }

  void add(std::string_view text) {
    const std::size_t begin = rows_.size();
    tokens_.append(text, rows_);
    if (!model_.weights.empty() || !model_.mapping.empty()) map_to_rows(begin);
    offsets_.push_back(rows_.size());
  }

  static void prefetch(const void* context, std::span<const std::uint32_t> rows) noexcept {
    const auto& prefetch_row = *static_cast<const model::RowPrefetch*>(context);
    for (const std::uint32_t row : rows) prefetch_row(row);
  }

  /// Appends the weights of the ids from `begin` on, then replaces the ids by their rows.
  void map_to_rows(std::size_t begin) {
    for (std::uint32_t* row = rows_.data() + begin; row != rows_.data() + rows_.size(); ++row) {
      if (!model_.weights.empty()) weights_.push_back(model_.weights[*row]);
      if (model_.mapping.empty()) continue;
      *row = model_.mapping[*row];
      prefetch_row_(*row);
    }
  }

  const StaticModel::Impl& model_;
  model::RowPrefetch prefetch_row_;
  model::TokenReader tokens_;
  tokenizer::IdBuffer rows_;
  std::vector<double> weights_;
  std::vector<std::size_t> offsets_;
  std::vector<float> vectors_;
  std::vector<double> wide_sums_;
};

/// Calls put(reader, index of the first text) for each block of kBlock texts, and done() after
/// every `batch` texts, on several threads.
template <typename Put, typename Done>
void read_blocks(const StaticModel::Impl& model, Texts texts, std::size_t batch,
                 const EncodeOptions& options, const Put& put, const Done& done) {
  const std::size_t max_length = options.max_length.value_or(model.max_length);
  std::vector<std::unique_ptr<RowReader>> readers(base::thread_count(options.threads));
  base::parallel_for(base::blocks_of(texts.size(), batch), options.threads,
                     [&](std::size_t index, unsigned worker) {
                       auto& reader = readers[worker];
                       if (!reader) reader = std::make_unique<RowReader>(model, max_length);
                       const std::size_t end = std::min(texts.size(), (index + 1) * batch);
                       for (std::size_t first = index * batch; first < end; first += kBlock) {
                         reader->read(texts, first, std::min(kBlock, end - first));
                         put(*reader, first);
                       }
                       done();
                     });
}

/// Throws std::invalid_argument unless the output has `dim` values per text.
void check_output(std::size_t texts, std::size_t dim, std::size_t values) {
  if (values == texts * dim) return;
  throw std::invalid_argument("encode: the output has " + std::to_string(values) + " values; " +
                              std::to_string(texts) + " texts need " + std::to_string(dim) +
                              " values each");
}

}  // namespace

void StaticModel::encode(Texts texts, std::span<float> out, const EncodeOptions& options) const {
  const std::size_t dim = impl_->table.dim;
  check_output(texts.size(), dim, out.size());
  const bool normalize = options.normalize.value_or(impl_->normalize);
  if (out.size_bytes() > kLargeOutput) {
    read_blocks(
        *impl_, texts, kLargeBatch, options,
        [&](RowReader& reader, std::size_t first) {
          reader.pool_streaming(normalize, out.data() + first * dim);
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

void StaticModel::encode(Texts texts, std::span<std::byte> out, DType dtype,
                         const EncodeOptions& options) const {
  const std::size_t dim = impl_->table.dim;
  const std::size_t value_size = dtype_size(dtype);
  if (out.size() % value_size != 0) {
    throw std::invalid_argument("encode: " + std::to_string(out.size()) +
                                " bytes are not a whole number of values of " +
                                std::string(dtype_name(dtype)));
  }
  check_output(texts.size(), dim, out.size() / value_size);
  const bool normalize = options.normalize.value_or(impl_->normalize);
  const auto encode_to = [&](auto* values) {
    read_blocks(
        *impl_, texts, kLargeBatch, options,
        [&](RowReader& reader, std::size_t first) { reader.pool(normalize, values + first * dim); },
        [] {});
  };
  switch (dtype) {
    case DType::kFloat32:
      return encode(texts, {reinterpret_cast<float*>(out.data()), out.size() / value_size},
                    options);
    case DType::kFloat16:
      return encode_to(reinterpret_cast<std::uint16_t*>(out.data()));
    case DType::kFloat64:
      return encode_to(reinterpret_cast<double*>(out.data()));
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
  std::vector<double> float64_sums(dim());
  simd::pool_rows({.table = impl_->table,
                   .rows = &row,
                   .weights = impl_->weights.empty() ? nullptr : &impl_->weights[id],
                   .offsets = offsets,
                   .texts = 1,
                   .float64_sums = impl_->wide_weights,
                   .normalize = false,
                   .out = vector.data(),
                   .scratch = float64_sums});
  return vector;
}

std::vector<std::uint32_t> StaticModel::tokenize(std::string_view text) const {
  std::vector<std::uint32_t> ids;
  model::TokenReader(*impl_, impl_->max_length).append(text, ids);
  return ids;
}

}  // namespace m2v
