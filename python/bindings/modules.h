#pragma once

#include <nanobind/nanobind.h>

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
