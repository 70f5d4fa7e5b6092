#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <string>
#include <string_view>

#include "bindings/modules.h"
#include "m2v/version.h"

M2V_PYTHON_MODULE(_m2v, module) {
  module.doc() = "The embedding part of m2v, over its public headers.";
  m2v::python::bind_errors(module);
  m2v::python::bind_tokenizer(module);
  m2v::python::bind_static_model(module);
  m2v::python::bind_index(module);
  module.def("simd_target", [] { return std::string(m2v::simd_target()); });
  m2v::python::bind_pipeline(module);
  const std::string_view version = m2v::version();
  module.attr("version") = nanobind::str(version.data(), version.size());
}
