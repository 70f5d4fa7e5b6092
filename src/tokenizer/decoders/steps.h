#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/json.h"
#include "tokenize/pre_tokenizers/metaspace.h"
#include "tokenize/regex/regex.h"

// The kinds of decoders. Each turns the tokens of a text, as the vocabulary spells them, into
// pieces of the text: `void decode(std::vector<std::string>& tokens) const`.
namespace m2v::tokenize {

using Strings = std::vector<std::string>;

/// WordPiece: a space in front of every token that does not continue a word.
struct WordPieceDecoder {
  std::string prefix;    ///< Of the tokens that continue a word.
  bool cleanup = false;  ///< Removes the spaces before punctuation and English contractions.

  static WordPieceDecoder parse(const core::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// BPEDecoder: a space in the place of the suffix that ends a word.
struct BpeDecoder {
  std::string suffix;

  static BpeDecoder parse(const core::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// ByteLevel: the bytes that the characters of the tokens stand for, as one text.
struct ByteLevelDecoder {
  static ByteLevelDecoder parse(const core::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// ByteFallback: the bytes that tokens such as "<0xE2>" stand for. Where they are no UTF-8, each is
/// U+FFFD.
struct ByteFallbackDecoder {
  void decode(Strings& tokens) const;
};

/// Metaspace: spaces in the place of the visible character; none at the start of the text if one
/// was put there.
struct MetaspaceDecoder {
  Metaspace metaspace;

  static MetaspaceDecoder parse(const core::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// CTC, connectionist temporal classification: repeated tokens count once, padding not at all.
struct CtcDecoder {
  std::string pad_token, word_delimiter;
  bool cleanup = true;

  static CtcDecoder parse(const core::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// Replace: `content` in the place of every match within a token.
struct ReplaceDecoder {
  Regex pattern;
  std::string content;

  static ReplaceDecoder parse(const core::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// Strip: removes one character from the ends of each token, so many times at most.
struct StripDecoder {
  char32_t content = 0;
  std::size_t start = 0, stop = 0;

  static StripDecoder parse(const core::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// Fuse: all tokens become one.
struct FuseDecoder {
  void decode(Strings& tokens) const;
};

}  // namespace m2v::tokenize
