#include "m2v/compiled_model.h"

#include <stdexcept>

#include "core/section_file.h"
#include "embed/model_impl.h"
#include "store/save_model.h"
#include "tokenize/tokenizer_impl.h"

namespace m2v {

bool is_compiled_model(const std::filesystem::path& path) noexcept {
  return core::is_section_file(path);
}

void compile_model(const std::filesystem::path& model, const std::filesystem::path& file,
                   const CompileOptions& options, const OnEvent& on_event) {
  LoadOptions load;
  load.subfolder = options.subfolder;
  const StaticModel loaded = StaticModel::load(model, load, on_event);
  const StaticModel::Impl& impl = loaded.impl();
  core::Sections sections(file.string());
  embed::save_figures(impl, sections);
  // Made anew of the JSON, even for a file that is compiled already: that may be a damaged one.
  const std::string& name = impl.folder.tokenizer_path;
  const Tokenizer tokenizer = Tokenizer::from_json(impl.tokenizer_json, name);
  tokenize::save_tokenizer(tokenizer, core::parse_json(impl.tokenizer_json, name), sections);
  store::keep_files(impl.folder, sections);
  core::write_section_file(file, sections);
}

void unpack_model(const std::filesystem::path& file, const std::filesystem::path& folder,
                  const UnpackOptions& options) {
  const auto model = embed::load_compiled(core::open_verified_section_file(file));
  store::unpack_model(model->folder, folder, options.force);
}

void verify_model(const std::filesystem::path& file) {
  embed::load_compiled(core::open_verified_section_file(file));
}

}  // namespace m2v
