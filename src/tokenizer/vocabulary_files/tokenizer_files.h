#pragma once

#include <filesystem>
#include <string>

#include "core/json.h"

namespace m2v::tokenize {

/// The content of a tokenizer.json, and the file that errors in it should name.
struct TokenizerJson {
  core::Json json;
  std::string file;
};

/// Reads a folder's tokenizer.json. Where there is none, it is put together as `transformers` does
/// from vocab.txt, vocab.json and merges.txt, or a SentencePiece model, and what
/// tokenizer_config.json, special_tokens_map.json and config.json say.
/// Throws IoError, naming what was looked for if nothing is there, or FormatError.
TokenizerJson read_tokenizer(const std::filesystem::path& folder);

/// The same without a look at tokenizer.json.
TokenizerJson tokenizer_from_files(const std::filesystem::path& folder);

}  // namespace m2v::tokenize
