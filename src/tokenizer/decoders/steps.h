#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "tokenizer/pre_tokenizers/metaspace.h"
#include "tokenizer/regex/regex.h"

// The kinds of decoders. Each has `void decode(std::vector<std::string>& tokens) const`, which
// turns tokens, as the vocabulary spells them, into pieces of text; and, where it has options, a
// parse() that throws FormatError if they are malformed.
namespace m2v::tokenizer {

using Strings = std::vector<std::string>;

/// WordPiece: removes the continuing subword prefix and inserts a space before every token that
/// does not have it, except the first token.
struct WordPieceDecoder {
  std::string prefix;    ///< The continuing subword prefix, such as "##".
  bool cleanup = false;  ///< Removes the spaces before punctuation and English contractions.

  static WordPieceDecoder parse(const base::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// BPEDecoder: replaces the end-of-word suffix with a space, and removes it in the last token.
struct BpeDecoder {
  std::string suffix;

  static BpeDecoder parse(const base::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// ByteLevel: joins the bytes that the characters of the tokens represent into one text, with
/// ill-formed UTF-8 replaced by U+FFFD. A token with a character outside the byte alphabet is kept
/// as it is.
struct ByteLevelDecoder {
  static ByteLevelDecoder parse(const base::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// ByteFallback: replaces each run of byte tokens, such as "<0xE2>", with the text that the bytes
/// encode. If a run is not valid UTF-8, each of its bytes becomes U+FFFD.
struct ByteFallbackDecoder {
  void decode(Strings& tokens) const;
};

/// Metaspace: replaces the replacement character with a space. In the first token, it is removed
/// instead unless the prepend scheme is "never".
struct MetaspaceDecoder {
  Metaspace metaspace;

  static MetaspaceDecoder parse(const base::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// CTC (connectionist temporal classification): collapses repeated tokens and removes padding.
struct CtcDecoder {
  std::string pad_token, word_delimiter;
  bool cleanup = true;  ///< As in WordPieceDecoder; also replaces word delimiters with spaces.

  static CtcDecoder parse(const base::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// Replace: replaces every match within a token with `content`.
struct ReplaceDecoder {
  Regex pattern;
  std::string content;

  static ReplaceDecoder parse(const base::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// Strip: removes a character from both ends of each token.
struct StripDecoder {
  char32_t content = 0;             ///< The character to remove.
  std::size_t start = 0, stop = 0;  ///< Maximum number to remove at the start and at the end.

  static StripDecoder parse(const base::JsonAt& json);
  void decode(Strings& tokens) const;
};

/// Fuse: joins all tokens into one.
struct FuseDecoder {
  void decode(Strings& tokens) const;
};

}  // namespace m2v::tokenizer
