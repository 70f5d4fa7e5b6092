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

/// Which of a sequence's hidden states become its vector.
enum class Pooling { kMean, kFirst, kLast, kPooler };

/// Called from the thread that made the call, with the sequences that are done so far. What it
/// throws ends the call.
using Progress = std::function<void(std::size_t done, std::size_t total)>;

/// A transformer encoder, loaded. Immutable; safe to use from any number of threads.
class Encoder {
 public:
  /// Reads config.json and model.safetensors (float32, float16 or bfloat16) of a folder as
  /// transformers writes it. Throws IoError or FormatError.
  static Encoder load(const std::filesystem::path& folder,
                      Precision precision = Precision::kFloat32);
  /// One of parts that are in memory.
  Encoder(std::string family, Transformer transformer);
  ~Encoder();
  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;

  std::string_view family() const noexcept;  ///< The model_type, e.g. "bert".
  std::size_t hidden_size() const noexcept;
  std::size_t vocabulary_size() const noexcept;  ///< Ids are below this.
  std::size_t max_length() const noexcept;       ///< Positions that the model has.
  bool has_pooler() const noexcept;

  /// One vector a sequence, [sequences, hidden_size()], in float32; the ids include whatever
  /// special tokens the model expects. NaN becomes 0, an infinity the largest float. The result
  /// does not depend on `threads` (0: the machine's); memory beyond it grows with `threads` alone.
  /// Throws std::invalid_argument for an empty or too long sequence, an id that is out of range, or
  /// kPooler without a pooler.
  Matrix encode(std::span<const Sequence> sequences, Pooling pooling, unsigned threads = 0,
                const Progress& progress = {}) const;
  /// The vectors of several poolings, side by side: [sequences, poolings * hidden_size()].
  Matrix encode(std::span<const Sequence> sequences, std::span<const Pooling> poolings,
                unsigned threads = 0, const Progress& progress = {}) const;

  /// The last hidden states of sequences of one length: [sequences * length, hidden_size()].
  Matrix hidden_states(std::span<const Sequence> sequences) const;

 private:
  struct Impl;
  explicit Encoder(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace m2v::encoder
