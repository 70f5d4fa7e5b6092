#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "m2v/lexical.h"

namespace m2v::retrieval {

/// The role of a character in words.
enum class CharacterClass {
  kSeparator,  ///< Not part of a word.
  kLetter,     ///< Letters, digits and marks: a run of them is a word.
  kStandalone  ///< From a script without spaces: a word alone, and a word with each neighbor.
};
/// Returns the class of a code point.
CharacterClass classify(char32_t c);

/// Iterates over the words of texts, as LexicalIndex defines them. Not thread-safe. The options
/// must outlive it.
class WordReader {
 public:
  explicit WordReader(const LexicalOptions& options);

  /// Begins a new text, which must stay valid while its words are read.
  void start(std::string_view text) {
    text_ = text;
    position_ = 0;
    pair_begin_ = block_ = kNone;
  }
  /// Moves on to the next word that is not a stop word. Returns false after the last one.
  bool next();

  /// The word in the form in which words are compared. Valid until the next call of next().
  std::string_view term() const { return term_; }
  std::size_t begin() const { return begin_; }  ///< Byte position of the word in the text.
  std::size_t end() const { return end_; }      ///< Byte position after the word.

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  static constexpr std::size_t kBlock = 64;  // number of bytes that are classified at once

  bool next_word();
  void load_block(std::size_t begin);
  bool take_plain_word(std::size_t begin);
  bool take_other(std::size_t begin);
  bool take_pair();
  void take_any_word(std::size_t begin);
  void fold(std::size_t begin, std::size_t end);

  const LexicalOptions& options_;
  std::set<std::string, std::less<>> stop_words_;
  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t begin_ = 0, end_ = 0;
  std::size_t pair_begin_ = kNone;  // position of the last word if it was a single kStandalone
                                    // character, which may begin a pair
  std::size_t block_ = kNone;       // position of the current block
  std::uint64_t letters_ = 0;       // one bit per byte of the block: ASCII letters and digits
  std::uint64_t others_ = 0;        // one bit per byte of the block: all but plain ASCII
  char folded_block_[kBlock];       // the block in lowercase, unless options_.keep_case
  std::u32string characters_, ordered_;
  std::string folded_;
  std::string_view term_;
};

}  // namespace m2v::retrieval
