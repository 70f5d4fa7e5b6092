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
#include "m2v/types.h"

// Tokenization: from text to token ids and back, with the ids of Hugging Face `tokenizers`.
//
//   const auto tokenizer = m2v::Tokenizer::load("path/to/model");
//   const m2v::TokenIds ids = tokenizer.encode(texts);
//   for (const std::uint32_t id : ids[0]) std::cout << *tokenizer.token(id) << "\n";

namespace m2v {

/// The value of a maximum length that stands for "no limit".
inline constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

/// The token ids of a batch of texts.
struct TokenIds {
  std::vector<std::uint32_t> ids;  ///< The ids of all texts, text by text.
  /// The ids of text t are ids[offsets[t]] to ids[offsets[t + 1] - 1].
  std::vector<std::size_t> offsets = {0};

  /// Returns the number of texts.
  std::size_t size() const noexcept { return offsets.size() - 1; }
  /// Returns the ids of a text. Precondition: text < size().
  std::span<const std::uint32_t> operator[](std::size_t text) const {
    return std::span(ids).subspan(offsets[text], offsets[text + 1] - offsets[text]);
  }
};

/// A token, and the range of code points [begin, end) of the text that it covers.
struct Token {
  std::uint32_t id;
  std::size_t begin, end;
};

/// A token of a text, or of a pair of texts, or a special token added by the post-processor.
struct EncodedToken {
  std::uint32_t id = 0;
  std::uint32_t type_id = 0;  ///< Set by the post-processor; by default 1 for the second text.
  std::string text = {};  ///< As spelled in the vocabulary; for unknown text of a Unigram model,
                          ///< the text itself.
  std::size_t begin = 0, end = 0;  ///< Range of code points in its text; empty for special tokens.
  std::optional<std::uint32_t> word = {};      ///< Index of its word in its text; none if special.
  std::optional<std::uint32_t> sequence = {};  ///< 0 for the first text, 1 for the second.
  bool special = false;                        ///< Whether the post-processor added it.
};

/// Which of two texts is truncated when the pair is too long. `kLongestFirst` shortens the longer
/// text down to the length of the shorter one, and then both alike.
enum class TruncationStrategy { kLongestFirst, kOnlyFirst, kOnlySecond };

/// Options of Tokenizer::encoding().
struct EncodingOptions {
  bool add_special_tokens = true;
  std::size_t max_tokens = kNoLimit;  ///< Limit for both texts and the special tokens together.
  TruncationStrategy strategy = TruncationStrategy::kLongestFirst;
  bool truncate_left = false;  ///< Removes tokens from the beginning instead of the end.
  /// Fills in only `id`, `type_id`, `sequence` and `special`, which is many times faster.
  bool ids_only = false;
};

/// Turns text into token ids, exactly those of Hugging Face `tokenizers` 0.22.2.
///
/// A tokenizer is immutable, cheap to copy, and may be used from any number of threads at once.
/// Every function that reads a text throws Error if the tokenizer cannot process it: its normalizer
/// makes the text more than a thousand times longer, or one of its regular expressions backtracks
/// too often. It throws FormatError if a text needs an unknown token that the file lacks, or if a
/// damaged compiled tokenizer yields an id out of range.
class M2V_API Tokenizer {
 public:
  /// Loads a `tokenizer.json` file, the one in a folder, or the one in a compiled model (see
  /// m2v/compiled_model.h), which is used in place, where it is mapped. A folder without a
  /// `tokenizer.json` may have a plain vocabulary instead, which is read as `transformers` reads
  /// it: `vocab.txt`, `vocab.json` with `merges.txt`, or a SentencePiece model. Throws IoError if
  /// there is no such file, or FormatError, with the JSON path, if its content is unknown or
  /// contradictory.
  [[nodiscard]] static Tokenizer load(const std::filesystem::path& path);

  /// Parses the content of a `tokenizer.json`. `name` stands for the file in error messages. Throws
  /// FormatError.
  [[nodiscard]] static Tokenizer from_json(std::string_view json,
                                           const std::string& name = "tokenizer.json");

