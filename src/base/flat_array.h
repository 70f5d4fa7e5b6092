#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace m2v::core {

/// A read-only array that is kept alive by whoever holds it: made in memory, or a part of a mapped
/// file that is used where it lies. Copies share the elements.
template <typename T>
class FlatArray {
  static_assert(std::is_trivially_copyable_v<T>, "the bytes of an element are all there is to it");

 public:
  FlatArray() = default;
  FlatArray(std::vector<T> elements) {  // NOLINT(google-explicit-constructor): takes them over
    auto kept = std::make_shared<const std::vector<T>>(std::move(elements));
    elements_ = *kept;
    owner_ = std::move(kept);
  }
  /// Elements that live at least as long as `owner`.
  FlatArray(std::span<const T> elements, std::shared_ptr<const void> owner)
      : elements_(elements), owner_(std::move(owner)) {}

  const T& operator[](std::size_t i) const noexcept { return elements_[i]; }
  const T* data() const noexcept { return elements_.data(); }
  std::size_t size() const noexcept { return elements_.size(); }
  bool empty() const noexcept { return elements_.empty(); }
  auto begin() const noexcept { return elements_.begin(); }
  auto end() const noexcept { return elements_.end(); }
  std::span<const T> span() const noexcept { return elements_; }
  /// For characters.
  std::basic_string_view<T> view() const noexcept { return {data(), size()}; }
  FlatArray<std::byte> as_bytes() const { return {std::as_bytes(elements_), owner_}; }
  const std::shared_ptr<const void>& owner() const noexcept { return owner_; }

 private:
  std::span<const T> elements_;
  std::shared_ptr<const void> owner_;
};

}  // namespace m2v::core
