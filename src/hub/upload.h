#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "hub/http.h"
#include "hub/local_folder.h"

namespace m2v::hub {

/// What is to be committed, and where.
struct Commit {
  std::string repository;
  std::string revision;  ///< A branch.
  std::string parent;    ///< The commit that it was at when we looked.
  std::string title;
  bool create_pr = false;
};

/// A file of the commit. Those in the storage for large files (LFS) are there before the commit.
struct Addition {
  const LocalFile* file = nullptr;
  bool is_lfs = false;
  std::string sha256;  ///< Of LFS files.
};

/// Asks how each file shall be kept. Leaves out what the repository's .gitignore names.
std::vector<Addition> plan_additions(Client& client, const Commit& commit,
                                     const std::vector<const LocalFile*>& files);

/// Uploads the LFS files that the storage lacks, in one piece or in parts, as it asks. `sent`
/// counts the bytes of the files. Returns how many bytes it took.
std::uint64_t upload_objects(Client& client, const Commit& commit,
                             const std::vector<Addition>& additions,
                             std::atomic<std::uint64_t>& sent);

struct Committed {
  std::string commit;
  std::string url;  ///< Of the commit, or the pull request.
};
Committed send_commit(Client& client, const Commit& commit, const std::vector<Addition>& additions);

}  // namespace m2v::hub
