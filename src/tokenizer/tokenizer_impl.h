#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "m2v/tokenizer.h"
#include "tokenizer/fast/fast_path.h"
#include "tokenizer/id_buffer.h"
#include "tokenizer/pipeline.h"

namespace m2v {

/// The data of a Tokenizer: the pipeline, its fast path if there is one, and lookup tables for
/// tokens outside the model's vocabulary.
struct [[gnu::visibility("hidden")]] Tokenizer::Impl {
  /// `compiled` holds the sections that `stages` was parsed from; null for a tokenizer.json.
  Impl(tokenizer::Pipeline stages, const formats::Sections* compiled);

  tokenizer::Pipeline pipeline;
  /// The fast path, which refers to `pipeline`; null if there is none for it.
  std::unique_ptr<const tokenizer::FastPath> fast;
  /// Whether the data comes from a compiled model, whose ids are not checked when it is loaded.
  bool from_compiled;
  /// Pairs of id and token, in ascending order of the ids: the added tokens and the unknown token,
  /// which the model's vocabulary may lack or have under another id. Views into `pipeline`.
  std::vector<std::pair<std::uint32_t, std::string_view>> other_tokens;
  std::unordered_map<std::string_view, std::uint32_t> added_ids;  ///< Ids of the added tokens.
  std::unordered_set<std::string_view> special;                   ///< The special added tokens.
  std::size_t vocabulary_size = 0;                                ///< Number of distinct tokens.
  std::size_t id_limit = 0;                                       ///< One more than the largest id.

  /// Throws FormatError if an id is not below `id_limit`, which means that the file is damaged.
  void check(std::span<const std::uint32_t> ids) const;

  using Scratch = tokenizer::FastPath::Scratch;
  /// Returns working memory, reusing that of earlier calls if possible. Threads that encode at the
  /// same time get separate ones. Thread-safe, like give_back().
  std::unique_ptr<Scratch> borrow() const;
  /// Returns working memory to the pool for later calls.
  void give_back(std::unique_ptr<Scratch> scratch) const noexcept;

 private:
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Scratch>> pool_;
};

namespace tokenizer {

/// Adds the tokenizer, which was parsed from `json`, to `sections`: the large parts as binary
/// arrays that can be used in place, and the rest as JSON.
void save_tokenizer(const Tokenizer& tokenizer, base::Json json, formats::Sections& sections);

/// Loads a tokenizer from the sections that save_tokenizer() added, using the arrays in place.
/// Throws FormatError if a section is missing or malformed.
Tokenizer load_tokenizer(const formats::Sections& sections);

/// Encodes many texts one after the other and reuses its memory between them. A session may be used
/// by only one thread at a time.
class Session {
 public:
  /// The tokenizer must outlive the session. `sink` receives the ids that fast paths find, as they
  /// find them.
  explicit Session(const Tokenizer& tokenizer, IdSink sink = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Returns the ids of a text, the same as Tokenizer::encode(), at most `max_tokens` of them. The
  /// span is valid until the next call.
  std::span<const std::uint32_t> encode(std::string_view text, std::size_t max_tokens);

 private:
  void encode_valid(std::string_view text, std::size_t limit);

  const Tokenizer::Impl& impl_;
  std::unique_ptr<Tokenizer::Impl::Scratch> scratch_;  // null if there is no fast path
  IdBuffer ids_;
  std::vector<AddedTokenMatcher::Segment> segments_;
};

}  // namespace tokenizer
}  // namespace m2v
