#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "bindings/modules.h"
#include "m2v/text_file.h"
#include "m2v/version.h"

namespace {

namespace nb = nanobind;

/// Writes the parts (bytes or arrays of uint8) to a file by means of m2v::TextWriter, so that files
/// written from Python code have the same guarantees as the library's own.
void write_file(const std::filesystem::path& path, const nb::list& parts) {
  m2v::TextWriter writer = m2v::TextWriter::open(path);
  for (const nb::handle part : parts) {
    if (nb::isinstance<nb::bytes>(part)) {
      const auto bytes = nb::borrow<nb::bytes>(part);
      writer.write({bytes.c_str(), bytes.size()});
    } else {
      const auto bytes = nb::cast<nb::ndarray<const std::uint8_t, nb::ndim<1>, nb::c_contig>>(part);
      writer.write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
  }
  const nb::gil_scoped_release released;
  writer.finish();
}

}  // namespace

M2V_PYTHON_MODULE(_m2v, module) {
  module.doc() = "Bindings of m2v's tokenizers, models and index.";
  m2v::python::bind_errors(module);
  m2v::python::bind_tokenizer(module);
  m2v::python::bind_static_model(module);
  m2v::python::bind_index(module);
  module.def("write_file", &write_file, nb::arg("path"), nb::arg("parts"));
  module.def("simd_target", [] { return std::string(m2v::simd_target()); });
  m2v::python::bind_model_with_head(module);
  const std::string_view version = m2v::version();
  module.attr("version") = nanobind::str(version.data(), version.size());
}
