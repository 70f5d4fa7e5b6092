#include "m2v/compiled_model.h"

#include <stdexcept>

#include "base/impl_access.h"
#include "formats/section_file.h"
#include "model/model_impl.h"
#include "model/save_model.h"
#include "tokenizer/tokenizer_impl.h"

namespace m2v {

bool is_compiled_model(const std::filesystem::path& path) noexcept {
  return formats::is_section_file(path);
}

void compile_model(const std::filesystem::path& model, const std::filesystem::path& file,
                   const CompileOptions& options, const OnEvent& on_event) {
  LoadOptions load;
  load.subfolder = options.subfolder;
  const StaticModel loaded = StaticModel::load(model, load, on_event);
  const StaticModel::Impl& impl = impl_of(loaded);
  formats::Sections sections(file.string());
  model::save_metadata(impl, sections);
  // Rebuild the tokenizer from its JSON even if `model` is a compiled file, which may be damaged.
  const std::string& name = impl.folder.tokenizer_path;
  const Tokenizer tokenizer = Tokenizer::from_json(impl.tokenizer_json, name);
  tokenizer::save_tokenizer(tokenizer, base::parse_json(impl.tokenizer_json, name), sections);
  model::add_files(impl.folder, sections);
  formats::write_section_file(file, sections);
}

void unpack_model(const std::filesystem::path& file, const std::filesystem::path& folder,
                  const UnpackOptions& options) {
  const auto model = model::load_compiled(formats::open_verified_section_file(file));
  model::unpack_model(model->folder, folder, options.force);
}

void verify_model(const std::filesystem::path& file) {
  model::load_compiled(formats::open_verified_section_file(file));
}

}  // namespace m2v
