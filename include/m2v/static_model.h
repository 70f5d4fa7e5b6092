#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/event.h"
#include "m2v/tokenizer.h"
#include "m2v/types.h"

namespace m2v {

struct LoadOptions {
  std::string subfolder = {};  ///< Folder inside the model folder; empty: the folder itself.
  std::optional<bool> normalize = std::nullopt;  ///< Overrides config.json.
  std::optional<std::size_t> max_length =
      std::nullopt;  ///< In tokens; overrides config.json; kNoLimit: none.
};

struct EncodeOptions {
  std::optional<bool> normalize = std::nullopt;  ///< Default: the model's own setting.
  /// In tokens; kNoLimit: none. Default: the model's own for encode(), none for
  /// encode_as_sequence().
  std::optional<std::size_t> max_length = std::nullopt;
  unsigned threads = 0;  ///< 0: as many as the machine has.
};

struct SaveOptions {
  std::string model_name = {};     ///< For the model card; empty: the folder's name.
  double texts_per_second = 0;     ///< For the model card, of ten words on one thread; 0: not said.
  std::string training_json = {};  ///< What becomes training.json; empty: no such file.
};

/// What a folder says about its model beside the numbers.
struct ModelInfo {
  std::size_t tokens = 0;  ///< Token ids that the tokenizer can produce.
  std::size_t rows = 0;    ///< Rows of the table: fewer than tokens if vocabulary-quantized.
  std::size_t dim = 0;
  DType dtype = DType::kFloat32;
  bool normalize = false;
  std::size_t max_length = 512;         ///< kNoLimit: none.
  std::size_t median_token_length = 0;  ///< In code points.
  bool has_weights = false;
  bool has_mapping = false;
  bool has_head = false;             ///< The folder is a pipeline's (m2v/pipeline.h).
  std::string tokenizer_model = {};  ///< "WordPiece", ...
  std::string base_model = {};       ///< Empty if unknown.
  std::vector<std::string> languages = {};
  std::string config_json = {};  ///< config.json as loaded.
};

/// A static embedding model: a tokenizer and a table of token vectors.
/// Immutable once loaded, cheap to copy, and safe to use from any number of threads.
class StaticModel {
 public:
  /// Loads a folder in any of the three layouts (model2vec, Sentence Transformers, Sentence
  /// Transformers with `0_StaticEmbedding`), or a compiled model (m2v/compiled_model.h). The table
  /// is memory-mapped. What is wrong but does no harm, such as a malformed model card, is a
  /// warning. Throws IoError, FormatError or Cancelled.
  static StaticModel load(const std::filesystem::path& path, const LoadOptions& options = {},
                          const OnEvent& on_event = {});

  /// One vector a text: the mean of its tokens' rows, each times its token's weight; the zero
  /// vector for a text without known tokens. Returns [texts, dim()].
  Matrix encode(Texts texts, const EncodeOptions& options = {}) const;
  /// The same into the caller's memory; `out` has exactly texts.size() * dim() values, or
  /// std::invalid_argument is thrown.
  void encode(Texts texts, std::span<float> out, const EncodeOptions& options = {}) const;
  /// The same as float16, float32 or float64, of texts.size() * dim() values; of a float64 table,
  /// float64 vectors are not rounded. Throws std::invalid_argument for another type.
  void encode(Texts texts, void* out, DType dtype, const EncodeOptions& options = {}) const;
  /// One text, one vector of dim() values.
  std::vector<float> encode(std::string_view text, const EncodeOptions& options = {}) const;

  /// One row a kept token, weighted, never normalized: [tokens, dim()].
  Matrix encode_as_sequence(std::string_view text, const EncodeOptions& options = {}) const;

  /// The ids whose rows are pooled: truncated to the model's max_length, unknown ids dropped.
  std::vector<std::uint32_t> tokenize(std::string_view text) const;

  /// Writes a folder that m2v, model2vec and Sentence Transformers load. Replaces a model that is
  /// there in one step: a crash leaves the old one or the new one. Throws IoError,
  /// or std::invalid_argument for a folder that holds a model of another kind.
  void save(const std::filesystem::path& folder, const SaveOptions& options = {}) const;

  /// The row of a token id, times its weight: what it adds to a text's sum. Throws
  /// std::invalid_argument for an id that is no token's.
  std::vector<float> token_vector(std::uint32_t id) const;

  std::size_t dim() const noexcept;
  const Tokenizer& tokenizer() const noexcept;
  ModelInfo info() const;

  // For the library's own use.
  struct Impl;
  explicit StaticModel(std::shared_ptr<const Impl> impl);
  const Impl& impl() const noexcept { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace m2v
