#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "hub/cache.h"
#include "hub/http.h"

namespace m2v::hub {

/// Where files are downloaded from.
struct Source {
  std::string repository;  ///< A repository's name; see names.h.
  std::string commit;      ///< 40 hexadecimal digits.
};

/// Progress shared by concurrent downloads.
struct Progress {
  std::atomic<std::uint64_t> done{0};            ///< Bytes received so far.
  std::function<void(const std::string&)> warn;  ///< Reports a warning; called from any thread.
};

/// Downloads a file into the cache's snapshot:
///   1. takes the lock of its blob, waiting while another process holds it;
///   2. resumes at the end of HASH.incomplete, retrying whenever the connection is lost;
///   3. compares size and hash with the listing, syncs, renames to HASH, and links.
/// A blob is complete or absent at any time. Received bytes are kept for the next attempt, unless
/// the disk is full or the content is wrong. A blob that is already complete is only linked, unless
/// `force` is set. Throws HubError, IoError or Cancelled.
void download_file(Client& client, const Cache& cache, const Source& source, const RemoteFile& file,
                   bool force, Progress& progress);

}  // namespace m2v::hub
