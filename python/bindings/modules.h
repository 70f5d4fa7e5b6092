#pragma once

#include <nanobind/nanobind.h>

/// Like NB_MODULE, but raises ImportError in sub-interpreters, where the module would deadlock
/// waiting for the GIL of another interpreter. The check comes before nanobind stores any state of
/// the interpreter.
#define M2V_PYTHON_MODULE(name, variable)                                                        \
  extern "C" NB_EXPORT PyObject* PyInit_##name##_parts();                                        \
  extern "C" NB_EXPORT PyObject* PyInit_##name();                                                \
  extern "C" PyObject* PyInit_##name() {                                                         \
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) == 0) return PyInit_##name##_parts(); \
    PyErr_SetString(PyExc_ImportError,                                                           \
                    "m2v does not run in sub-interpreters; import it in the main one");          \
    return nullptr;                                                                              \
  }                                                                                              \
  NB_MODULE(name##_parts, variable)

// The parts of the module _m2v. Each function binds the headers named above it and is defined in a
// file of its own.
namespace m2v::python {

/// m2v/error.h
void bind_errors(nanobind::module_& module);
/// m2v/tokenizer.h
void bind_tokenizer(nanobind::module_& module);
/// m2v/static_model.h, m2v/model_arrays.h
void bind_static_model(nanobind::module_& module);
/// m2v/model_with_head.h
void bind_model_with_head(nanobind::module_& module);

/// m2v/index.h, m2v/filter.h
void bind_index(nanobind::module_& module);

}  // namespace m2v::python