  /// Appends the ids of `text` to `ids`, at most `max_tokens` of them. No special tokens are added,
  /// and unknown ids are kept. The padding and truncation settings of the file have no effect. In
  /// ill-formed UTF-8, each maximal ill-formed part is read as one U+FFFD.
  void encode(std::string_view text, std::vector<std::uint32_t>& ids,
              std::size_t max_tokens = kNoLimit) const;

  /// Returns the same ids of each text of a batch. `threads`: 0 for one per hardware thread. Throws
  /// Cancelled as well.
  [[nodiscard]] TokenIds encode(Texts texts, std::size_t max_tokens = kNoLimit,
                                unsigned threads = 0) const;

  /// Returns the same tokens with their positions in `text`, for tools and explanations; slower
  /// than encode(). Each maximal ill-formed part counts as one code point.
  [[nodiscard]] std::vector<Token> encode_with_offsets(std::string_view text) const;

  /// Returns the ids of `text` with the special tokens that the post-processor adds to one text.
  [[nodiscard]] std::vector<std::uint32_t> encode_with_special_tokens(std::string_view text) const;

  /// Returns the tokens of a text, or of a pair of texts, as the encoder that the tokenizer belongs
  /// to expects them. Throws std::invalid_argument if the text to be truncated has too few tokens,
  /// or if the strategy is kOnlySecond and there is no second text; Error if the post-processor has
  /// no template for a pair.
  [[nodiscard]] std::vector<EncodedToken> encoding(
      std::string_view text, std::optional<std::string_view> pair = std::nullopt,
      const EncodingOptions& options = {}) const;
  /// Returns the number of special tokens that the post-processor adds to one text or, if `pair` is
  /// set, to two.
  [[nodiscard]] std::size_t special_token_count(bool pair) const;

  /// Returns the text of some ids, as the decoder of the file produces it. If the file has no
  /// decoder, the tokens are joined with spaces. Ids without a token are skipped, and so are
  /// special tokens if `skip_special_tokens` is set.
  [[nodiscard]] std::string decode(std::span<const std::uint32_t> ids,
                                   bool skip_special_tokens = true) const;

  /// Returns the number of distinct tokens, including added tokens.
  std::size_t vocabulary_size() const noexcept;
  /// Returns the largest id plus one. Equals vocabulary_size() if the ids have no gaps.
  std::size_t id_limit() const noexcept;
  /// Returns the token with this id as the vocabulary spells it, or nothing if there is none. The
  /// view is valid as long as this object or a copy of it exists.
  [[nodiscard]] std::optional<std::string_view> token(std::uint32_t id) const;
  /// Returns the id of a token, or nothing if the vocabulary does not contain it.
  [[nodiscard]] std::optional<std::uint32_t> id(std::string_view token) const;
  /// Returns the id that stands for text outside the vocabulary, if there is one.
  std::optional<std::uint32_t> unknown_id() const noexcept;
  /// Returns the type of the model in `tokenizer.json`: "WordPiece", "BPE", "Unigram", ...
  std::string_view model_type() const noexcept;

  struct Impl;  ///< Internal.

 private:
  friend struct ImplAccess;
  explicit Tokenizer(std::shared_ptr<const Impl> impl);

  std::shared_ptr<const Impl> impl_;
};

/// Tokenizes one text after another and reuses its memory between them: the fastest way to tokenize
/// on one thread. A session keeps its tokenizer alive, and may be used by one thread at a time.
class M2V_API TokenizerSession {
 public:
  explicit TokenizerSession(const Tokenizer& tokenizer);
  ~TokenizerSession();
  TokenizerSession(TokenizerSession&&) noexcept;
  TokenizerSession& operator=(TokenizerSession&&) noexcept;

  /// Returns the ids of `text`, the same as Tokenizer::encode(), at most `max_tokens` of them. The
  /// span is valid until the next call.
  std::span<const std::uint32_t> encode(std::string_view text, std::size_t max_tokens = kNoLimit);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace m2v
