#pragma once

#include <memory>
#include <utility>

namespace m2v {

/// The only way to the implementation of a public class, which names this as its friend.
struct ImplAccess {
  template <typename Object>
  static const auto& impl_of(const Object& object) noexcept {
    return *object.impl_;
  }
  template <typename Object>
  static Object make(std::shared_ptr<const typename Object::Impl> impl) {
    return Object(std::move(impl));
  }
};

/// Returns the implementation of a public class, valid as long as the object or a copy of it.
template <typename Object>
const auto& impl_of(const Object& object) noexcept {
  return ImplAccess::impl_of(object);
}

}  // namespace m2v
