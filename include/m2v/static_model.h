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

// Static embedding models: loading, encoding, saving. A static model turns a text into a vector by
// averaging one stored vector per token.
//
//   const auto model = m2v::StaticModel::load("path/to/model");
//   const std::vector<float> vector = model.encode("some text");  // model.dim() values

namespace m2v {

/// Options of StaticModel::load().
struct LoadOptions {
  std::string subfolder = {};  ///< Folder inside the model folder; empty: the folder itself.
  std::optional<bool> normalize = std::nullopt;  ///< Overrides config.json.
  /// Maximum length of a text in tokens; kNoLimit: no limit. Overrides config.json.
  std::optional<std::size_t> max_length = std::nullopt;
};

/// Options of StaticModel::encode() and of functions that call it.
struct EncodeOptions {
  std::optional<bool> normalize = std::nullopt;  ///< Default: the model's setting.
  /// Maximum length of a text in tokens; kNoLimit: no limit. Default: the model's setting for
  /// encode(), no limit for encode_as_sequence().
  std::optional<std::size_t> max_length = std::nullopt;
  unsigned threads = 0;  ///< Number of threads; 0: one per hardware thread.
};

/// Options of StaticModel::save() and ModelWithHead::save().
struct SaveOptions {
  std::string model_name = {};  ///< Name in the model card; empty: the folder's name.
  /// Speed to state in the model card: texts of ten words per second on one thread; 0: none.
  double texts_per_second = 0;
  std::string training_json = {};  ///< Content of training.json; empty: no such file.
  /// Content of head.safetensors; empty: no such file. Ignored by ModelWithHead::save().
  std::string head = {};
  /// Allows saving into a folder that is neither empty nor holds a static model: the files of the
  /// model are written, replacing files of the same names, and all other files are left alone.
  bool force = false;
};

/// A description of a model.
struct ModelInfo {
  std::size_t tokens = 0;         ///< Number of token ids that the tokenizer can produce.
  std::size_t rows = 0;           ///< Rows of the table: fewer than tokens if vocabulary-quantized.
  std::size_t dim = 0;            ///< Number of values per vector.
  DType dtype = DType::kFloat32;  ///< Element type of the table.
  bool normalize = false;         ///< Whether encode() scales vectors to length 1.
  std::size_t max_length = 512;   ///< In tokens; kNoLimit: no limit.
  std::size_t median_token_length = 0;  ///< In code points.
  bool has_weights = false;             ///< Whether each token has a weight.
  bool has_mapping = false;             ///< Whether tokens share rows (vocabulary quantization).
  bool has_head = false;  ///< Whether the folder holds a ModelWithHead (see m2v/model_with_head.h).
  std::string tokenizer_model = {};         ///< "WordPiece", "BPE", "Unigram", ...
  std::string base_model = {};              ///< Model that it was distilled from; empty if unknown.
  std::vector<std::string> languages = {};  ///< From the model card.
  std::string config_json = {};             ///< config.json as loaded.
};

/// A static embedding model: a tokenizer and a table of token vectors. A model is immutable, cheap
/// to copy, and may be used from any number of threads at once.
class M2V_API StaticModel {
 public:
  /// Loads a folder in any of three layouts (model2vec, Sentence Transformers, or Sentence
  /// Transformers with `0_StaticEmbedding`), or a compiled model (see m2v/compiled_model.h). If the
  /// model is being saved at the same time, either the old or the new one is loaded, never a
  /// mixture. A harmless defect, such as a malformed model card, is reported as a warning.
  ///
  /// The table is memory-mapped. To put another model in its place, replace the file, as save()
  /// does; do not overwrite it: a mapped file that becomes shorter raises SIGBUS (see
  /// m2v/signals.h).
  ///
  /// Throws IoError, FormatError or Cancelled.
  [[nodiscard]] static StaticModel load(const std::filesystem::path& path,
                                        const LoadOptions& options = {},
                                        const OnEvent& on_event = {});

  /// Returns one vector per text, [texts, dim()]: the mean of the rows of its tokens, each
  /// multiplied by the token's weight; the zero vector for a text without known tokens. The vector
  /// of a text does not depend on the other texts or on the number of threads, to the last bit.
  [[nodiscard]] Matrix encode(Texts texts, const EncodeOptions& options = {}) const;
  /// Writes the same vectors to `out`. Throws std::invalid_argument unless `out` has exactly
  /// texts.size() * dim() values.
  void encode(Texts texts, std::span<float> out, const EncodeOptions& options = {}) const;
  /// Writes the same vectors as float16, float32 or float64 to `out`, aligned for that type. If
  /// both the table and the output are float64, nothing is rounded to float32. Throws
  /// std::invalid_argument for any other dtype, and unless `out` has exactly
  /// texts.size() * dim() * dtype_size(dtype) bytes.
  void encode(Texts texts, std::span<std::byte> out, DType dtype,
              const EncodeOptions& options = {}) const;
  /// Returns the vector of one text, dim() values.
  [[nodiscard]] std::vector<float> encode(std::string_view text,
                                          const EncodeOptions& options = {}) const;

  /// Returns one vector per known token of the text, [tokens, dim()]: weighted, never normalized.
  [[nodiscard]] Matrix encode_as_sequence(std::string_view text,
                                          const EncodeOptions& options = {}) const;

  /// Returns the ids whose rows encode() averages: those of the first
  /// max_length * median_token_length code points, at most max_length of them, without the unknown
  /// id. (The `tokenize` of model2vec and of the Python package reads the whole text before it
  /// truncates. For long texts it therefore returns other ids than those that are averaged; see
  /// docs/parity.md.)
  [[nodiscard]] std::vector<std::uint32_t> tokenize(std::string_view text) const;

  /// Writes a folder that m2v, model2vec and Sentence Transformers can load, or replaces the model
  /// in it. After a crash at any moment the folder holds either the old or the new model; all other
  /// files in it are left alone. A model card that was written by hand is kept.
  ///
  /// Throws IoError. Throws before anything is changed: IoError if a file to be replaced is
  /// read-only or belongs to another user, Error if it is a link into the cache of the Hub, and
  /// std::invalid_argument if the folder is neither empty nor holds a static model, unless
  /// options.force is set.
  void save(const std::filesystem::path& folder, const SaveOptions& options = {}) const;

  /// Returns the content of a model file, such as "training.json", in the folder that the model was
  /// loaded (or compiled) from, as of that moment; nothing if there was no such file. The view is
  /// valid as long as the model. Throws IoError if the file could not be read.
  [[nodiscard]] std::optional<std::string_view> file(std::string_view name) const;

  /// Returns the vector of a token id, multiplied by its weight: what the token adds to the sum
  /// over a text. Throws std::invalid_argument if there is no such token.
  [[nodiscard]] std::vector<float> token_vector(std::uint32_t id) const;

  /// Returns the number of values per vector.
  std::size_t dim() const noexcept;
  /// Returns the tokenizer, which is valid as long as the model.
  const Tokenizer& tokenizer() const noexcept;
  /// Returns a description of the model.
  ModelInfo info() const;

  struct Impl;  ///< Internal.

 private:
  friend struct ImplAccess;
  explicit StaticModel(std::shared_ptr<const Impl> impl);

  std::shared_ptr<const Impl> impl_;
};

/// Throws what StaticModel::save() would throw for that folder before writing anything. Call it
/// before long work whose result is to be saved there.
M2V_API void check_save_folder(const std::filesystem::path& folder, bool force = false);

}  // namespace m2v
