#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tokenize/fast/spelling.h"
#include "tokenize/fast/word_cache.h"
#include "tokenize/fast/word_table.h"
#include "tokenize/models/model.h"

namespace m2v::tokenize {

/// From words to ids: a table of the words that are tokens themselves, then the thread's cache,
/// then the model. Words are taken in batches, so that their lines of the table are on their way
/// before the first is looked at.
class WordIds {
 public:
  /// The model must outlive this.
  WordIds(const Model& model, Spelling spelling);

  /// The memory of one thread.
  struct Scratch {
    WordCache cache;
    std::string spelled;
    std::vector<Piece> pieces;
    ModelScratch model;
  };

  /// Bytes behind a word that may be read, and ids behind its own that may be written.
  static constexpr std::size_t kReadAhead = WordCache::kMaxBytes;
  static constexpr std::size_t kWriteAhead = WordCache::Entry::kMaxIds;

  /// Whether the model is one whose pieces of a word are never more than its bytes.
  static bool can_serve(const Model& model) noexcept;
  /// At the most, for words of so many bytes together.
  std::size_t most_ids(std::size_t bytes) const noexcept;

  static constexpr std::size_t kBatch = 32;
  /// Words whose lines have been asked for.
  struct Batch {
    struct Word {
      const char* text;
      std::size_t size;
      WordKey<2> key;                // if it is short enough
      const WordTable::Entry* home;  // null: not to be looked for in the table
    };
    Word words[kBatch];
    std::size_t count = 0;

    bool full() const noexcept { return count == kBatch; }
  };

  /// Adds a word, not empty and without a NUL, to a batch that is not full.
  void add(const char* word, std::size_t size, Batch& batch, Scratch& scratch) const noexcept;

  /// Writes the ids of a word of any size, even an empty one. Returns the place behind them.
  std::uint32_t* ask_model(std::string_view word, std::uint32_t* out, Scratch& scratch) const;

  /// Writes the ids of a batch, in order, and empties it. Returns the place behind the ids.
  std::uint32_t* take(Batch& batch, std::uint32_t* out, Scratch& scratch) const;

 private:
  std::uint32_t* take_unknown(const char* word, std::size_t size, std::uint32_t* out,
                              Scratch& scratch) const;

  const Model& model_;
  Spelling spelling_;
  WordTable table_;
};

/// Words one after the other, and their ids behind those that are there already.
class WordWriter {
 public:
  /// The words have at most `bytes` bytes together; `limit` ids in all are enough.
  WordWriter(const WordIds& words, std::size_t bytes, std::vector<std::uint32_t>& ids,
             std::size_t limit, WordIds::Scratch& scratch);
  ~WordWriter() = default;
  WordWriter(const WordWriter&) = delete;
  WordWriter& operator=(const WordWriter&) = delete;

  /// False once there are enough ids. An empty word is none. kReadAhead bytes behind it may be
  /// read.
  bool add(const char* word, std::size_t size) {
    if (size == 0) return true;
    words_.add(word, size, batch_, scratch_);
    if (!batch_.full()) return true;
    out_ = words_.take(batch_, out_, scratch_);
    return out_ < stop_;
  }

  /// A word that is spelled as an empty one is: nothing but a mark.
  bool add_empty();

  /// The last words, too; call it once, at the end.
  void finish();

 private:
  const WordIds& words_;
  std::vector<std::uint32_t>& ids_;
  WordIds::Scratch& scratch_;
  WordIds::Batch batch_;
  std::uint32_t* out_;
  const std::uint32_t* stop_;
};

}  // namespace m2v::tokenize
