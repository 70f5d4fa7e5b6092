#include "bindings/convert.h"

#include <string>
#include <utility>

namespace m2v::python {

std::string_view characters(nb::handle string) {
  Py_ssize_t size = 0;
  const char* const data = PyUnicode_AsUTF8AndSize(string.ptr(), &size);
  if (data == nullptr) throw nb::python_error();
  return {data, static_cast<std::size_t>(size)};
}

TextList::TextList(nb::handle sequence) {
  strings_ = nb::steal(PySequence_Tuple(sequence.ptr()));
  if (!strings_.is_valid()) throw nb::python_error();
  const auto count = static_cast<std::size_t>(PyTuple_Size(strings_.ptr()));
  views_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    PyObject* const item = PyTuple_GetItem(strings_.ptr(), static_cast<Py_ssize_t>(i));
    if (PyUnicode_Check(item) == 0) {
      const std::string type = nb::cast<std::string>(nb::handle(item).type().attr("__name__"));
      throw nb::type_error(
          ("texts are strings, but item " + std::to_string(i) + " is of type " + type).c_str());
    }
    views_.push_back(characters(item));
  }
}

DType dtype_of(nb::dlpack::dtype type) {
  if (type == nb::dlpack::dtype{static_cast<std::uint8_t>(nb::dlpack::dtype_code::Float), 16, 1}) {
    return DType::kFloat16;
  }
  if (type == nb::dtype<float>()) return DType::kFloat32;
  if (type == nb::dtype<double>()) return DType::kFloat64;
  if (type == nb::dtype<std::int8_t>()) return DType::kInt8;
  throw nb::value_error("vectors are float16, float32, float64 or int8");
}

OnEvent on_event(nb::object function) {
  return [function = std::move(function)](const Event& event) {
    const nb::gil_scoped_acquire held;
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    if (!function.is_none()) {
      const bool warns = event.kind == Event::Kind::kWarning;
      const nb::str stage(event.stage.data(), event.stage.size());
      function(warns ? "warning" : "progress", stage, event.done, event.total, event.message);
    }
    return true;
  };
}

std::shared_ptr<const void> keep_alive(nb::object object) {
  return {new nb::object(std::move(object)), [](nb::object* kept) {
            if (!nb::is_alive()) return;  // the interpreter has ended, and its objects with it
            const nb::gil_scoped_acquire held;
            delete kept;
          }};
}

}  // namespace m2v::python
