#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/sections.h"
#include "m2v/tokenizer.h"
#include "tokenize/added_tokens.h"
#include "tokenize/aligned_text.h"
#include "tokenize/decoders/decoder.h"
#include "tokenize/models/model.h"
#include "tokenize/normalizers/normalizer.h"
#include "tokenize/post_processors/post_processor.h"
#include "tokenize/pre_tokenizers/pre_tokenizer.h"

namespace m2v::tokenize {

/// What else there is to say of the tokens that a text becomes.
struct TokenDetails {
  struct Detail {
    std::string text;    ///< As EncodedToken has it.
    std::uint32_t word;  ///< Which word of the text it is part of.
  };
  std::vector<Detail> of_tokens;
  std::uint32_t words = 0;
};

/// A tokenizer as its file describes it: the stages in the order in which a text meets them.
struct Pipeline {
  AddedTokenMatcher added;  ///< In the text as it comes.
  Normalizer normalizer;
  AddedTokenMatcher added_normalized;  ///< In the normalized text.
  PreTokenizer pre_tokenizer;
  Model model;
  PostProcessor post_processor;
  Decoder decoder;

  std::vector<AddedToken>
      added_tokens;  ///< All, in the file's order, with the ids they really get.
  std::optional<std::uint32_t> unknown_id;

  /// Reads a whole tokenizer.json, or what save() left of it and the sections. Throws FormatError.
  static Pipeline parse(const core::Json& json, const std::string& file,
                        const core::Sections* compiled = nullptr);

  /// Puts the large parts into sections, and takes them out of `json`, which was parsed.
  void save(core::Json& json, core::Sections& sections) const;

  /// Appends the tokens of a text of valid UTF-8, stage by stage: the plain road, which defines
  /// what the fast ones must give. `details` may be null.
  void encode(std::string_view text, std::vector<Token>& tokens,
              TokenDetails* details = nullptr) const;
  /// The same for a stretch of text between two of the tokens in `added`; its first character is
  /// the text's character number `begin`.
  void encode_segment(std::string_view text, std::size_t begin, std::vector<Token>& tokens,
                      TokenDetails* details = nullptr) const;

 private:
  void encode_words(AlignedText text, std::vector<Token>& tokens, TokenDetails* details) const;
  void describe(std::string_view word, const std::vector<Piece>& pieces,
                TokenDetails& details) const;
};

}  // namespace m2v::tokenize
