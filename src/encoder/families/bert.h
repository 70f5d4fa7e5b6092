#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "core/json.h"
#include "encoder/layers.h"

namespace m2v::encoder {

/// BERT (Devlin et al. 2018), as transformers' BertModel computes it: learned absolute positions,
/// post-norm layers, token type 0 throughout.
class Bert {
 public:
  /// `config` is the content of config.json. Throws IoError or FormatError.
  static Bert load(const core::JsonAt& config, const std::filesystem::path& folder,
                   Precision precision);

  std::size_t hidden_size() const noexcept { return shape_.hidden; }
  std::size_t vocabulary_size() const noexcept { return words_.rows(); }
  std::size_t max_length() const noexcept { return max_length_; }
  bool has_pooler() const noexcept { return pooler_.has_value(); }

  /// Scratch memory for batches of up to these sizes.
  Workspace make_workspace(std::size_t padded_rows, std::size_t length) const;
  /// Leaves the last hidden states in workspace.hidden.
  void forward(const Batch& batch, Workspace& workspace) const;
  /// After forward(): the pooler's output, row i at out + i * hidden_size() of workspace.context.
  /// Precondition: has_pooler().
  void pool(const Batch& batch, Workspace& workspace) const;

 private:
  PostNormShape shape_{};
  std::size_t max_length_ = 0;
  EmbeddingTable words_;
  std::vector<float> positions_;  // with the vector of token type 0 added
  LayerNorm embedding_norm_;
  std::unique_ptr<WeightMemory> memory_ = std::make_unique<WeightMemory>();
  std::vector<PostNormLayer> layers_;
  std::optional<Linear> pooler_;
};

}  // namespace m2v::encoder
