#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "hub/digest.h"
#include "hub/listing.h"

namespace m2v::hub {

/// A file that grows, with its digest: HASH.incomplete.
class PartialFile {
 public:
  /// Opens or creates it and reads what is there already; `done` counts its bytes along. What is
  /// longer than the whole is dropped. Throws IoError.
  PartialFile(std::filesystem::path path, const RemoteFile& file, std::atomic<std::uint64_t>& done);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  std::uint64_t size() const noexcept { return size_; }
  void append(std::string_view bytes);  ///< Throws IoError; the file is gone if the disk is full.
  void restart();                       ///< From the first byte on.
  void remove() noexcept;
  /// Compares the digest, syncs, and renames. Gives false, and changes nothing, if the content is
  /// not the one that the listing names. Call once, with size() as listed.
  bool finish(const std::filesystem::path& target);

 private:
  void read_existing();

  std::filesystem::path path_;
  const RemoteFile& file_;
  std::atomic<std::uint64_t>& done_;
  Digest digest_;
  std::uint64_t size_ = 0;
  int descriptor_ = -1;
};

}  // namespace m2v::hub
