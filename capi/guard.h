#pragma once

#include "m2v.h"

namespace m2v::capi {

/// The status of the exception that is being handled, whose message becomes this thread's.
m2v_status status_of_exception() noexcept;

/// Calls the function, and gives out whatever it throws as a status and a message.
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
