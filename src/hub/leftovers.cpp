#include "hub/leftovers.h"

#include <fcntl.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <system_error>
#include <vector>

#include "core/temporary_file.h"
#include "hub/file_lock.h"
#include "hub/names.h"
#include "m2v/error.h"

namespace m2v::hub {
namespace {

namespace fs = std::filesystem;

struct Leftover {
  fs::path path;
  std::string hash;  ///< Whoever may still need it has the lock of this content.
};

/// Everything below a folder, as it was before anything is removed.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::error_code problem;
  std::vector<fs::path> found;
  for (fs::recursive_directory_iterator it(folder, problem), end; !problem && it != end;
       it.increment(problem)) {
    found.push_back(it->path());
  }
  return found;
}

void remove_unless_locked(const Cache& cache, const Leftover& leftover) {
  const std::optional<FileLock> mine = FileLock::if_free(cache.lock(leftover.hash));
  std::error_code ignored;
  if (mine) fs::remove(leftover.path, ignored);
}

std::vector<Leftover> partial_downloads(const Cache& cache, const Listing& newest) {
  std::vector<Leftover> found;
  for (const fs::path& path : entries_of(cache.folder() / "blobs")) {
    const std::string hash = path.stem().string();
    if (path.extension() != ".incomplete" || !is_content_hash(hash)) continue;
    if (std::ranges::find(newest.files(), hash, &RemoteFile::hash) == newest.files().end()) {
      found.push_back({path, hash});
    }
  }
  return found;
}

/// Links and copies under their temporary names. Which content's they are, the commit's listing
/// says, which is in the cache before anything is linked.
std::vector<Leftover> unfinished_links(const Cache& cache) {
  std::vector<Leftover> found;
  std::error_code problem;
  for (fs::directory_iterator it(cache.folder() / "snapshots", problem), end; !problem && it != end;
       it.increment(problem)) {
    std::vector<fs::path> paths = entries_of(it->path());
    std::erase_if(paths, [](const fs::path& path) {
      return !core::is_temporary_name(path.filename().string());
    });
    if (paths.empty()) continue;
    const auto listing = cache.listing(it->path().filename().string());
    if (!listing) continue;
    for (const fs::path& path : paths) {
      const std::string name = path.filename().string();
      const fs::path folder = path.parent_path();
      for (const RemoteFile& file : listing->files()) {
        const fs::path linked = it->path() / file.path;
        if (linked.parent_path() == folder &&
            core::is_temporary_name(name, linked.filename().string())) {
          found.push_back({path, file.hash});
        }
      }
    }
  }
  return found;
}

/// The small files that the cache keeps about the repository.
void clear_temporary_files(const Cache& cache) {
  constexpr std::string_view kTag[] = {Cache::kTag};
  core::remove_dead_temporaries(AT_FDCWD, cache.root(), kTag);
  core::remove_dead_temporaries(AT_FDCWD, cache.folder() / "trees");
  const fs::path refs = cache.folder() / "refs";
  core::remove_dead_temporaries(AT_FDCWD, refs);
  std::error_code ignored;
  for (const fs::path& path : entries_of(refs)) {
    if (fs::is_directory(path, ignored)) core::remove_dead_temporaries(AT_FDCWD, path);
  }
}

}  // namespace

void clear_leftovers(const Cache& cache, const Listing& newest) {
  clear_temporary_files(cache);
  std::vector<Leftover> found = partial_downloads(cache, newest);
  std::ranges::move(unfinished_links(cache), std::back_inserter(found));
  for (const Leftover& leftover : found) remove_unless_locked(cache, leftover);
}

}  // namespace m2v::hub
