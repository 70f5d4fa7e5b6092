#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace m2v::hub {

/// Computes the hash by which the Hub identifies a file's content: SHA-256 for files stored as LFS
/// objects, otherwise git's SHA-1 blob hash, which covers the size and the content. Throws Error if
/// OpenSSL fails.
class Digest {
 public:
  /// Begins a SHA-256.
  static Digest sha256();
  /// Begins a git blob hash. `size` is the size of the whole content in bytes.
  static Digest git_blob(std::uint64_t size);

  /// Hashes more bytes.
  void update(std::span<const std::byte> bytes);
  /// Returns the hash in lower-case hexadecimal. May be called only once, after the last update().
  std::string hex();

 private:
  explicit Digest(const char* algorithm);

  struct Free {
    void operator()(void* context) const noexcept;
  };
  std::unique_ptr<void, Free> context_;
};

}  // namespace m2v::hub
