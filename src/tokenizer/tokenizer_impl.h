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
#include "tokenize/fast/fast_road.h"
#include "tokenize/id_buffer.h"
#include "tokenize/pipeline.h"

namespace m2v {

/// What a Tokenizer holds: the pipeline, the fast road if it has one, and the names of the ids.
struct [[gnu::visibility("hidden")]] Tokenizer::Impl {
  /// `compiled`: the file that the pipeline uses; null: none.
  Impl(tokenize::Pipeline stages, const core::Sections* compiled);

  tokenize::Pipeline pipeline;
  std::unique_ptr<const tokenize::FastRoad> fast;  // refers to `pipeline`
  bool from_file;  // a compiled one, in which an id may be any number
  /// Tokens that the model's vocabulary lacks, or has under another id; views into `pipeline`.
  std::vector<std::pair<std::uint32_t, std::string_view>> other_tokens;  // by id
  std::unordered_map<std::string_view, std::uint32_t> added_ids;
  std::unordered_set<std::string_view> special;  ///< Added tokens that are special.
  std::size_t vocabulary_size = 0;
  std::size_t id_limit = 0;

  /// Throws FormatError if one of the ids is none: the file is damaged.
  void check(std::span<const std::uint32_t> ids) const;

  using Scratch = tokenize::FastRoad::Scratch;
  /// Memory of earlier calls, to be used again: one piece a thread that encodes at the same time.
  std::unique_ptr<Scratch> borrow() const;
  void give_back(std::unique_ptr<Scratch> scratch) const noexcept;

 private:
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Scratch>> spare_;
};

namespace tokenize {

/// Puts the tokenizer, which was made of `json`, into sections: its large parts as they are used,
/// the rest as JSON.
void save_tokenizer(const Tokenizer& tokenizer, core::Json json, core::Sections& sections);

/// Uses those sections where they lie. Throws FormatError.
Tokenizer load_tokenizer(const core::Sections& sections);

/// Encodes many texts one after the other without allocating for each. For one thread at a time.
class Session {
 public:
  /// `rows`: what will be looked up by the ids.
  explicit Session(const Tokenizer& tokenizer, core::RowPrefetch rows = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// The ids of a text, as Tokenizer::encode gives them; they are gone with the next text.
  std::span<const std::uint32_t> encode(std::string_view text, std::size_t max_tokens);

 private:
  void encode_valid(std::string_view text, std::size_t limit);

  const Tokenizer::Impl& impl_;
  std::unique_ptr<Tokenizer::Impl::Scratch> scratch_;  // null without a fast road
  IdBuffer ids_;
  std::vector<AddedTokenMatcher::Segment> segments_;
};

}  // namespace tokenize
}  // namespace m2v
