#pragma once

#include <filesystem>
#include <string_view>

#include "tokenizer/vocabulary_files/assembly.h"

namespace m2v::tokenizer {

/// Reads a SentencePiece model and converts it as `transformers` does for the kind of tokenizer
/// that the settings name. If they name no kind, `kind` is used; empty means that there is no
/// default. Throws IoError, or FormatError if the model is malformed or the kind is missing or
/// unknown.
Assembly read_sentencepiece(const std::filesystem::path& file, std::string_view kind,
                            const Settings& settings);

}  // namespace m2v::tokenizer
