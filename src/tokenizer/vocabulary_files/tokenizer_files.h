#pragma once

#include <filesystem>
#include <string>

#include "base/json.h"

namespace m2v::tokenizer {

/// The content of a tokenizer.json, and the file name for error messages about it.
struct TokenizerJson {
  base::Json json;
  std::string file;
};

/// Reads the tokenizer.json of a folder. If there is none, builds one as `transformers` does: from
/// vocab.txt, vocab.json and merges.txt, or a SentencePiece model, together with
/// tokenizer_config.json, special_tokens_map.json and config.json.
/// Throws IoError, which lists the expected files if none of them exists, or FormatError.
TokenizerJson read_tokenizer(const std::filesystem::path& folder);

/// Does the same but ignores tokenizer.json.
TokenizerJson tokenizer_from_files(const std::filesystem::path& folder);

}  // namespace m2v::tokenizer
