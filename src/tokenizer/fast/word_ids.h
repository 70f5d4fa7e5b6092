#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/cancellation.h"
#include "tokenize/fast/spelling.h"
#include "tokenize/fast/word_cache.h"
#include "tokenize/fast/word_table.h"
#include "tokenize/id_buffer.h"
#include "tokenize/models/model.h"

namespace m2v::tokenize {

/// From words to ids: tables of the words that are tokens themselves, shared by all threads, then
/// the thread's cache, then the model.
class WordIds {
 public:
  /// Whether a token can be a word of the road that asks.
  using IsWord = bool (*)(std::string_view word);

  /// The model must outlive this. `compiled` has what save() put there; null: the tables are made.
  WordIds(const Model& model, Spelling spelling, const core::Sections* compiled,
          IsWord is_word = nullptr);
  void save(core::Sections& sections) const;

  /// The memory of one thread.
  struct Scratch {
    WordCache cache;
    std::string spelled;
    std::vector<Piece> pieces;
    ModelScratch model;
  };

  /// Bytes from the beginning of a word that may be read, and ids behind its own that may be
  /// written.
  static constexpr std::size_t kReadAhead = WordCache::kMaxBytes;
  static constexpr std::size_t kWriteAhead = WordCache::kMaxIds;

  /// Whether the model is one whose pieces of a word are never more than the bytes that spell it.
  static bool can_serve(const Model& model) noexcept;
  /// At the most, for words of so many bytes together.
  std::size_t most_ids(std::size_t bytes) const noexcept {
    return most_spelled_bytes(spelling_, bytes);
  }

  static constexpr std::size_t kBatch = 32;
  /// Words whose places have been asked for, so that they are on their way from memory while the
  /// next words are cut.
  struct Batch {
    struct Word {
      const char* text;
      std::size_t size;
    };
    Word words[kBatch];
    std::size_t count = 0;
  };

  /// Adds a word, not empty and without a NUL, to a batch that is not full.
  void add(const char* word, std::size_t size, Batch& batch, Scratch& scratch) const noexcept {
    batch.words[batch.count++] = {word, size};
    if (size <= WordKey<1>::kMaxBytes) [[likely]] {
      short_words_.prefetch({word, size});
    } else if (size <= WordKey<2>::kMaxBytes) {
      long_words_.prefetch({word, size});
    }
    // Of other scripts few vocabularies have many whole words.
    const bool ascii = static_cast<unsigned char>(word[0]) < 0x80;
    if (!ascii && size <= WordCache::kMaxBytes) scratch.cache.prefetch(word, size);
  }

  /// Writes the ids of a batch, in order, and empties it; asks for their rows one by one, since
  /// many at once would keep the next words waiting. Returns the place behind the ids.
  std::uint32_t* take(Batch& batch, std::uint32_t* out, Scratch& scratch,
                      core::RowPrefetch prefetch_row) const {
    for (std::size_t i = 0; i < batch.count; ++i) {
      const auto [word, size] = batch.words[i];
      if (const std::uint32_t* const known = find(word, size)) [[likely]] {
        prefetch_row(*known);
        *out++ = *known;
      } else {
        std::uint32_t* const end = append_unknown(word, size, out, scratch);
        for (; out != end; ++out) prefetch_row(*out);
      }
    }
    batch.count = 0;
    return out;
  }

  /// Writes the ids of a word of any size, even an empty one. Returns the place behind them.
  std::uint32_t* ask_model(std::string_view word, std::uint32_t* out, Scratch& scratch) const;

 private:
  const std::uint32_t* find(const char* word, std::size_t size) const noexcept {
    if (size <= WordKey<1>::kMaxBytes) [[likely]]
      return short_words_.find({word, size});
    return size <= WordKey<2>::kMaxBytes ? long_words_.find({word, size}) : nullptr;
  }
  std::uint32_t* append_unknown(const char* word, std::size_t size, std::uint32_t* out,
                                Scratch& scratch) const;
  void fill_tables(IsWord is_word);

  const Model& model_;
  const WordPiece* wordpiece_;  // null if the model is another one
  Spelling spelling_;
  IdTable<WordKey<1>> short_words_;
  IdTable<WordKey<2>> long_words_;
};

/// Words one after the other, and their ids behind those that are there already.
class WordWriter {
 public:
  /// The words have at most `bytes` bytes together; `limit` ids in all are enough.
  WordWriter(const WordIds& words, std::size_t bytes, IdBuffer& ids, std::size_t limit,
             WordIds::Scratch& scratch)
      : words_(words),
        ids_(ids),
        scratch_(scratch),
        out_(ids.room_for(words.most_ids(bytes) + WordIds::kWriteAhead)),
        stop_(out_ + std::min(limit - std::min(limit, ids.size()), words.most_ids(bytes) + 1)) {}
  ~WordWriter() = default;
  WordWriter(const WordWriter&) = delete;
  WordWriter& operator=(const WordWriter&) = delete;

  /// False once there are enough ids. An empty word is none. kReadAhead bytes of it may be read.
  bool add(const char* word, std::size_t size) {
    if (size == 0) return true;
    words_.add(word, size, batch_, scratch_);
    if (batch_.count < WordIds::kBatch) [[likely]]
      return true;
    take();
    checks_.step();
    return out_ < stop_;
  }

  /// A word that is spelled as an empty one is: nothing but a mark.
  bool add_empty() {
    take();
    out_ = words_.ask_model({}, out_, scratch_);
    return out_ < stop_;
  }

  /// The last words, too; call it once, at the end.
  void finish() {
    take();
    ids_.end_at(out_);
  }

 private:
  static constexpr unsigned kBatchesBetweenChecks = 64;

  void take() { out_ = words_.take(batch_, out_, scratch_, ids_.rows()); }

  const WordIds& words_;
  IdBuffer& ids_;
  WordIds::Scratch& scratch_;
  WordIds::Batch batch_;
  core::CancellationChecks checks_{kBatchesBetweenChecks};
  std::uint32_t* out_;
  const std::uint32_t* stop_;
};

}  // namespace m2v::tokenize
