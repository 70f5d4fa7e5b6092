#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "m2v/cancellation.h"
#include "m2v/error.h"
#include "m2v/event.h"
#include "m2v/model_with_head.h"
#include "m2v/tokenizer.h"
#include "m2v/types.h"

// Conversions between Python and C++ values, shared by the extension modules.
namespace m2v::python {

namespace nb = nanobind;

/// Views of the UTF-8 that Python stores with each string. Holds references to the strings, so that
/// the views stay valid even if another thread changes the list that they came from.
class TextList {
 public:
  /// `name` is the argument's name for error messages. Throws TypeError if an item is not a string,
  /// and UnicodeEncodeError if one has a lone surrogate; both messages contain the item's position.
  explicit TextList(nb::handle sequence, const std::string& name = "texts");

  /// The views are valid as long as this object.
  Texts texts() const noexcept { return views_; }
  Texts texts(std::size_t begin, std::size_t end) const {
    return Texts(views_).subspan(begin, end - begin);
  }

 private:
  nb::object strings_;
  std::vector<std::string_view> views_;
};

/// Returns the UTF-8 of one string, valid as long as the string. Throws as TextList does; `name` is
/// the argument's name for error messages.
std::string_view characters(nb::handle string, const std::string& name = "text");

/// Returns whether a Python signal handler raised an exception, e.g. KeyboardInterrupt after
/// Ctrl-C, and stores the exception in `raised`. Acquires the GIL.
bool is_interrupted(std::exception_ptr& raised);

/// Runs `work` without the GIL and returns its result. If a signal handler such as that of Ctrl-C
/// raises an exception, the work is cancelled and that exception is thrown.
template <typename Work>
auto without_gil(const Work& work) {
  std::exception_ptr raised;
  const nb::gil_scoped_release released;
  const CancellationScope scope([&] { return !is_interrupted(raised); });
  try {
    return work();
  } catch (const Cancelled&) {
    if (raised) std::rethrow_exception(raised);
    throw;
  }
}

/// Converts a maximum length; None means no limit.
inline std::size_t limit(std::optional<std::size_t> max_length) {
  return max_length.value_or(kNoLimit);
}

/// Arrays of any element type in C order, for reading and for writing.
using Array = nb::ndarray<nb::ro, nb::c_contig, nb::device::cpu>;
using Output = nb::ndarray<nb::c_contig, nb::device::cpu>;

/// Returns the element type of an array. Throws ValueError if it is not one that vectors can have.
DType dtype_of(nb::dlpack::dtype type);

/// Calls `function` with (kind, stage, done, total, message) of an event and returns its result.
/// Returns None if `function` is None. The caller holds the GIL.
nb::object tell(const nb::object& function, const Event& event);

/// Returns a callback that passes each event to a Python function, which may be None. An exception
/// from the function, or from a signal handler such as that of Ctrl-C, ends the call.
OnEvent on_event(nb::object function);

/// Calls `set` with an option if the dictionary contains it. Throws TypeError if the option has the
/// wrong type.
template <typename T, typename Set>
void take(const nb::dict& options, const char* name, const Set& set) {
  if (!options.contains(name)) return;
  try {
    set(nb::cast<T>(options[name]));
  } catch (const nb::cast_error&) {
    throw nb::type_error((std::string(name) + " has the wrong type").c_str());
  }
}

/// Read-only float32 arrays in C order, of two dimensions and of one.
using Vectors = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Floats = nb::ndarray<const float, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

/// Converts the layers of a head to pairs of weight [outputs, inputs] and bias [outputs], and back.
nb::list pairs_of(const Head& head);
Head head_of(const nb::list& pairs);

/// Returns an owner that keeps a Python object alive. It may be released on any thread, with or
/// without the GIL.
std::shared_ptr<const void> keep_alive(nb::object object);

/// Moves numbers into a numpy array, which owns them. The product of `shape` must be values.size().
template <typename T>
nb::object to_numpy(std::vector<T> values, std::initializer_list<std::size_t> shape) {
  auto owner = std::make_unique<std::vector<T>>(std::move(values));
  T* const data = owner->data();
  const nb::capsule capsule(
      owner.release(), [](void* vector) noexcept { delete static_cast<std::vector<T>*>(vector); });
  return nb::cast(nb::ndarray<nb::numpy, T>(data, shape.size(), shape.begin(), capsule));
}

}  // namespace m2v::python
