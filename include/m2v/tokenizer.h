#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace m2v {

/// Stands for "no limit" wherever a maximum length is asked for.
inline constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

/// A token of a text, and which of its code points it stands for: [begin, end).
struct Token {
  std::uint32_t id;
  std::size_t begin, end;
};

/// Turns text into token ids, with exactly the ids of Hugging Face `tokenizers` 0.22.2.
/// Immutable once loaded, cheap to copy, and safe to use from any number of threads.
class Tokenizer {
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
