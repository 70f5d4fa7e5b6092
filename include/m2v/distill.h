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

namespace m2v {

/// How the hidden states of a token's input become one vector.
enum class Pooling {
  kAuto,    ///< As the teacher's own 1_Pooling/config.json says; mean if it says nothing.
  kMean,    ///< Over all positions, those of the bos and eos tokens included.
  kFirst,   ///< The first position ([CLS]).
  kLast,    ///< The last real position.
  kPooler,  ///< The pooler's output; an error if the teacher has none.
};

/// What the forward pass computes with.
enum class Precision {
  /// kInt16 where the machine is fast at it and it gives the same vectors, measured on 256 tokens
  /// (cosine at least 0.99999 for each); else kFloat32.
  kAuto,
  kFloat32,
  kInt16,  ///< 16-bit fixed point, scaled row by row and column by column.
};

/// What the integers of an int8 table stand for.
enum class Int8Scale {
  kTable,  ///< One scale for the whole table, which is not kept: as model2vec has it.
  kRow,    ///< A scale a row, kept in a tensor `scales`: nearer to the vectors. Only m2v reads it.
};

struct PcaAuto {};  ///< PCA that keeps all dimensions.
struct PcaNone {};  ///< No PCA; the vectors stay as the teacher made them.
struct PcaDims {
  std::size_t dims = 256;  ///< At least 1.
};
struct PcaVariance {
  double fraction = 0.95;  ///< The fewest components that explain it; in (0, 1).
};
using Pca = std::variant<PcaDims, PcaVariance, PcaAuto, PcaNone>;

struct DistillOptions {
  /// New tokens beside the teacher's. An entry that the tokenizer takes for one word joins the
  /// vocabulary of its model; one of several words becomes an added token.
  std::vector<std::string> vocabulary;
  /// Adds the most frequent words of these texts that the vocabulary lacks, at most
  /// `corpus_words` of them; each occurs at least twice.
  Texts corpus;
  std::size_t corpus_words = 0;
  Pooling pooling = Pooling::kAuto;
  /// Distils a teacher that ends with a Dense module without it; otherwise such a one is refused.
  bool ignore_dense = false;
  Pca pca = PcaDims{256};
  /// The first principal components, which tell common words from rare ones more than anything
  /// else, are left out before `pca` counts.
  std::size_t drop_components = 0;
  /// Each component is scaled by its variance to the power -whitening, in [0, 0.5]: 0 leaves it as
  /// it is, 0.5 gives all of them the same variance.
  double whitening = 0;
  /// Fits the vectors to the teacher's own ones of so many texts of random words, by least squares,
  /// in the place of the PCA of tokens alone. 0: not. docs/recipes.md says what it gives.
  std::size_t random_texts = 0;
  /// Weights a/(a + p), p being a token's chance by Zipf's law; in (0, 1). No value: all weights
  /// are 1.
  std::optional<double> sif_coefficient = 1e-4;
  /// Texts of your own, to count how often each token comes: p then is between what they say and
  /// Zipf's law, which stands for as many occurrences as there are tokens.
  Texts frequency_texts;
  /// Tokens that this regular expression matches at their start leave the vocabulary.
  std::optional<std::string> token_remove_pattern = R"(\[unused\d+\])";
  DType dtype = DType::kFloat16;  ///< Of the saved table: float16, float32, float64 or int8.
  Int8Scale int8_scale = Int8Scale::kTable;
  /// The number of rows that all tokens share, found by k-means before PCA; the weights then stay
  /// apart. No value: a row a token.
  std::optional<std::size_t> vocabulary_quantization;
  Precision precision = Precision::kFloat32;
  std::string teacher_name;  ///< For config.json and the card; empty: the folder's name.
  unsigned threads = 0;      ///< 0: as many as the machine has.
};

/// The options that gave the best vectors where they were measured (docs/recipes.md); those of a
/// DistillOptions are the reference's, model2vec's.
inline DistillOptions best_recipe() {
  DistillOptions options;
  options.sif_coefficient = 7e-5;
  options.whitening = 0.4;
  options.random_texts = 16'000;
  return options;
}

/// What distill() did and how long each part took, in seconds.
struct DistillReport {
  std::string family;     ///< The teacher's model_type, e.g. "bert".
  std::string pooling;    ///< What was chosen, e.g. "mean".
  std::string precision;  ///< What was chosen: "f32" or "int16".
  /// The smallest cosine between vectors of both precisions, if kAuto compared them.
  std::optional<double> precision_agreement;
  std::size_t teacher_tokens = 0;
  std::size_t entries_left_out = 0;  ///< Of the vocabulary; warnings (stage "vocabulary") say why.
  std::size_t tokens = 0;
  std::size_t teacher_dim = 0;
  std::size_t dim = 0;
  double explained_variance = 1.0;  ///< Fraction that the kept components explain.
  double load_seconds = 0;
  double forward_seconds = 0;
  double quantization_seconds = 0;  ///< Of the vocabulary.
  double pca_seconds = 0;
  double total_seconds = 0;
};

/// Distils a Sentence Transformer into a static model (Model2Vec): the vocabulary goes through the
/// transformer token by token; PCA and Zipf weights follow. The result does not depend on the
/// number of threads.
/// `teacher` is a folder with config.json, tokenizer.json and model.safetensors. Throws IoError,
/// FormatError, Cancelled, or std::invalid_argument for options out of range.
M2V_DISTILL_API StaticModel distill(const std::filesystem::path& teacher,
                                    const DistillOptions& options = {},
                                    const OnEvent& on_event = {}, DistillReport* report = nullptr);

}  // namespace m2v
