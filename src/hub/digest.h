#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace m2v::hub {

/// The hash that names a content on the hub: SHA-256 for what is kept as an LFS object, else the
/// SHA-1 that git gives to it, which goes over the size and the content.
class Digest {
 public:
  static Digest sha256();
  static Digest git_blob(std::uint64_t size);  ///< `size` is that of the whole content.

  void update(std::span<const std::byte> bytes);
  std::string hex();  ///< Once, at the end. In lower case.

 private:
  explicit Digest(const char* algorithm);

  struct Free {
    void operator()(void* context) const noexcept;
  };
  std::unique_ptr<void, Free> context_;
};

}  // namespace m2v::hub
