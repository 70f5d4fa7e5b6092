#pragma once

#include <filesystem>
#include <string_view>

#include "tokenize/files/assembly.h"

namespace m2v::tokenize {

/// A SentencePiece model, turned into what `transformers` makes of it for the kind of tokenizer
/// that the settings name, or `kind` where they name none that is known; empty: that is an error.
Assembly read_sentencepiece(const std::filesystem::path& file, std::string_view kind,
                            const Settings& settings);

}  // namespace m2v::tokenize
