#pragma once

#include <filesystem>
#include <string>

#include "m2v/event.h"
#include "m2v/export.h"

// Compiled models. A compiled model is a single file, usually NAME.m2v, that is memory-mapped and
// used in place: it loads in about a millisecond, regardless of its size, and all processes that
// use it share its memory. Every function that loads a model folder also loads such a file. While
// it is in use it may be replaced by another file, but must not be overwritten (see
// StaticModel::load()). docs/formats.md describes the format.
//
//   m2v::compile_model("path/to/model", "model.m2v");
//   const auto model = m2v::StaticModel::load("model.m2v");

namespace m2v {

/// Options of compile_model().
struct CompileOptions {
  std::string subfolder = {};  ///< Folder inside the model folder; empty: the folder itself.
};

/// Compiles a model (a folder, or a compiled file) into `file`, which appears only when it is
/// complete and contains the files of the folder unchanged. The same files give the same bytes.
/// Throws as StaticModel::load() does.
M2V_API void compile_model(const std::filesystem::path& model, const std::filesystem::path& file,
                           const CompileOptions& options = {}, const OnEvent& on_event = {});

/// Options of unpack_model().
struct UnpackOptions {
  bool force = false;  ///< As in SaveOptions.
};

/// Verifies a compiled model as verify_model() does, and writes the files of the folder that it was
/// made from to `folder`, in the same way as StaticModel::save(). Throws IoError, FormatError, or
/// std::invalid_argument if the folder is neither empty nor holds a static model, unless
/// options.force is set.
M2V_API void unpack_model(const std::filesystem::path& file, const std::filesystem::path& folder,
                          const UnpackOptions& options = {});

/// Verifies the checksums of a whole compiled model, which loading it does not do, and loads it
/// once. Throws IoError, or FormatError, naming the part that is damaged.
M2V_API void verify_model(const std::filesystem::path& file);

/// Returns whether the file exists and begins like a compiled model.
[[nodiscard]] M2V_API bool is_compiled_model(const std::filesystem::path& path) noexcept;

}  // namespace m2v
