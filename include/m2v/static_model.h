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
#include "m2v/export.h"
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
  std::string head =
      {};  ///< What becomes head.safetensors, where it is no Pipeline's; empty: none.
  /// Also into a folder that is neither empty nor holds a static model: the files of the model are
  /// written, and replace what has their names there; everything else stays.
  bool force = false;
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
class M2V_API StaticModel {
 public:
  /// Loads a folder in any of the three layouts (model2vec, Sentence Transformers, Sentence
  /// Transformers with `0_StaticEmbedding`), or a compiled model (m2v/compiled_model.h). If the
  /// model is saved anew at that moment, the old one or the new one is loaded, never a mixture.
  /// What is wrong but does no harm, such as a malformed model card, is a warning. The table is
  /// memory-mapped: who puts another model in its place must replace the file, as save() does, and
  /// not overwrite it, for a table that becomes shorter in use is a SIGBUS (m2v/signals.h). Throws
  /// IoError, FormatError or Cancelled.
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

  /// The ids whose rows encode() pools: those of the first max_length * median_token_length code
  /// points, at most max_length of them, without the unknown one. (model2vec's `tokenize`, and so
  /// the Python package's, reads the whole text before it truncates: for long texts it gives other
  /// ids than are pooled. See docs/parity.md.)
  std::vector<std::uint32_t> tokenize(std::string_view text) const;

  /// Writes a folder that m2v, model2vec and Sentence Transformers load, or replaces the model that
  /// is in it: a crash at any moment leaves the old one or the new one, and whatever else is in the
  /// folder stays as it is. Throws IoError, also, before anything is changed, for files that are
  /// read-only or another user's; std::invalid_argument for a folder that is neither empty nor
  /// holds a static model, unless options.force is set.
  void save(const std::filesystem::path& folder, const SaveOptions& options = {}) const;

  /// The bytes of a file, such as "training.json", of the folder that the model was loaded from or
  /// that was compiled, as it was then; nothing if there is no such file of a model. They live as
  /// long as the model.
  std::optional<std::string_view> file(std::string_view name) const;

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

/// Throws what StaticModel::save() would throw for that folder before it writes anything: to be
/// asked before the work whose result goes there.
M2V_API void check_save_folder(const std::filesystem::path& folder, bool force = false);

}  // namespace m2v
