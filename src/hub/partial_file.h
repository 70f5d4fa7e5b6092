#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/descriptor.h"
#include "hub/digest.h"
#include "hub/listing.h"

namespace m2v::hub {

/// A partially downloaded file, HASH.incomplete, together with the digest of its content so far. It
/// stays on disk when the object is destroyed.
class PartialFile {
 public:
  /// Opens or creates the file and hashes its present content; `done` is increased by the number of
  /// its bytes. Content that is longer than the listed size is discarded. `file` and `done` must
  /// outlive this object. Throws IoError.
  PartialFile(std::filesystem::path path, const RemoteFile& file, std::atomic<std::uint64_t>& done);
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  std::uint64_t size() const noexcept { return size_; }  ///< In bytes.
  /// Appends bytes. Throws IoError if they cannot be written, for example because the disk is full;
  /// the file is then removed.
  void append(std::string_view bytes);
  void restart();          ///< Truncates the file to zero bytes.
  void remove() noexcept;  ///< Unlinks the file.
  /// Compares the digest with the listed hash, syncs, and renames the file to `target`. Returns
  /// false, and leaves the file unchanged, if the hash differs. Throws IoError. Call it once, when
  /// size() is the listed size.
  bool finish(const std::filesystem::path& target);

 private:
  void read_existing();

  std::filesystem::path path_;
  const RemoteFile& file_;
  std::atomic<std::uint64_t>& done_;
  Digest digest_;
  std::uint64_t size_ = 0;
  base::Descriptor descriptor_;
};

}  // namespace m2v::hub
