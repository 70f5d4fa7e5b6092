#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "formats/sections.h"
#include "m2v/tokenizer.h"
#include "tokenizer/added_tokens.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/decoders/decoder.h"
#include "tokenizer/models/model.h"
#include "tokenizer/normalizers/normalizer.h"
#include "tokenizer/post_processors/post_processor.h"
#include "tokenizer/pre_tokenizers/pre_tokenizer.h"

namespace m2v::tokenizer {

/// The texts and word indices of the tokens of a text, which Pipeline::encode() adds on request.
struct TokenDetails {
  struct Detail {
    std::string text;    ///< The same as EncodedToken::text.
    std::uint32_t word;  ///< Index of the word that contains the token.
  };
  std::vector<Detail> token_count;  ///< One element per token.
  std::uint32_t words = 0;          ///< Number of words so far.
};

/// A tokenizer as its tokenizer.json describes it, with the stages in the order of their use.
struct Pipeline {
  AddedTokenMatcher added;  ///< Added tokens that are matched in the original text.
  Normalizer normalizer;
  AddedTokenMatcher added_normalized;  ///< Added tokens that are matched in the normalized text.
  PreTokenizer pre_tokenizer;
  Model model;
  PostProcessor post_processor;
  Decoder decoder;

  /// All added tokens, in the order of the file, with the ids that `tokenizers` assigns to them.
  std::vector<AddedToken> added_tokens;
  /// Id of the unknown token; empty if the tokenizer has none.
  std::optional<std::uint32_t> unknown_id;

  /// Reads a complete tokenizer.json. If `compiled` is not null, `json` is what save() left of the
  /// file, and the large parts come from the sections. `file` names the file in error messages.
  /// Throws FormatError if the content is malformed or not supported.
  static Pipeline parse(const base::Json& json, const std::string& file,
                        const formats::Sections* compiled = nullptr);

  /// Moves the large parts of `json`, from which this pipeline was parsed, to sections.
  void save(base::Json& json, formats::Sections& sections) const;

  /// Appends the tokens of `text`, which must be valid UTF-8. This is the reference path, which
  /// runs stage by stage and defines the result of the fast paths. If `details` is not null,
  /// appends one element per token to it. Throws FormatError if the unknown token is needed and
  /// there is none.
  void encode(std::string_view text, std::vector<Token>& tokens,
              TokenDetails* details = nullptr) const;
  /// Does the same for a segment of the text between two tokens of `added`. Its first character has
  /// index `begin` in the whole text, in code points.
  void encode_segment(std::string_view text, std::size_t begin, std::vector<Token>& tokens,
                      TokenDetails* details = nullptr) const;

 private:
  void encode_words(AlignedText text, std::vector<Token>& tokens, TokenDetails* details) const;
  void describe(std::string_view word, const std::vector<Piece>& pieces,
                TokenDetails& details) const;
};

}  // namespace m2v::tokenizer
