#include "m2v/static_model.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "bindings/convert.h"
#include "bindings/modules.h"
#include "m2v/compiled_model.h"
#include "m2v/model_arrays.h"

namespace m2v::python {
namespace {

constexpr std::size_t kLargeText = 1 << 16;  // bytes; smaller texts need no check for signals

template <typename T>
using List = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

template <typename T>
std::span<const T> values_of(const std::optional<List<T>>& list) {
  return list ? std::span<const T>(list->data(), list->size()) : std::span<const T>();
}

StaticModel from_arrays(const Tokenizer& tokenizer, const nb::str& tokenizer_json,
                        const Array& table, const std::optional<List<double>>& weights,
                        const std::optional<List<std::int32_t>>& mapping,
                        const std::optional<List<float>>& scales, const std::string& config,
                        const nb::dict& card) {
  if (table.ndim() != 2) throw nb::value_error("vectors must be a matrix with one row per token");
  const auto of_card = [&](const char* key) { return card[key]; };
  return model_from_arrays(
      {.tokenizer = tokenizer,
       .tokenizer_json = characters(tokenizer_json),
       .table = table.data(),
       .dtype = dtype_of(table.dtype()),
       .rows = table.shape(0),
       .dim = table.shape(1),
       .weights = values_of(weights),
       .mapping = values_of(mapping),
       .scales = values_of(scales),
       .config_json = config,
       .base_model = nb::cast<std::string>(of_card("base_model")),
       .license = nb::cast<std::string>(of_card("license")),
       .languages = nb::cast<std::vector<std::string>>(of_card("languages")),
       .tags = nb::cast<std::vector<std::string>>(of_card("tags")),
       .card_lines = nb::cast<std::string>(of_card("other_lines")),
       .owner = keep_alive(nb::make_tuple(tokenizer_json, table, weights, mapping, scales))});
}

/// Returns a read-only numpy array that refers to data of a model and keeps the model alive.
nb::object shown(const void* data, std::initializer_list<std::size_t> shape, nb::dlpack::dtype type,
                 const std::shared_ptr<const void>& owner) {
  using Owner = std::shared_ptr<const void>;
  const nb::capsule capsule(new Owner(owner),
                            [](void* kept) noexcept { delete static_cast<Owner*>(kept); });
  return nb::cast(
      nb::ndarray<nb::numpy, nb::ro>(data, shape.size(), shape.begin(), capsule, nullptr, type));
}

template <typename T>
nb::object shown(std::span<const T> list, const std::shared_ptr<const void>& owner) {
  if (list.empty()) return nb::none();
  return shown(list.data(), {list.size()}, nb::dtype<T>(), owner);
}

nb::dlpack::dtype array_type(DType dtype) {
  switch (dtype) {
    case DType::kFloat16:
      return {static_cast<std::uint8_t>(nb::dlpack::dtype_code::Float), 16, 1};
    case DType::kFloat32:
      return nb::dtype<float>();
    case DType::kFloat64:
      return nb::dtype<double>();
    case DType::kInt8:
      return nb::dtype<std::int8_t>();
    case DType::kBFloat16:
      break;
  }
  return nb::dtype<std::uint16_t>();  // numpy has no bfloat16: expose the bits
}

nb::dict arrays(const StaticModel& model) {
  const ModelArrays found = model_arrays(model);
  nb::dict card;
  card["base_model"] = found.base_model;
  card["license"] = found.license;
  card["languages"] = found.languages;
  card["tags"] = found.tags;
  card["other_lines"] = found.card_lines;
  nb::dict result;
  result["tokenizer"] = found.tokenizer;
  result["tokenizer_json"] = nb::str(found.tokenizer_json.data(), found.tokenizer_json.size());
  result["table"] =
      shown(found.table, {found.rows, found.dim}, array_type(found.dtype), found.owner);
  result["dtype"] = std::string(dtype_name(found.dtype));
  result["weights"] = shown(found.weights, found.owner);
  result["mapping"] = shown(found.mapping, found.owner);
  result["scales"] = shown(found.scales, found.owner);
  result["config"] = found.config_json;
  result["card"] = card;
  return result;
}

EncodeOptions encode_options(std::optional<std::size_t> max_length, bool normalize,
                             unsigned threads) {
  return {.normalize = normalize, .max_length = limit(max_length), .threads = threads};
}

std::span<std::byte> bytes_of(const Output& out) {
  return {static_cast<std::byte*>(out.data()), out.nbytes()};
}

void encode(const StaticModel& model, const TextList& texts, std::size_t begin, const Output& out,
            std::optional<std::size_t> max_length, bool normalize, unsigned threads) {
  const bool fits = out.ndim() == 2 && out.shape(1) == model.dim() &&
                    begin + out.shape(0) <= texts.texts().size();
  if (!fits) throw nb::value_error("out must be of shape (texts, dim), in C order");
  const Texts some = texts.texts().subspan(begin, out.shape(0));
  const DType dtype = dtype_of(out.dtype());
  const EncodeOptions options = encode_options(max_length, normalize, threads);
  without_gil([&] { model.encode(some, bytes_of(out), dtype, options); });
}

void encode_one(const StaticModel& model, nb::handle text, const Output& out,
                std::optional<std::size_t> max_length, bool normalize) {
  if (out.ndim() != 1 || out.shape(0) != model.dim())
    throw nb::value_error("out must be of shape (dim,)");
  const std::string_view view = characters(text, "sentences");
  const DType dtype = dtype_of(out.dtype());
  const EncodeOptions options = encode_options(max_length, normalize, 1);
  const auto encode = [&] { model.encode(Texts(&view, 1), bytes_of(out), dtype, options); };
  if (view.size() >= kLargeText) return without_gil(encode);
  const nb::gil_scoped_release released;
  encode();
}

StaticModel load(const std::filesystem::path& path, const std::string& subfolder,
                 const nb::object& function) {
  const OnEvent events = on_event(function);
  const nb::gil_scoped_release released;
  return StaticModel::load(path, {.subfolder = subfolder}, events);
}

void save(const StaticModel& model, const std::filesystem::path& folder, const std::string& name,
          const nb::bytes& head, bool force) {
  const SaveOptions options{
      .model_name = name, .head = std::string(head.c_str(), head.size()), .force = force};
  const nb::gil_scoped_release released;
  model.save(folder, options);
}

std::optional<nb::bytes> file(const StaticModel& model, const std::string& name) {
  const auto content = model.file(name);
  if (!content) return std::nullopt;
  return nb::bytes(content->data(), content->size());
}

}  // namespace

void bind_static_model(nb::module_& module) {
  nb::class_<TextList>(module, "Texts")
      .def(nb::init<nb::handle, const std::string&>(), nb::arg("strings"),
           nb::arg("name") = "texts")
      .def("__len__", [](const TextList& texts) { return texts.texts().size(); });
  nb::class_<StaticModel>(module, "Model")
      .def_static("load", &load, nb::arg("path"), nb::arg("subfolder") = "",
                  nb::arg("on_event") = nb::none())
      .def_static("from_arrays", &from_arrays, nb::arg("tokenizer"), nb::arg("tokenizer_json"),
                  nb::arg("table"), nb::arg("weights").none(), nb::arg("mapping").none(),
                  nb::arg("scales").none(), nb::arg("config"), nb::arg("card"))
      .def("arrays", &arrays)
      .def("encode", &encode, nb::arg("texts"), nb::arg("begin"), nb::arg("out"),
           nb::arg("max_length").none(), nb::arg("normalize"), nb::arg("threads"))
      .def("encode_one", &encode_one, nb::arg("text"), nb::arg("out"), nb::arg("max_length").none(),
           nb::arg("normalize"))
      .def("save", &save, nb::arg("folder"), nb::arg("name"), nb::arg("head"), nb::arg("force"))
      .def("file", &file, nb::arg("name"))
      .def_prop_ro("dim", &StaticModel::dim)
      .def_prop_ro("median_token_length",
                   [](const StaticModel& model) { return model.info().median_token_length; });
  module.def("is_compiled_model", &is_compiled_model, nb::arg("path"));
  module.def(
      "compile_model",
      [](const std::filesystem::path& model, const std::filesystem::path& file) {
        const nb::gil_scoped_release released;
        compile_model(model, file);
      },
      nb::arg("model"), nb::arg("file"));
}

}  // namespace m2v::python
