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

// Models with a trained head: text classifiers, and models whose vectors a head transforms. They
// are trained by the functions in m2v/fit.h.
//
//   const auto classifier = m2v::ModelWithHead::load("path/to/classifier");
//   const m2v::Labels labels = classifier.predict(texts);
//   std::cout << classifier.classes().names[labels[0].front()] << "\n";

namespace m2v {

/// A feed-forward network that maps a text's vector to class probabilities or to another vector:
/// linear layers with ReLU between them.
struct Head {
  /// The function applied to the outputs of the last layer.
  enum class Activation { kSoftmax, kSigmoid, kIdentity };
  struct Layer {
    Matrix weight;            ///< [outputs, inputs]
    std::vector<float> bias;  ///< [outputs]
  };

  std::vector<Layer> layers;  ///< Empty: the vector is left unchanged.
  Activation activation = Activation::kIdentity;
  Classes classes = {};  ///< One class per output; empty if the activation is kIdentity.
};

/// A static model with a head: a text classifier, or a model with transformed vectors. Such a model
/// is immutable, cheap to copy, and may be used from any number of threads at once.
class M2V_API ModelWithHead {
 public:
  /// Combines a model and a head. Throws std::invalid_argument if the layers do not fit the model
  /// or each other, or if the number of classes is not the number of outputs.
  ModelWithHead(StaticModel model, Head head);

  /// Loads a model folder that has a `head.safetensors` file and a `head_config` entry in
  /// `config.json`, as model2vec 0.10.0 saves them, or a model compiled from such a folder. Throws
  /// IoError, FormatError or Cancelled.
  [[nodiscard]] static ModelWithHead load(const std::filesystem::path& path,
                                          const OnEvent& on_event = {});

  /// Writes a folder that m2v and model2vec can load. Throws as StaticModel::save() does.
  void save(const std::filesystem::path& folder, const SaveOptions& options = {}) const;

  /// Returns the outputs of the head after its activation, [texts, outputs()]: the probability of
  /// each class, in the order of classes(), or one vector per text.
  [[nodiscard]] Matrix predict_proba(Texts texts, const EncodeOptions& options = {}) const;
  /// Writes the same outputs to `out`. Throws std::invalid_argument unless `out` has exactly
  /// texts.size() * outputs() values.
  void predict_proba(Texts texts, std::span<float> out, const EncodeOptions& options = {}) const;

  /// Returns the predicted labels of each text: the most likely class or, for a multilabel
  /// classifier, all classes whose probability is above `threshold`. Throws std::invalid_argument
  /// if the head has no classes.
  [[nodiscard]] Labels predict(Texts texts, double threshold = 0.5,
                               const EncodeOptions& options = {}) const;
  /// Returns the labels for probabilities that predict_proba() returned, [texts, outputs()]. Throws
  /// std::invalid_argument if the head has no classes or the number of columns is not outputs().
  [[nodiscard]] Labels choose(MatrixView probabilities, double threshold = 0.5) const;

  std::size_t outputs() const noexcept;       ///< Number of outputs per text.
  bool multilabel() const noexcept;           ///< Whether a text may have any number of classes.
  const Classes& classes() const noexcept;    ///< Classes of the outputs; empty if not classes.
  const StaticModel& model() const noexcept;  ///< The model that encodes the texts.
  const Head& head() const noexcept;          ///< The head.

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace m2v
