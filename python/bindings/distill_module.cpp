#include <string>

#include "bindings/convert.h"
#include "bindings/modules.h"
#include "m2v/convert.h"
#include "m2v/distill.h"

namespace m2v::python {
namespace {

Pooling parse_pooling(const std::string& name) {
  constexpr std::pair<std::string_view, Pooling> kNames[] = {{"auto", Pooling::kAuto},
                                                             {"mean", Pooling::kMean},
                                                             {"first", Pooling::kFirst},
                                                             {"last", Pooling::kLast},
                                                             {"pooler", Pooling::kPooler}};
  for (const auto& [known, pooling] : kNames) {
    if (name == known) return pooling;
  }
  throw nb::value_error("pooling must be auto, mean, first, last or pooler");
}

Precision parse_precision(const std::string& name) {
  if (name == "f32") return Precision::kFloat32;
  if (name == "int16") return Precision::kInt16;
  if (name == "auto") return Precision::kAuto;
  throw nb::value_error("precision must be f32, int16 or auto");
}

/// Parses pca_dims: None, "auto", a fraction of the variance (float) or a number of dimensions.
Pca parse_pca(const nb::object& dims) {
  if (dims.is_none()) return PcaNone{};
  if (nb::isinstance<nb::str>(dims)) {
    if (nb::cast<std::string>(dims) == "auto") return PcaAuto{};
    throw nb::value_error(
        "pca_dims must be a number of dimensions, a fraction of the variance, 'auto' or None");
  }
  if (nb::isinstance<nb::float_>(dims)) return PcaVariance{nb::cast<double>(dims)};
  return PcaDims{nb::cast<std::size_t>(dims)};
}

Int8Scale parse_int8_scale(const std::string& name) {
  if (name == "table") return Int8Scale::kTable;
  if (name == "row") return Int8Scale::kRow;
  throw nb::value_error("int8_scale must be table or row");
}

DType parse_dtype(const std::string& name) { return dtype_from_name(name); }

DistillOptions distill_options(const nb::dict& given, const TextList& corpus,
                               const TextList& frequencies) {
  const auto recipe = nb::cast<std::string>(given["recipe"]);
  if (recipe != "best" && recipe != "reference")
    throw nb::value_error("recipe must be reference or best");
  DistillOptions options = recipe == "best" ? best_recipe() : DistillOptions();
  using Text = std::string;
  take<std::vector<Text>>(given, "vocabulary",
                          [&](auto words) { options.vocabulary = std::move(words); });
  options.corpus = corpus.texts();
  take<std::size_t>(given, "corpus_words",
                    [&](std::size_t count) { options.corpus_words = count; });
  options.frequency_texts = frequencies.texts();
  take<Text>(given, "pooling", [&](const Text& name) { options.pooling = parse_pooling(name); });
  take<bool>(given, "ignore_dense", [&](bool ignore) { options.ignore_dense = ignore; });
  take<nb::object>(given, "pca_dims",
                   [&](const nb::object& dims) { options.pca = parse_pca(dims); });
  take<std::size_t>(given, "drop_components",
                    [&](std::size_t count) { options.drop_components = count; });
  take<double>(given, "whitening", [&](double exponent) { options.whitening = exponent; });
  take<std::size_t>(given, "random_texts",
                    [&](std::size_t count) { options.random_texts = count; });
  take<std::optional<double>>(given, "sif_coefficient",
                              [&](auto value) { options.sif_coefficient = value; });
  take<std::optional<Text>>(given, "token_remove_pattern", [&](auto pattern) {
    options.token_remove_pattern = std::move(pattern);
  });
  take<Text>(given, "dtype", [&](const Text& name) { options.dtype = parse_dtype(name); });
  take<Text>(given, "int8_scale",
             [&](const Text& name) { options.int8_scale = parse_int8_scale(name); });
  take<std::optional<std::size_t>>(given, "vocabulary_quantization",
                                   [&](auto rows) { options.vocabulary_quantization = rows; });
  take<Text>(given, "precision",
             [&](const Text& name) { options.precision = parse_precision(name); });
  take<Text>(given, "teacher_name", [&](const Text& name) { options.teacher_name = name; });
  take<unsigned>(given, "threads", [&](unsigned threads) { options.threads = threads; });
  return options;
}

StaticModel distill_folder(const std::filesystem::path& teacher, const nb::dict& given,
                           const nb::object& function) {
  const TextList corpus(given["corpus"]), frequencies(given["frequency_texts"]);
  const DistillOptions options = distill_options(given, corpus, frequencies);
  const OnEvent events = on_event(function);
  return without_gil([&] { return distill(teacher, options, events); });
}

StaticModel convert_model(const StaticModel& model, const nb::dict& given,
                          const nb::object& function) {
  std::optional<TextList> texts;
  ConvertOptions options;
  if (const nb::object prune_to = given["prune_to"]; !prune_to.is_none()) {
    options.prune_to = texts.emplace(prune_to).texts();
  }
  options.vocabulary_quantization =
      nb::cast<std::optional<std::size_t>>(given["vocabulary_quantization"]);
  options.dims = nb::cast<std::optional<std::size_t>>(given["dims"]);
  const auto dtype = nb::cast<std::optional<std::string>>(given["dtype"]);
  if (dtype) options.dtype = parse_dtype(*dtype);
  options.int8_scale = parse_int8_scale(nb::cast<std::string>(given["int8_scale"]));
  const OnEvent events = on_event(function);
  return without_gil([&] { return convert(model, options, events); });
}

nb::tuple share(const Vectors& vectors, std::size_t count) {
  const OnEvent events = on_event(nb::none());
  SharedRows shared = without_gil([&] {
    return share_rows({vectors.data(), vectors.shape(0), vectors.shape(1)}, count, 0, events);
  });
  const std::size_t rows = shared.rows.rows, dim = shared.rows.cols, size = shared.mapping.size();
  return nb::make_tuple(to_numpy(std::move(shared.rows.data), {rows, dim}),
                        to_numpy(std::move(shared.mapping), {size}));
}

}  // namespace
}  // namespace m2v::python

M2V_PYTHON_MODULE(_distill, module) {
  namespace nb = nanobind;
  module.doc() = "Bindings of m2v's distillation and conversion.";
  nb::module_::import_("m2v._m2v");  // defines the types
  module.def("distill", &m2v::python::distill_folder, nb::arg("teacher"), nb::arg("options"),
             nb::arg("on_event").none());
  module.def("convert", &m2v::python::convert_model, nb::arg("model"), nb::arg("options"),
             nb::arg("on_event").none());
  module.def("share_rows", &m2v::python::share, nb::arg("vectors"), nb::arg("count"));
}
