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

#include "m2v/export.h"

namespace m2v {

/// Stands for "no limit" wherever a maximum length is asked for.
inline constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

/// A token of a text, and which of its code points it stands for: [begin, end).
struct Token {
  std::uint32_t id;
  std::size_t begin, end;
};

/// A token of a text, or of a pair of texts, with the special tokens around them.
struct EncodedToken {
  std::uint32_t id = 0;
  std::uint32_t type_id = 0;  ///< As the post-processor says; by default 1 for the second text.
  std::string text = {};      ///< As the vocabulary spells it; of unknown text, this text itself.
  std::size_t begin = 0, end = 0;          ///< Code points of its text; none for a special token.
  std::optional<std::uint32_t> word = {};  ///< Which word of its text; none for a special token.
  std::optional<std::uint32_t> sequence = {};  ///< 0: of the first text, 1: of the second.
  bool special = false;                        ///< The post-processor has put it there.
};

/// Which of two texts is cut when both together are too long.
enum class TruncationStrategy { kLongestFirst, kOnlyFirst, kOnlySecond };

struct EncodingOptions {
  bool add_special_tokens = true;
  std::size_t max_tokens = kNoLimit;  ///< Of the texts and the special tokens together.
  TruncationStrategy strategy = TruncationStrategy::kLongestFirst;
  bool truncate_left = false;  ///< Cuts the beginnings off instead of the ends.
  /// Fills in the ids, types, sequences and `special` alone, which is many times as fast.
  bool ids_only = false;
};

/// Turns text into token ids, with exactly the ids of Hugging Face `tokenizers` 0.22.2.
/// Immutable once loaded, cheap to copy, and safe to use from any number of threads.
class M2V_API Tokenizer {
 public:
  /// Reads a `tokenizer.json`, the one in a folder, or the one in a compiled model (see
  /// m2v/compiled_model.h), which is used where it is mapped. A folder without one may have a plain
  /// vocabulary instead, which is read as `transformers` reads it: `vocab.txt`, `vocab.json` and
  /// `merges.txt`, or a SentencePiece model.
  /// Throws IoError (no such file) or FormatError (unknown or contradictory content, with the JSON
  /// path).
  static Tokenizer load(const std::filesystem::path& path);

  /// Reads the text of a `tokenizer.json`. `name` is what error messages call it.
  static Tokenizer from_json(std::string_view json, const std::string& name = "tokenizer.json");

  /// Appends the ids of `text` to `ids`: no special tokens added, unknown ids kept, at most
  /// `max_tokens` of them. Padding and truncation settings of the file have no effect. Invalid
  /// UTF-8 is read as U+FFFD, once for each maximal ill-formed part.
  void encode(std::string_view text, std::vector<std::uint32_t>& ids,
              std::size_t max_tokens = kNoLimit) const;

  /// The same tokens with their places in `text`, for tools and explanations; slower. Code points
  /// are counted with each maximal ill-formed part as one.
  std::vector<Token> encode_with_offsets(std::string_view text) const;

  /// The ids of `text` with what the post-processor's template for one sequence puts around them.
  std::vector<std::uint32_t> encode_with_special_tokens(std::string_view text) const;

  /// A text, or a pair of them, as the encoder that the tokenizer belongs to gets it. Throws
  /// std::invalid_argument if the text that the strategy names has not enough tokens to cut off.
  std::vector<EncodedToken> encoding(std::string_view text,
                                     std::optional<std::string_view> pair = std::nullopt,
                                     const EncodingOptions& options = {}) const;
  /// How many special tokens are put around one text, or two.
  std::size_t special_tokens_around(bool pair) const;

  /// The text that ids stand for, as the file's decoder makes it; with spaces between the tokens if
  /// the file has none. Ids without a token are left out, and special tokens if asked.
  std::string decode(std::span<const std::uint32_t> ids, bool skip_special_tokens = true) const;

  /// The number of distinct tokens, added ones included.
  std::size_t vocabulary_size() const noexcept;
  /// One more than the largest id. Equals vocabulary_size() when there are no gaps.
  std::size_t id_limit() const noexcept;
  /// The surface form of an id, valid as long as this object or a copy of it.
  std::optional<std::string_view> token(std::uint32_t id) const;
  std::optional<std::uint32_t> id(std::string_view token) const;
  /// The id that stands for text outside the vocabulary, if the vocabulary has one.
  std::optional<std::uint32_t> unknown_id() const noexcept;
  /// "WordPiece", "BPE", ...
  std::string_view model_type() const noexcept;

  struct Impl;
  // For the library's own use.
  explicit Tokenizer(std::shared_ptr<const Impl> impl);
  const Impl& impl() const noexcept { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace m2v
