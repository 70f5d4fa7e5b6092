// m2v.h compiles as C++ as well, and whatever is thrown becomes a status.
#include "capi/guard.h"

#include <doctest/doctest.h>

#include <new>
#include <stdexcept>
#include <string>
#include <system_error>

#include "m2v.h"
#include "m2v/error.h"
#include "m2v/version.h"

namespace {

using m2v::capi::guarded;

template <typename Exception>
void check(const Exception& thrown, m2v_status status, const std::string& message) {
  CAPTURE(message);
  CHECK(guarded([&] { throw thrown; }) == status);
  CHECK(m2v_last_error() == message);
}

}  // namespace

TEST_CASE("an exception is a status and a message") {
  check(std::invalid_argument("no such thing"), M2V_INVALID_ARGUMENT, "no such thing");
  check(m2v::FormatError("a.json", "$.b", "is wrong"), M2V_FORMAT_ERROR, "a.json: $.b: is wrong");
  const m2v::IoError io("cannot open", "a.json", ENOENT);
  check(io, M2V_IO_ERROR, io.what());
  check(std::bad_alloc(), M2V_OUT_OF_MEMORY, "out of memory");
  check(std::length_error("vector::reserve"), M2V_OUT_OF_MEMORY, "out of memory");
  check(m2v::Cancelled(), M2V_FAILED, "cancelled");
  check(std::runtime_error("anything else"), M2V_FAILED, "anything else");
  check(42, M2V_FAILED, "unknown error");
}

TEST_CASE("a message stays until the next failure") {
  guarded([] { throw std::runtime_error(std::string(5000, 'x')); });
  CHECK(guarded([] {}) == M2V_OK);
  CHECK(m2v_last_error() == std::string(5000, 'x'));
}

TEST_CASE("versions") {
  CHECK(m2v_abi_version() == M2V_ABI_VERSION);
  CHECK(m2v_version() == m2v::version());
}
