#pragma once

#include <filesystem>
#include <string>

#include "m2v/event.h"
#include "m2v/export.h"

namespace m2v {

// A compiled model is one file, by custom NAME.m2v, that is mapped and used where it lies: it loads
// in a millisecond, however large it is, and the processes that use it share its memory. Whatever
// loads a model's folder loads such a file as well. docs/formats.md describes it. While it is in
// use it may be replaced by another file of its name, but never be overwritten: m2v/static_model.h.

struct CompileOptions {
  std::string subfolder = {};  ///< Folder inside the model folder; empty: the folder itself.
};

/// Compiles a model, a folder or a file compiled before, into `file`, which appears when it is
/// complete. The folder's own files are kept in it as they are. The same files give the same bytes.
/// Throws what StaticModel::load throws.
M2V_API void compile_model(const std::filesystem::path& model, const std::filesystem::path& file,
                           const CompileOptions& options = {}, const OnEvent& on_event = {});

struct UnpackOptions {
  bool force = false;  ///< As in SaveOptions.
};

/// Checks every byte of a compiled model, and puts the files of the folder that it was made of into
/// `folder`, as StaticModel::save() would put new ones. Throws IoError, FormatError, or
/// std::invalid_argument for a folder that holds something else.
M2V_API void unpack_model(const std::filesystem::path& file, const std::filesystem::path& folder,
                          const UnpackOptions& options = {});

/// Compares every byte of a compiled model with its checksums, which loading does not, and loads
/// it. Throws IoError, or FormatError that names what is damaged.
M2V_API void verify_model(const std::filesystem::path& file);

/// Whether there is a file of that name that begins like a compiled model.
M2V_API bool is_compiled_model(const std::filesystem::path& path) noexcept;

}  // namespace m2v
