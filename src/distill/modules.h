#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace m2v::distillation {

/// The modules of a Sentence Transformer, as listed in its modules.json or, without one, at their
/// usual locations.
struct Modules {
  std::filesystem::path transformer;  ///< The folder of the transformer and its tokenizer.
  /// Path of the Pooling module's configuration; no value if there is none.
  std::optional<std::filesystem::path> pooling;
  /// The folder of a Dense module as modules.json names it; empty if there is none.
  std::string dense;
};

/// Reads the modules of the teacher in this folder. Throws IoError, or FormatError if modules.json
/// is malformed or a path leads out of the folder.
Modules read_modules(const std::filesystem::path& teacher);

}  // namespace m2v::distillation
