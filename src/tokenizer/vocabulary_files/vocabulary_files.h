#pragma once

#include <filesystem>

#include "tokenize/files/assembly.h"

namespace m2v::tokenize {

/// BERT's vocab.txt: a token a line.
Assembly read_vocab_txt(const std::filesystem::path& file, const Settings& settings);

/// GPT-2's vocab.json and merges.txt: bytes as characters, and their merges.
Assembly read_vocab_json(const std::filesystem::path& vocabulary,
                         const std::filesystem::path& merges, const Settings& settings);

}  // namespace m2v::tokenize
