#include <nanobind/stl/string.h>

#include <string>

#include "bindings/modules.h"
#include "m2v/error.h"

namespace m2v::python {
namespace {

namespace nb = nanobind;

PyObject* g_error = nullptr;
PyObject* g_format_error = nullptr;
PyObject* g_io_error = nullptr;
PyObject* g_hub_error = nullptr;
PyObject* g_cancelled = nullptr;

/// Creates an exception class with one or two base classes (`second` may be null) and adds it to
/// the module. It is never freed.
PyObject* make_class(nb::module_& module, const char* name, const char* text, PyObject* first,
                     PyObject* second) {
  const nb::tuple bases = second == nullptr ? nb::make_tuple(nb::borrow(first))
                                            : nb::make_tuple(nb::borrow(first), nb::borrow(second));
  PyObject* const made =
      PyErr_NewExceptionWithDoc((std::string("m2v.") + name).c_str(), text, bases.ptr(), nullptr);
  if (made == nullptr) throw nb::python_error();
  module.attr(name) = nb::borrow(made);
  return made;
}

void raise_io_error(const IoError& error) {
  const nb::object made =
      nb::borrow(g_io_error)(error.error_number(), error.what(), error.path().string());
  PyErr_SetObject(g_io_error, made.ptr());
}

void raise_hub_error(const HubError& error) {
  nb::object made = nb::borrow(g_hub_error)(error.what());
  made.attr("url") = error.url();
  made.attr("status") = error.status();
  PyErr_SetObject(g_hub_error, made.ptr());
}

void translate(const std::exception_ptr& pointer, void* /*unused*/) {
  try {
    std::rethrow_exception(pointer);
  } catch (const FormatError& error) {
    PyErr_SetString(g_format_error, error.what());
  } catch (const IoError& error) {
    raise_io_error(error);
  } catch (const HubError& error) {
    raise_hub_error(error);
  } catch (const Cancelled& error) {
    PyErr_SetString(g_cancelled, error.what());
  } catch (const Error& error) {
    PyErr_SetString(g_error, error.what());
  }
}

}  // namespace

void bind_errors(nanobind::module_& module) {
  g_error = make_class(module, "Error", "The base class of the exceptions that m2v raises.",
                       PyExc_Exception, nullptr);
  g_format_error =
      make_class(module, "FormatError", "Raised if the content of a file is malformed.", g_error,
                 PyExc_ValueError);
  g_io_error =
      make_class(module, "IoError", "Raised if an operation of the operating system fails.",
                 g_error, PyExc_OSError);
  g_hub_error = make_class(module, "HubError", "Raised if a request to the Hugging Face Hub fails.",
                           g_error, PyExc_OSError);
  g_cancelled = make_class(module, "Cancelled", "Raised if the callback for events ends the call.",
                           g_error, nullptr);
  nb::register_exception_translator(translate);
}

}  // namespace m2v::python
