#include "m2v/model_with_head.h"

#include "bindings/convert.h"
#include "bindings/modules.h"

namespace m2v::python {
namespace {

using Outputs = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

void predict(const ModelWithHead& trained, const TextList& texts, std::size_t begin,
             const Outputs& out, std::optional<std::size_t> max_length, bool normalize,
             unsigned threads) {
  const bool fits =
      out.shape(1) == trained.outputs() && begin + out.shape(0) <= texts.texts().size();
  if (!fits) throw nb::value_error("out must be of shape (texts, outputs), in C order");
  const EncodeOptions options{
      .normalize = normalize, .max_length = limit(max_length), .threads = threads};
  without_gil([&] {
    trained.predict_proba(texts.texts().subspan(begin, out.shape(0)), {out.data(), out.size()},
                          options);
  });
}

}  // namespace

/// Binds a model that returns the outputs of the last layer without an activation. The Python
/// package applies the activation and maps outputs to classes.
void bind_model_with_head(nb::module_& module) {
  nb::class_<ModelWithHead>(module, "ModelWithHead")
      .def(
          "__init__",
          [](ModelWithHead* made, const StaticModel& model, const nb::list& layers) {
            new (made) ModelWithHead(model, head_of(layers));
          },
          nb::arg("model"), nb::arg("layers"))
      .def("predict", &predict, nb::arg("texts"), nb::arg("begin"), nb::arg("out"),
           nb::arg("max_length").none(), nb::arg("normalize"), nb::arg("threads"))
      .def_prop_ro("model", &ModelWithHead::model, nb::rv_policy::copy)
      .def_prop_ro("layers", [](const ModelWithHead& trained) { return pairs_of(trained.head()); })
      .def_prop_ro("outputs", &ModelWithHead::outputs);
}

}  // namespace m2v::python
