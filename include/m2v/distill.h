#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "m2v/event.h"
#include "m2v/export.h"
#include "m2v/static_model.h"

// Distills a Sentence Transformer into a static model.
//
//   const auto model = m2v::distill("path/to/teacher", m2v::best_recipe());
//   model.save("path/to/model");

namespace m2v {

/// How the hidden states of a token's input are combined into one vector.
enum class Pooling {
  kAuto,    ///< As configured in the teacher's 1_Pooling/config.json; kMean if there is nothing.
  kMean,    ///< Mean over all positions, including those of the bos and eos tokens.
  kFirst,   ///< The first position ([CLS]).
  kLast,    ///< The last position that is not padding.
  kPooler,  ///< The output of the pooler; an error if the teacher has none.
};

/// The arithmetic of the forward pass.
enum class Precision {
  /// kInt16 if the machine is fast at it and it gives the same vectors, measured on 256 tokens
  /// (cosine at least 0.99999 for each); otherwise kFloat32.
  kAuto,
  kFloat32,
  kInt16,  ///< 16-bit fixed point, with one scale per row and column.
};

/// How the vectors are scaled to the integers of an int8 table.
enum class Int8Scale {
  kTable,  ///< One scale for the whole table, which is not stored, as in model2vec.
  kRow,    ///< One scale per row, stored in a tensor `scales`: more accurate. Only m2v reads it.
};

struct PcaAuto {};  ///< PCA that keeps all dimensions.
struct PcaNone {};  ///< No PCA; the vectors are those of the teacher.
/// PCA that keeps a number of dimensions, or all if there are fewer.
struct PcaDims {
  std::size_t dims = 256;  ///< At least 1.
};
/// PCA that keeps the fewest components that explain a fraction of the variance.
struct PcaVariance {
  double fraction = 0.95;  ///< In (0, 1).
};
/// How many dimensions the vectors are reduced to by principal component analysis.
using Pca = std::variant<PcaDims, PcaVariance, PcaAuto, PcaNone>;

/// Options of distill(). The defaults are those of model2vec.
struct DistillOptions {
  /// New tokens in addition to the teacher's. An entry that the tokenizer takes for one word joins
  /// the vocabulary of its model; one of several words becomes an added token.
  std::vector<std::string> vocabulary;
  /// Texts whose most frequent words are added to the vocabulary: at most `corpus_words` words that
  /// it lacks, each of which occurs at least twice.
  Texts corpus;
  std::size_t corpus_words = 0;
  Pooling pooling = Pooling::kAuto;
  /// Distills a teacher that ends with a Dense module without that module; otherwise such a teacher
  /// is a FormatError.
  bool ignore_dense = false;
  Pca pca = PcaDims{256};
  /// Number of leading principal components to drop before `pca` counts. They mostly distinguish
  /// common words from rare ones.
  std::size_t drop_components = 0;
  /// Scales each component by its variance to the power -whitening; in [0, 0.5]: 0 leaves it
  /// unchanged, 0.5 gives all components the same variance.
  double whitening = 0;
  /// If not 0, fits the vectors by least squares to the teacher's vectors of this many texts of
  /// random words, instead of applying PCA to the vectors of single tokens (see docs/recipes.md).
  std::size_t random_texts = 0;
  /// The a of the token weights a / (a + p), where p is a token's probability by Zipf's law; in
  /// (0, 1). No value: all weights are 1.
  std::optional<double> sif_coefficient = 1e-4;
  /// Texts to count tokens in. p is then interpolated between the frequency in these texts and
  /// Zipf's law, which counts as one occurrence per token of the vocabulary. Needs sif_coefficient.
  Texts frequency_texts;
  /// Tokens that match this regular expression at their beginning are removed from the vocabulary.
  std::optional<std::string> token_remove_pattern = R"(\[unused\d+\])";
  DType dtype = DType::kFloat16;  ///< Dtype of the saved table, other than bfloat16.
  Int8Scale int8_scale = Int8Scale::kTable;
  /// Number of rows for all tokens to share, found by k-means before PCA; each token then has a
  /// weight of its own. No value: one row per token.
  std::optional<std::size_t> vocabulary_quantization;
  Precision precision = Precision::kFloat32;
  std::string teacher_name;  ///< For config.json and the model card; empty: the folder's name.
  unsigned threads = 0;      ///< 0: one per hardware thread.
};

/// Returns the options that gave the best vectors in our measurements (docs/recipes.md).
[[nodiscard]] inline DistillOptions best_recipe() {
  DistillOptions options;
  options.sif_coefficient = 7e-5;
  options.whitening = 0.4;
  options.random_texts = 16'000;
  return options;
}

/// A report on a distillation. Durations are in seconds.
struct DistillReport {
  std::string family;     ///< The teacher's model_type, for example "bert".
  std::string pooling;    ///< The pooling that was used, for example "mean".
  std::string precision;  ///< The precision that was used: "f32" or "int16".
  /// The smallest cosine between vectors of both precisions, if kAuto compared them.
  std::optional<double> precision_agreement;
  std::size_t teacher_tokens = 0;    ///< Number of tokens of the teacher.
  std::size_t entries_left_out = 0;  ///< Skipped vocabulary entries; warnings give the reasons.
  std::size_t tokens = 0;            ///< Number of tokens of the static model.
  std::size_t teacher_dim = 0;       ///< Dimensions of the teacher's hidden states.
  std::size_t dim = 0;               ///< Dimensions of the static model.
  double explained_variance = 1.0;   ///< Fraction explained by the components that were kept.
  double load_seconds = 0;
  double forward_seconds = 0;
  double quantization_seconds = 0;  ///< Vocabulary quantization.
  double pca_seconds = 0;
  double total_seconds = 0;
};

/// Distills a Sentence Transformer into a static model (Model2Vec): each token of the vocabulary
/// goes through the transformer by itself, followed by PCA and Zipf weights. The result does not
/// depend on the number of threads.
///
/// `teacher` is a folder with config.json, model.safetensors, and tokenizer.json or a plain
/// vocabulary (see Tokenizer::load()); if it has a modules.json, that file determines the folder of
/// the transformer. `report`, if not null, receives a report. Throws IoError, FormatError,
/// Cancelled, or std::invalid_argument if an option is out of range.
[[nodiscard]] M2V_DISTILL_API StaticModel distill(const std::filesystem::path& teacher,
                                                  const DistillOptions& options = {},
                                                  const OnEvent& on_event = {},
                                                  DistillReport* report = nullptr);

}  // namespace m2v
