#include "m2v/static_model.h"

#include "model/folder_save.h"
#include "model/head_file.h"
#include "model/model_impl.h"
#include "model/save_model.h"

namespace m2v {
namespace {

/// Returns the config.json to save: the loaded one, updated to the model's current properties.
base::Json saved_config(const StaticModel::Impl& model) {
  base::Json config = model.config;
  config.set("hidden_dim", static_cast<std::int64_t>(model.table.dim));
  config.set("normalize", model.normalize);
  config.set("max_length", model.max_length == kNoLimit
                               ? base::Json(nullptr)
                               : base::Json(static_cast<std::int64_t>(model.max_length)));
  config.set("embedding_dtype", dtype_name(model.table.dtype));
  if (model.mapping.empty()) {
    config.erase("vocabulary_quantization");
  } else {
    config.set("vocabulary_quantization", static_cast<std::int64_t>(model.rows));
  }
  return config;
}

}  // namespace

StaticModel::StaticModel(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

std::size_t StaticModel::dim() const noexcept { return impl_->table.dim; }

const Tokenizer& StaticModel::tokenizer() const noexcept { return impl_->tokenizer; }

ModelInfo StaticModel::info() const {
  return {.tokens = impl_->tokenizer.vocabulary_size(),
          .rows = impl_->rows,
          .dim = impl_->table.dim,
          .dtype = impl_->table.dtype,
          .normalize = impl_->normalize,
          .max_length = impl_->max_length,
          .median_token_length = impl_->median_token_length,
          .has_weights = impl_->has_weights,
          .has_mapping = !impl_->mapping.empty(),
          .has_head = impl_->config.find(model::kHeadConfig) != nullptr &&
                      impl_->folder.files.has(model::kHeadFile),
          .tokenizer_model = std::string(impl_->tokenizer.model_type()),
          .base_model = impl_->card.base_model,
          .languages = impl_->card.languages,
          .config_json = impl_->config.dump(4)};
}

std::optional<std::string_view> StaticModel::file(std::string_view name) const {
  const model::ModelFiles& files = impl_->folder.files;
  if (!files.has(name)) return std::nullopt;
  return files.open(name).view();
}

void StaticModel::save(const std::filesystem::path& folder, const SaveOptions& options) const {
  model::save_model(*impl_, folder, options, nullptr);
}

void check_save_folder(const std::filesystem::path& folder, bool force) {
  static_cast<void>(model::check_save_folder(folder, force));
}

namespace model {

void save_model(const StaticModel::Impl& model, const std::filesystem::path& folder,
                const SaveOptions& options, const Head* head) {
  base::Json config = saved_config(model);
  if (head != nullptr) config.set(kHeadConfig, head_config(*head));
  model::save_model_folder(
      folder, {.tensors = model.tensors,
               .head = head == nullptr ? std::optional<std::vector<formats::TensorView>>()
                                       : head_tensors(*head),
               .head_file = options.head,
               .tokenizer_json = model.tokenizer_json,
               .config = std::move(config),
               .normalize = model.normalize,
               .card = model.card,
               .model_name = options.model_name,
               .texts_per_second = options.texts_per_second,
               .training_json = options.training_json,
               .force = options.force});
}

}  // namespace model
}  // namespace m2v
