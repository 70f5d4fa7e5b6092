#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "tokenizer/fast/spelling.h"
#include "tokenizer/fast/word_cache.h"
#include "tokenizer/fast/word_table.h"
#include "tokenizer/id_buffer.h"
#include "tokenizer/models/model.h"

namespace m2v::tokenizer {

/// Maps words to ids. It looks up each word first in the tables of the words that are single
/// tokens, which all threads share, then in the cache of the thread, and finally runs the model.
/// Immutable.
class WordIds {
 public:
  /// Returns whether the word of a token can occur as a word in the fast path.
  using IsWord = bool (*)(std::string_view word);

  /// The model must outlive this object. If `compiled` is not null, uses the tables that save()
  /// added to it, and throws FormatError if they are missing or malformed; otherwise, builds the
  /// tables, leaving out words for which `is_word` is false.
  WordIds(const Model& model, Spelling spelling, const formats::Sections* compiled,
          IsWord is_word = nullptr);
  /// Adds the tables to `sections`.
  void save(formats::Sections& sections) const;

  /// Reusable working memory, including the cache. It may be used by only one thread at a time, and
  /// only with one WordIds.
  struct Scratch {
    WordCache cache;
    std::string spelled;
    std::vector<Piece> pieces;
    ModelScratch model;
  };

  /// Number of bytes that may be read from the start of a word on, and number of ids that may be
  /// written past the ids of a word, whatever their sizes.
  static constexpr std::size_t kReadAhead = WordCache::kMaxBytes;
  static constexpr std::size_t kWriteAhead = WordCache::kMaxIds;

  /// Returns whether the model never makes more pieces of a word than its spelling has bytes.
  static bool can_serve(const Model& model) noexcept;
  /// Returns an upper bound of the number of ids of words that have `bytes` bytes in total.
  std::size_t max_ids(std::size_t bytes) const noexcept {
    return max_spelled_bytes(spelling_, bytes);
  }

  static constexpr std::size_t kBatch = 32;
  static constexpr std::size_t kSinkWords = 4;
  /// Words whose table entries have been prefetched, so that they arrive from memory while the next
  /// words are being split off.
  struct Batch {
    struct Word {
      const char* text;
      std::size_t size;
    };
    Word words[kBatch];
    std::size_t count = 0;
  };

  /// Adds a nonempty word without a NUL to a batch that is not full, and prefetches its entries.
  /// The batch refers to the word's memory.
  void add(const char* word, std::size_t size, Batch& batch, Scratch& scratch) const noexcept {
    batch.words[batch.count++] = {word, size};
    if (size <= WordKey<1>::kMaxBytes) [[likely]] {
      short_words_.prefetch({word, size});
    } else if (size <= WordKey<2>::kMaxBytes) {
      long_words_.prefetch({word, size});
    }
    // Few vocabularies have many whole words in other scripts, so these often need the cache.
    const bool ascii = static_cast<unsigned char>(word[0]) < 0x80;
    if (!ascii && size <= WordCache::kMaxBytes) scratch.cache.prefetch(word, size);
  }

  /// Writes the ids of a batch to `out`, in order, and empties the batch. Returns a pointer past
  /// the last id. `sink` receives the ids of kSinkWords words at a time: few, because many
  /// prefetches at once would delay those of the next words.
  std::uint32_t* take(Batch& batch, std::uint32_t* out, Scratch& scratch, IdSink sink) const {
    for (std::size_t first = 0; first < batch.count; first += kSinkWords) {
      const std::uint32_t* const begin = out;
      for (std::size_t i = first; i < std::min(batch.count, first + kSinkWords); ++i) {
        const auto [word, size] = batch.words[i];
        if (const std::uint32_t* const known = find(word, size)) [[likely]] {
          *out++ = *known;
        } else {
          out = append_uncached(word, size, out, scratch);
        }
      }
      sink({begin, out});
    }
    batch.count = 0;
    return out;
  }

  /// Runs the model on a word of any size, including an empty one, and writes its ids to `out`.
  /// Returns a pointer past the last id.
  std::uint32_t* run_model(std::string_view word, std::uint32_t* out, Scratch& scratch) const;

 private:
  const std::uint32_t* find(const char* word, std::size_t size) const noexcept {
    if (size <= WordKey<1>::kMaxBytes) [[likely]]
      return short_words_.find({word, size});
    return size <= WordKey<2>::kMaxBytes ? long_words_.find({word, size}) : nullptr;
  }
  std::uint32_t* append_uncached(const char* word, std::size_t size, std::uint32_t* out,
                                 Scratch& scratch) const;
  void fill_tables(IsWord is_word);

  const Model& model_;
  const WordPiece* wordpiece_;  // the model if it is a WordPiece, otherwise null
  Spelling spelling_;
  IdTable<WordKey<1>> short_words_;
  IdTable<WordKey<2>> long_words_;
};

/// Appends the ids of words to an IdBuffer, one word at a time.
class WordWriter {
 public:
  /// The words must have at most `bytes` bytes in total. `limit` is the number of ids in `ids`
  /// after which no more are needed. The memory of the words must stay valid until finish().
  WordWriter(const WordIds& words, std::size_t bytes, IdBuffer& ids, std::size_t limit,
             WordIds::Scratch& scratch)
      : words_(words),
        ids_(ids),
        scratch_(scratch),
        out_(ids.reserve_more(words.max_ids(bytes) + WordIds::kWriteAhead)),
        stop_(out_ + std::min(limit - std::min(limit, ids.size()), words.max_ids(bytes) + 1)) {}
  ~WordWriter() = default;
  WordWriter(const WordWriter&) = delete;
  WordWriter& operator=(const WordWriter&) = delete;

  /// Adds a word; an empty word is ignored. Returns false once there are enough ids.
  /// WordIds::kReadAhead bytes from `word` on may be read, whatever `size` is.
  bool add(const char* word, std::size_t size) {
    if (size == 0) return true;
    words_.add(word, size, batch_, scratch_);
    if (batch_.count < WordIds::kBatch) [[likely]]
      return true;
    take();
    checks_.step();
    return out_ < stop_;
  }

  /// Adds an empty word, whose spelling is nothing but a mark. Returns false once there are enough
  /// ids.
  bool add_empty() {
    take();
    out_ = words_.run_model({}, out_, scratch_);
    return out_ < stop_;
  }

  /// Writes the remaining words and sets the size of the buffer. Must be called once, at the end.
  void finish() {
    take();
    ids_.set_end(out_);
  }

 private:
  static constexpr unsigned kBatchesBetweenChecks = 64;

  void take() { out_ = words_.take(batch_, out_, scratch_, ids_.sink()); }

  const WordIds& words_;
  IdBuffer& ids_;
  WordIds::Scratch& scratch_;
  WordIds::Batch batch_;
  base::CancellationChecks checks_{kBatchesBetweenChecks};
  std::uint32_t* out_;
  const std::uint32_t* stop_;
};

}  // namespace m2v::tokenizer
