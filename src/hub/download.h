#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "hub/cache.h"
#include "hub/http.h"

namespace m2v::hub {

/// Which files of what.
struct Source {
  std::string repository;
  std::string commit;
};

/// What those who download together share.
struct Progress {
  std::atomic<std::uint64_t> done{0};            ///< Bytes.
  std::function<void(const std::string&)> warn;  ///< From any thread.
};

/// Brings a file into the cache's snapshot:
///   1. takes the lock of its blob, waiting while another process has it;
///   2. goes on where HASH.incomplete ends, again and again where the connection is cut;
///   3. compares size and hash with the listing, syncs, renames to HASH, and links.
/// Whatever happens, a blob is whole or not there. What was received stays for the next time,
/// unless the disk is full or the content is wrong.
/// Throws HubError, IoError or Cancelled.
void download_file(Client& client, const Cache& cache, const Source& source, const RemoteFile& file,
                   bool force, Progress& progress);

}  // namespace m2v::hub
