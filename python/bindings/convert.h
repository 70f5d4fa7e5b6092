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
#include "m2v/pipeline.h"
#include "m2v/tokenizer.h"
#include "m2v/types.h"

// What Python values become, and back. Shared by the modules.
namespace m2v::python {

namespace nb = nanobind;

/// The characters of Python strings, where Python keeps them as UTF-8. Holds the strings, so that
/// other threads may change the list that they came from.
class TextList {
 public:
  /// `name` is what the caller calls the argument. Throws TypeError for anything but strings, and
  /// UnicodeEncodeError for strings with lone surrogates, with the position of the item.
  explicit TextList(nb::handle sequence, const std::string& name = "texts");

  Texts texts() const noexcept { return views_; }
  Texts texts(std::size_t begin, std::size_t end) const {
    return Texts(views_).subspan(begin, end - begin);
  }

 private:
  nb::object strings_;
  std::vector<std::string_view> views_;
};

/// One string's characters, valid as long as the string. Throws as TextList does; `name` is what
/// the caller calls the string.
std::string_view characters(nb::handle string, const std::string& name = "text");

/// Whether a signal such as Ctrl-C has come; `raised` is then what Python makes of it.
bool is_interrupted(std::exception_ptr& raised);

/// Does work without the GIL. Signals such as Ctrl-C end it.
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

/// None: no limit.
inline std::size_t limit(std::optional<std::size_t> max_length) {
  return max_length.value_or(kNoLimit);
}

/// Arrays of any type, in C order: to read, and to write into.
using Array = nb::ndarray<nb::ro, nb::c_contig, nb::device::cpu>;
using Output = nb::ndarray<nb::c_contig, nb::device::cpu>;

/// The element type of an array. Throws ValueError for types that vectors do not have.
DType dtype_of(nb::dlpack::dtype type);

/// Calls a Python function (kind, stage, done, total, message) with an event and returns what it
/// does. `function` may be None.
nb::object tell(const nb::object& function, const Event& event);

/// Tells a Python function each event; what it raises ends the call. Signals such as Ctrl-C are
/// looked for in between. `function` may be None.
OnEvent on_event(nb::object function);

/// Takes an option out of keyword arguments, if it is there.
template <typename T, typename Set>
void take(const nb::dict& options, const char* name, const Set& set) {
  if (!options.contains(name)) return;
  try {
    set(nb::cast<T>(options[name]));
  } catch (const nb::cast_error&) {
    throw nb::type_error((std::string(name) + " is of the wrong type").c_str());
  }
}

/// Numbers in rows, and in a list.
using Vectors = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Floats = nb::ndarray<const float, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

/// The layers of a head as pairs of weight [outputs, inputs] and bias, and back.
nb::list pairs_of(const Head& head);
Head head_of(const nb::list& pairs);

/// Keeps Python objects alive from C++ that may let go of them on any thread.
std::shared_ptr<const void> keep_alive(nb::object object);

/// A numpy array of numbers that C++ has made.
template <typename T>
nb::object to_numpy(std::vector<T> values, std::initializer_list<std::size_t> shape) {
  auto owner = std::make_unique<std::vector<T>>(std::move(values));
  T* const data = owner->data();
  const nb::capsule capsule(
      owner.release(), [](void* vector) noexcept { delete static_cast<std::vector<T>*>(vector); });
  return nb::cast(nb::ndarray<nb::numpy, T>(data, shape.size(), shape.begin(), capsule));
}

}  // namespace m2v::python
