#include <string_view>
#include <vector>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/results.h"

using namespace m2v::capi;

namespace {

m2v::LoadOptions load_options(const m2v_load_options* given) {
  const auto options = options_of(given, "load_options");
  return {.subfolder = options.subfolder == nullptr ? "" : options.subfolder,
          .normalize = choice(options.normalize, "load_options.normalize"),
          .max_length = limit(options.max_length)};
}

m2v::EncodeOptions encode_options(const m2v_encode_options* given) {
  const auto options = options_of(given, "encode_options");
  return {.normalize = choice(options.normalize, "encode_options.normalize"),
          .max_length = limit(options.max_length),
          .threads = options.threads};
}

std::vector<std::string_view> views(const char* const* texts, const size_t* lengths, size_t count) {
  const auto pointers = array(texts, count, "texts");
  std::vector<std::string_view> result;
  result.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    if (lengths != nullptr) {
      result.push_back(view(pointers[i], lengths[i]));
    } else {
      result.emplace_back(&required(pointers[i], "text"));
    }
  }
  return result;
}

}  // namespace

m2v_status m2v_model_load(const char* path, const m2v_load_options* options, m2v_model** model) {
  return guarded([&] {
    required(model, "model") = nullptr;
    *model = new m2v_model{m2v::StaticModel::load(&required(path, "path"), load_options(options))};
  });
}

void m2v_model_free(m2v_model* model) { delete model; }

size_t m2v_model_dim(const m2v_model* model) { return model == nullptr ? 0 : model->model.dim(); }

const m2v_tokenizer* m2v_model_tokenizer(const m2v_model* model) {
  return model == nullptr ? nullptr : &model->tokenizer;
}

m2v_status m2v_model_info(const m2v_model* model, m2v_info* info) {
  return guarded([&] {
    const m2v::ModelInfo& known = required(model, "model").info;
    const m2v_info ours = {.struct_size = sizeof ours,
                           .tokens = known.tokens,
                           .rows = known.rows,
                           .dim = known.dim,
                           .max_length = known.max_length,
                           .median_token_length = known.median_token_length,
                           .dtype = model->dtype.c_str(),
                           .tokenizer_model = known.tokenizer_model.c_str(),
                           .base_model = known.base_model.c_str(),
                           .config_json = known.config_json.c_str(),
                           .normalize = known.normalize,
                           .has_weights = known.has_weights,
                           .has_mapping = known.has_mapping,
                           .reserved = 0};
    write_struct(&ours, sizeof ours, &required(info, "info"), "info");
  });
}

m2v_status m2v_model_encode(const m2v_model* model, const char* const* texts, const size_t* lengths,
                            size_t count, const m2v_encode_options* options, float* vectors,
                            size_t size) {
  return guarded([&] {
    const m2v::StaticModel& known = required(model, "model").model;
    check_size(size, count, known.dim(), "vectors");
    known.encode(views(texts, lengths, count), array(vectors, size, "vectors"),
                 encode_options(options));
  });
}

m2v_status m2v_model_encode_as_sequence(const m2v_model* model, const char* text, size_t length,
                                        const m2v_encode_options* options, float** vectors,
                                        size_t* rows) {
  return guarded([&] {
    required(vectors, "vectors") = nullptr;
    required(rows, "rows") = 0;
    const m2v::Matrix made =
        required(model, "model")
            .model.encode_as_sequence(view(text, length), encode_options(options));
    *vectors = copy_for_caller(made.data);
    *rows = made.rows;
  });
}

m2v_status m2v_model_tokenize(const m2v_model* model, const char* text, size_t length,
                              uint32_t** ids, size_t* count) {
  return guarded([&] {
    required(ids, "ids") = nullptr;
    required(count, "count") = 0;
    const auto found = required(model, "model").model.tokenize(view(text, length));
    *ids = copy_for_caller(found);
    *count = found.size();
  });
}
