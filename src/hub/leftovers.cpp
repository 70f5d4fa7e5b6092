#include "hub/leftovers.h"

#include <fcntl.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <system_error>
#include <vector>

#include "base/folder_names.h"
#include "base/temporary_file.h"
#include "hub/file_lock.h"
#include "hub/names.h"
#include "m2v/error.h"

namespace m2v::hub {
namespace {

namespace fs = std::filesystem;

struct Leftover {
  fs::path path;
  std::string hash;  ///< The content whose lock a process holds while it still needs the file.
};

/// Lists everything below a folder before anything is removed from it.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> found;
  const auto append = [&](const fs::path& below) {
    base::FolderNames names(below);
    while (const char* const name = names.next()) found.push_back(below / name);
  };
  append(folder);
  for (std::size_t i = 0; i < found.size(); ++i) {
    std::error_code ignored;
    if (fs::is_directory(fs::symlink_status(found[i], ignored))) append(fs::path(found[i]));
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

/// Finds links and copies that still have their temporary names. The commit's listing, which is
/// cached before anything is linked, tells which content each one belongs to.
std::vector<Leftover> unfinished_links(const Cache& cache) {
  std::vector<Leftover> found;
  const fs::path snapshots = cache.folder() / "snapshots";
  base::FolderNames names(snapshots);
  while (const char* const commit = names.next()) {
    const fs::path snapshot = snapshots / commit;
    std::vector<fs::path> paths = entries_of(snapshot);
    std::erase_if(paths, [](const fs::path& path) {
      return !base::is_temporary_name(path.filename().string());
    });
    if (paths.empty()) continue;
    const auto listing = cache.listing(commit);
    if (!listing) continue;
    for (const fs::path& path : paths) {
      const std::string name = path.filename().string();
      const fs::path folder = path.parent_path();
      for (const RemoteFile& file : listing->files()) {
        const fs::path linked = snapshot / file.path;
        if (linked.parent_path() == folder &&
            base::is_temporary_name(name, linked.filename().string())) {
          found.push_back({path, file.hash});
        }
      }
    }
  }
  return found;
}

/// Removes the temporary files of the repository's refs and listings, and of the cache's tag.
void clear_temporary_files(const Cache& cache) {
  constexpr std::string_view kTag[] = {Cache::kTag};
  base::remove_stale_temporaries(AT_FDCWD, cache.root(), kTag);
  base::remove_stale_temporaries(AT_FDCWD, cache.folder() / "trees");
  const fs::path refs = cache.folder() / "refs";
  base::remove_stale_temporaries(AT_FDCWD, refs);
  std::error_code ignored;
  for (const fs::path& path : entries_of(refs)) {
    if (fs::is_directory(path, ignored)) base::remove_stale_temporaries(AT_FDCWD, path);
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
