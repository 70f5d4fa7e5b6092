#pragma once

#include <nanobind/nanobind.h>

/// NB_MODULE for the main interpreter alone: what is imported into a sub-interpreter would wait for
/// the GIL of another one for ever. It is refused before nanobind keeps anything of that
/// interpreter.
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

// The parts of the module _m2v, a file each.
namespace m2v::python {

/// m2v/error.h
void bind_errors(nanobind::module_& module);
/// m2v/tokenizer.h
void bind_tokenizer(nanobind::module_& module);
/// m2v/static_model.h, m2v/model_arrays.h
void bind_static_model(nanobind::module_& module);
/// m2v/pipeline.h
void bind_pipeline(nanobind::module_& module);

/// m2v/index.h, m2v/filter.h
void bind_index(nanobind::module_& module);

}  // namespace m2v::python
