#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>

#include "capi/guard.h"
#include "m2v.h"
#include "m2v/error.h"
#include "m2v/version.h"

namespace m2v::capi {
namespace {

thread_local std::string t_message;

m2v_status failed(m2v_status status, const char* message) noexcept {
  try {
    t_message = message;
    return status;
  } catch (const std::bad_alloc&) {
    t_message = "out of memory";  // fits into the string's own buffer, so it does not allocate
    return M2V_OUT_OF_MEMORY;
  }
}

}  // namespace

m2v_status status_of_exception() noexcept {
  try {
    throw;
  } catch (const std::invalid_argument& error) {
    return failed(M2V_INVALID_ARGUMENT, error.what());
  } catch (const IoError& error) {
    return failed(M2V_IO_ERROR, error.what());
  } catch (const FormatError& error) {
    return failed(M2V_FORMAT_ERROR, error.what());
  } catch (const std::bad_alloc&) {
    return failed(M2V_OUT_OF_MEMORY, "out of memory");
  } catch (const std::length_error&) {  // a size that no container can have
    return failed(M2V_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& error) {
    return failed(M2V_FAILED, error.what());
  } catch (...) {
    return failed(M2V_FAILED, "unknown error");
  }
}

}  // namespace m2v::capi

uint32_t m2v_abi_version(void) { return M2V_ABI_VERSION; }

const char* m2v_version(void) { return m2v::version().data(); }

const char* m2v_last_error(void) { return m2v::capi::t_message.c_str(); }

void m2v_free(void* array) { std::free(array); }
