#include "m2v/pipeline.h"

#include "bindings/convert.h"
#include "bindings/modules.h"

namespace m2v::python {
namespace {

using Outputs = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

void predict(const Pipeline& pipeline, const TextList& texts, std::size_t begin, const Outputs& out,
             std::optional<std::size_t> max_length, bool normalize, unsigned threads) {
  const bool fits =
      out.shape(1) == pipeline.outputs() && begin + out.shape(0) <= texts.texts().size();
  if (!fits) throw nb::value_error("out must be of shape (texts, outputs), in C order");
  const EncodeOptions options{
      .normalize = normalize, .max_length = limit(max_length), .threads = threads};
  without_gil([&] {
    pipeline.predict_proba(texts.texts().subspan(begin, out.shape(0)), {out.data(), out.size()},
                           options);
  });
}

}  // namespace

/// What the last layer gives, without an activation: classes are the package's business.
void bind_pipeline(nb::module_& module) {
  nb::class_<Pipeline>(module, "Pipeline")
      .def(
          "__init__",
          [](Pipeline* made, const StaticModel& model, const nb::list& layers) {
            new (made) Pipeline(model, head_of(layers));
          },
          nb::arg("model"), nb::arg("layers"))
      .def("predict", &predict, nb::arg("texts"), nb::arg("begin"), nb::arg("out"),
           nb::arg("max_length").none(), nb::arg("normalize"), nb::arg("threads"))
      .def_prop_ro("model", &Pipeline::model, nb::rv_policy::copy)
      .def_prop_ro("layers", [](const Pipeline& pipeline) { return pairs_of(pipeline.head()); })
      .def_prop_ro("outputs", &Pipeline::outputs);
}

}  // namespace m2v::python
