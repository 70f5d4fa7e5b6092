#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace m2v::base {

/// A read-only array with shared ownership: either a vector, or a part of a mapped file that is
/// used in place. Copies share the elements, which live as long as any copy does.
template <typename T>
class FlatArray {
  static_assert(std::is_trivially_copyable_v<T>, "the bytes of an element are all there is to it");

 public:
  FlatArray() = default;  ///< An empty array.
  /// Takes ownership of the elements.
  FlatArray(std::vector<T> elements) {  // NOLINT(google-explicit-constructor)
    auto kept = std::make_shared<const std::vector<T>>(std::move(elements));
    elements_ = *kept;
    owner_ = std::move(kept);
  }
  /// Refers to elements that live at least as long as `owner`, and keeps `owner` alive.
  FlatArray(std::span<const T> elements, std::shared_ptr<const void> owner)
      : elements_(elements), owner_(std::move(owner)) {}

  const T& operator[](std::size_t i) const noexcept { return elements_[i]; }
  const T* data() const noexcept { return elements_.data(); }
  std::size_t size() const noexcept { return elements_.size(); }
  bool empty() const noexcept { return elements_.empty(); }
  auto begin() const noexcept { return elements_.begin(); }
  auto end() const noexcept { return elements_.end(); }
  std::span<const T> span() const noexcept { return elements_; }
  /// The elements as a string view, for arrays of characters. It does not keep them alive.
  std::basic_string_view<T> view() const noexcept { return {data(), size()}; }
  /// The same memory as bytes, with the same owner.
  FlatArray<std::byte> as_bytes() const { return {std::as_bytes(elements_), owner_}; }
  /// The object that keeps the elements alive; null for a default-constructed array.
  const std::shared_ptr<const void>& owner() const noexcept { return owner_; }

 private:
  std::span<const T> elements_;
  std::shared_ptr<const void> owner_;
};

}  // namespace m2v::base
