#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "hub/digest.h"

namespace m2v::hub {

/// A file of a commit, as the hub lists it.
struct RemoteFile {
  std::string path;  ///< A safe path; see names.h.
  std::string hash;  ///< What its blob is called: a SHA-256 for LFS files, else git's SHA-1.
  std::uint64_t size = 0;
  core::Json raw;  ///< Its entry in the cache's listing, as `huggingface_hub` writes it.

  Digest digest() const;
};

/// All files of a commit, sorted by path.
class Listing {
 public:
  Listing() = default;
  explicit Listing(std::vector<RemoteFile> files);

  const std::vector<RemoteFile>& files() const noexcept { return files_; }
  const RemoteFile* find(std::string_view path) const noexcept;
  bool has(std::string_view path) const noexcept { return find(path) != nullptr; }

  /// From one page of the hub's answer to /api/models/NAME/tree. Entries whose names could leave
  /// the cache are an error. `url` is what errors call it. Throws FormatError.
  static std::vector<RemoteFile> parse_page(std::string_view json, const std::string& url);

  /// trees/COMMIT.json of the cache, which `huggingface_hub` reads and writes as well. What is
  /// damaged or of another version gives no value.
  static std::optional<Listing> parse_cached(std::string_view json);
  std::string to_cached() const;

 private:
  std::vector<RemoteFile> files_;
};

}  // namespace m2v::hub
