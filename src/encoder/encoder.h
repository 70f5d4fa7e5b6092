#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/batches.h"
#include "encoder/linear.h"
#include "encoder/transformer.h"
#include "m2v/types.h"

namespace m2v::encoder {

/// How the hidden states of a sequence become its vector.
enum class Pooling {
  kMean,   ///< The mean of the hidden states.
  kFirst,  ///< The first hidden state.
  kLast,   ///< The last hidden state.
  kPooler  ///< The output of the model's pooler.
};

/// Called on the thread that called encode(), with the number of sequences done so far. An
/// exception that it throws ends the call.
using Progress = std::function<void(std::size_t done, std::size_t total)>;

/// A loaded transformer encoder. Immutable; may be used from any number of threads.
class Encoder {
 public:
  /// Loads config.json and the weights (float32, float16 or bfloat16; see WeightFiles) from a
  /// folder written by transformers. Throws IoError or FormatError.
  static Encoder load(const std::filesystem::path& folder,
                      Precision precision = Precision::kFloat32);
  /// Wraps a transformer that is already in memory. `family` is its model_type.
  Encoder(std::string family, Transformer transformer);
  ~Encoder();
  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;

  std::string_view family() const noexcept;      ///< The model_type, e.g. "bert".
  std::size_t hidden_size() const noexcept;      ///< Values per hidden state.
  std::size_t vocabulary_size() const noexcept;  ///< Ids are below this.
  std::size_t max_length() const noexcept;       ///< The longest sequence, in tokens.
  bool has_pooler() const noexcept;

  /// Returns one vector per sequence, [sequences, hidden_size()]. The ids must include the special
  /// tokens that the model expects. NaN is replaced by 0, infinities by the largest float of the
  /// same sign. The result does not depend on `threads` (0: as many as the machine has); scratch
  /// memory grows with `threads` and with the longest sequence. Throws std::invalid_argument if a
  /// sequence is empty or too long, an id is out of range, or `pooling` is kPooler and the model
  /// has no pooler.
  Matrix encode(std::span<const Sequence> sequences, Pooling pooling, unsigned threads = 0,
                const Progress& progress = {}) const;
  /// Returns the vectors of several poolings, side by side: [sequences, poolings * hidden_size()].
  Matrix encode(std::span<const Sequence> sequences, std::span<const Pooling> poolings,
                unsigned threads = 0, const Progress& progress = {}) const;

  /// Returns the last hidden states of sequences of the same length: [sequences * length,
  /// hidden_size()]. Throws std::invalid_argument if the lengths differ, or as encode() does.
  Matrix hidden_states(std::span<const Sequence> sequences) const;

 private:
  struct Impl;
  explicit Encoder(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace m2v::encoder
