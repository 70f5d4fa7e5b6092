#pragma once

#include <filesystem>

#include "tokenizer/vocabulary_files/assembly.h"

namespace m2v::tokenizer {

/// Reads BERT's vocab.txt, which has one token per line. Throws IoError, or FormatError if the file
/// is empty or not valid UTF-8.
Assembly read_vocab_txt(const std::filesystem::path& file, const Settings& settings);

/// Reads GPT-2's vocab.json and merges.txt, a byte-level BPE model. Throws IoError, or FormatError
/// if a file is malformed or the settings name an unknown kind of tokenizer.
Assembly read_vocab_json(const std::filesystem::path& vocabulary,
                         const std::filesystem::path& merges, const Settings& settings);

}  // namespace m2v::tokenizer
