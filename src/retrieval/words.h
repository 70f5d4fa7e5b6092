#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "m2v/lexical.h"

namespace m2v::corpus {

/// What a character is to words.
enum class CharacterClass {
  kBetween,  ///< Part of none.
  kLetter,   ///< Letters, digits and marks: a run of them is a word.
  kAlone     ///< Of a script without spaces: a word by itself, and together with its neighbour.
};
CharacterClass classify(char32_t c);

/// Reads the words of texts as LexicalIndex describes them. For one thread. The options must
/// outlive it.
class WordReader {
 public:
  explicit WordReader(const LexicalOptions& options);

  void start(std::string_view text) {
    text_ = text;
    position_ = 0;
    pair_from_ = block_ = kNone;
  }
  /// Steps to the next word that counts; false behind the last one.
  bool next();

  std::string_view term() const { return term_; }  ///< What is compared; gone with the next one.
  std::size_t begin() const { return begin_; }     ///< Where it stands, in bytes.
  std::size_t end() const { return end_; }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  static constexpr std::size_t kBlock = 64;  // bytes that are classified at once

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
  std::size_t pair_from_ =
      kNone;                   // the last word was this one character, of a script without spaces
  std::size_t block_ = kNone;  // where the block at hand begins
  std::uint64_t letters_ = 0;  // its ASCII letters and digits, a bit each
  std::uint64_t others_ = 0;   // its bytes that are no plain ASCII
  char folded_block_[kBlock];
  std::u32string characters_, ordered_;
  std::string folded_;
  std::string_view term_;
};

}  // namespace m2v::corpus
