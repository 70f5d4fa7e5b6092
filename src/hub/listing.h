#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "hub/digest.h"

namespace m2v::hub {

/// A file of a commit, as the Hub lists it.
struct RemoteFile {
  std::string path;  ///< A safe path, relative to the repository's root; see names.h.
  /// The name of its blob in lower-case hexadecimal: a SHA-256 for LFS files, otherwise git's
  /// SHA-1.
  std::string hash;
  std::uint64_t size = 0;  ///< In bytes.
  /// Its entry in the cached listing, in the format of `huggingface_hub`.
  base::Json raw;

  /// Returns an empty digest of the kind that `hash` is.
  Digest digest() const;
};

/// All files of a commit, sorted by path. Immutable after construction.
class Listing {
 public:
  Listing() = default;
  /// Takes the files in any order.
  explicit Listing(std::vector<RemoteFile> files);

  const std::vector<RemoteFile>& files() const noexcept { return files_; }
  /// Returns null if there is no such file. The pointer lives as long as the listing.
  const RemoteFile* find(std::string_view path) const noexcept;
  bool has(std::string_view path) const noexcept { return find(path) != nullptr; }

  /// Parses one page of the Hub's response to /api/models/NAME/tree. Throws FormatError if an entry
  /// is malformed or has a path that would leave the cache; `url` names the document in the error.
  static std::vector<RemoteFile> parse_page(std::string_view json, const std::string& url);

  /// Parses the cache's trees/COMMIT.json, a format shared with `huggingface_hub`. Returns no value
  /// if it is damaged or of another version.
  static std::optional<Listing> parse_cached(std::string_view json);
  /// Returns the listing in the format that parse_cached() reads.
  std::string to_cached() const;

 private:
  std::vector<RemoteFile> files_;
};

}  // namespace m2v::hub
