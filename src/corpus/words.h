#pragma once

#include <cstddef>
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
    pair_from_ = kNone;
  }
  /// Steps to the next word that counts; false behind the last one.
  bool next();

  std::string_view term() const { return term_; }  ///< What is compared; gone with the next one.
  std::size_t begin() const { return begin_; }     ///< Where it stands, in bytes.
  std::size_t end() const { return end_; }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  bool next_word();
  bool read_pair();
  void read_from(std::size_t begin);
  void fold(std::size_t begin, std::size_t end);

  const LexicalOptions& options_;
  std::set<std::string, std::less<>> stop_words_;
  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t begin_ = 0, end_ = 0;
  std::size_t pair_from_ =
      kNone;  // the last word was this one character, of a script without spaces
  std::string buffer_;
  std::u32string characters_, folded_;
  std::string_view term_;
};

}  // namespace m2v::corpus
