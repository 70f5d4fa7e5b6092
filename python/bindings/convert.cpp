#include "bindings/convert.h"

#include <string>
#include <utility>

namespace m2v::python {
namespace {

std::string name_of_type(nb::handle object) {
  return nb::cast<std::string>(object.type().attr("__name__"));
}

/// Returns the UTF-8 of a string. If it cannot be encoded, sets a Python exception and returns
/// null.
std::optional<std::string_view> utf8_of(nb::handle string) {
  Py_ssize_t size = 0;
  const char* const data = PyUnicode_AsUTF8AndSize(string.ptr(), &size);
  if (data == nullptr) return std::nullopt;
  return std::string_view(data, static_cast<std::size_t>(size));
}

/// Throws the Python exception that has been set; if it reports a lone surrogate, adds `name`.
[[noreturn]] void raise_surrogate(const std::string& name) {
  nb::python_error problem;
  if (problem.matches(PyExc_UnicodeEncodeError)) {
    const auto reason = nb::cast<std::string>(problem.value().attr("reason"));
    nb::borrow(problem.value()).attr("reason") = nb::str((reason + ", in " + name).c_str());
  }
  throw problem;
}

}  // namespace

std::string_view characters(nb::handle string, const std::string& name) {
  if (PyUnicode_Check(string.ptr()) == 0) {
    throw nb::type_error((name + " must be a string, not " + name_of_type(string)).c_str());
  }
  const auto found = utf8_of(string);
  if (!found) raise_surrogate(name);
  return *found;
}

bool is_interrupted(std::exception_ptr& raised) {
  const nb::gil_scoped_acquire held;
  if (PyErr_CheckSignals() == 0) return false;
  try {
    throw nb::python_error();
  } catch (...) {
    raised = std::current_exception();
  }
  return true;
}

TextList::TextList(nb::handle sequence, const std::string& name) {
  strings_ = nb::steal(PySequence_Tuple(sequence.ptr()));
  if (!strings_.is_valid()) throw nb::python_error();
  const auto count = static_cast<std::size_t>(PyTuple_Size(strings_.ptr()));
  views_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    PyObject* const item = PyTuple_GetItem(strings_.ptr(), static_cast<Py_ssize_t>(i));
    if (PyUnicode_Check(item) == 0) {
      throw nb::type_error((name + ": texts must be strings, but item " + std::to_string(i) +
                            " is of type " + name_of_type(item))
                               .c_str());
    }
    const auto found = utf8_of(item);
    if (!found) raise_surrogate(name + ": item " + std::to_string(i));
    views_.push_back(*found);
  }
}

DType dtype_of(nb::dlpack::dtype type) {
  if (type == nb::dlpack::dtype{static_cast<std::uint8_t>(nb::dlpack::dtype_code::Float), 16, 1}) {
    return DType::kFloat16;
  }
  if (type == nb::dtype<float>()) return DType::kFloat32;
  if (type == nb::dtype<double>()) return DType::kFloat64;
  if (type == nb::dtype<std::int8_t>()) return DType::kInt8;
  throw nb::value_error("vectors must be float16, float32, float64 or int8");
}

nb::object tell(const nb::object& function, const Event& event) {
  if (function.is_none()) return nb::none();
  const bool warns = event.kind == Event::Kind::kWarning;
  const nb::str stage(event.stage.data(), event.stage.size());
  return function(warns ? "warning" : "progress", stage, event.done, event.total, event.message);
}

OnEvent on_event(nb::object function) {
  return [function = std::move(function)](const Event& event) {
    const nb::gil_scoped_acquire held;
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    tell(function, event);
    return true;
  };
}

nb::list pairs_of(const Head& head) {
  nb::list pairs;
  for (const Head::Layer& layer : head.layers) {
    const std::size_t outputs = layer.weight.rows, inputs = layer.weight.cols;
    pairs.append(nb::make_tuple(to_numpy(layer.weight.data, {outputs, inputs}),
                                to_numpy(layer.bias, {outputs})));
  }
  return pairs;
}

Head head_of(const nb::list& pairs) {
  Head head;
  for (const nb::handle pair : pairs) {
    const auto weight = nb::cast<Vectors>(pair[0]);
    const auto bias = nb::cast<Floats>(pair[1]);
    head.layers.push_back({.weight = {{weight.data(), weight.data() + weight.size()},
                                      weight.shape(0),
                                      weight.shape(1)},
                           .bias = {bias.data(), bias.data() + bias.size()}});
  }
  return head;
}

std::shared_ptr<const void> keep_alive(nb::object object) {
  return {new nb::object(std::move(object)), [](nb::object* kept) {
            if (!nb::is_alive()) return;  // the interpreter has been finalized, with all objects
            const nb::gil_scoped_acquire held;
            delete kept;
          }};
}

}  // namespace m2v::python
