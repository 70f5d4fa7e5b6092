#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "m2v/event.h"
#include "m2v/export.h"
#include "m2v/labels.h"
#include "m2v/static_model.h"
#include "m2v/types.h"

namespace m2v {

/// What makes classes, or other vectors, of a text's vector: linear layers with ReLU between them.
struct Head {
  /// What is done with the last layer's outputs.
  enum class Activation { kSoftmax, kSigmoid, kIdentity };
  struct Layer {
    Matrix weight;            ///< [outputs, inputs]
    std::vector<float> bias;  ///< [outputs]
  };

  std::vector<Layer> layers;  ///< None: the vector stays as it is.
  Activation activation = Activation::kIdentity;
  Classes classes = {};  ///< Of the outputs; none for the identity.
};

/// A static model with a head: a classifier of texts, or a model with vectors of another kind.
/// Immutable, cheap to copy, safe to use from any number of threads.
class M2V_API Pipeline {
 public:
  /// Throws std::invalid_argument if the layers do not fit the model or each other.
  Pipeline(StaticModel model, Head head);

  /// Loads a model's folder with its `head.safetensors` and `head_config` in `config.json`, as
  /// model2vec 0.10.0 saves them, or a compiled one. Throws IoError, FormatError or Cancelled.
  static Pipeline load(const std::filesystem::path& path, const OnEvent& on_event = {});

  /// Writes a folder that m2v and model2vec load, as StaticModel::save does.
  void save(const std::filesystem::path& folder, const SaveOptions& options = {}) const;

  /// The head's outputs of each text after its activation, [texts, outputs()]: probabilities of the
  /// classes in order, or vectors.
  Matrix predict_proba(Texts texts, const EncodeOptions& options = {}) const;
  /// The same into the caller's memory, of texts.size() * outputs() values; std::invalid_argument
  /// otherwise.
  void predict_proba(Texts texts, std::span<float> out, const EncodeOptions& options = {}) const;

  /// The classes of each text: the likeliest one, or of several labels those whose probability is
  /// above `threshold`. Throws std::invalid_argument for a head without classes.
  Labels predict(Texts texts, double threshold = 0.5, const EncodeOptions& options = {}) const;
  /// The same from what predict_proba() gave, [texts, outputs()].
  Labels choose(MatrixView probabilities, double threshold = 0.5) const;

  std::size_t outputs() const noexcept;
  bool multilabel() const noexcept;
  const Classes& classes() const noexcept;
  const StaticModel& model() const noexcept;
  const Head& head() const noexcept;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace m2v
