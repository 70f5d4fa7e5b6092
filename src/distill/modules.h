#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace m2v::distillation {

/// The parts of a Sentence Transformer: as its modules.json says, else where they usually are.
struct Modules {
  std::filesystem::path transformer;  ///< The folder of the transformer and its tokenizer.
  /// The configuration of the Pooling module, if there is one.
  std::optional<std::filesystem::path> pooling;
  std::string dense;  ///< The folder of a Dense module as modules.json names it; empty: none.
};

/// Of the teacher in this folder. Throws IoError, or FormatError for a path that leads out of it.
Modules read_modules(const std::filesystem::path& teacher);

}  // namespace m2v::distillation
