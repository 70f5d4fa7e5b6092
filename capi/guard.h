#pragma once

#include "m2v.h"

namespace m2v::capi {

/// Returns the status for the exception that is being handled, and stores its message as this
/// thread's last error. Must be called from a catch block.
m2v_status status_of_exception() noexcept;

/// Calls the function and returns M2V_OK or, if it throws, the status of the exception, whose
/// message m2v_last_error() then returns.
template <typename Function>
m2v_status guarded(const Function& function) noexcept {
  try {
    function();
    return M2V_OK;
  } catch (...) {
    return status_of_exception();
  }
}

}  // namespace m2v::capi
