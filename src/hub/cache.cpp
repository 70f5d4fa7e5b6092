#include "hub/cache.h"

#include <system_error>

#include "base/mapped_file.h"
#include "base/output_file.h"
#include "base/temporary_file.h"
#include "hub/names.h"
#include "m2v/error.h"

namespace m2v::hub {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTagText =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This file marks a cache of models from the Hugging Face Hub "
    "(https://bford.info/cachedir).\n";

void make_folders(const fs::path& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) throw IoError("cannot create", folder, problem.value());
}

bool is_whole(const fs::path& path, std::uint64_t size) {
  std::error_code problem;
  if (!fs::is_regular_file(path, problem)) return false;
  const std::uintmax_t found = fs::file_size(path, problem);
  return !problem && found == size;
}

std::optional<std::string> read_small(const fs::path& path) {
  try {
    return std::string(base::read_characters(path).view());
  } catch (const IoError&) {
    return std::nullopt;
  }
}

/// Replaces a small file atomically, creating its folder if necessary.
void write_small(const fs::path& path, std::string_view content) {
  make_folders(path.parent_path());
  base::write_output_file(path, content);
}

std::string folder_name(std::string_view repository) {
  std::string name = "models--" + std::string(repository);
  const std::size_t slash = name.find('/');
  if (slash != std::string::npos) name.replace(slash, 1, "--");
  return name;
}

}  // namespace

Cache::Cache(const Settings& settings, std::string_view repository)
    : root_(settings.cache),
      folder_(settings.cache / folder_name(repository)),
      name_(folder_name(repository)),
      symlinks_(settings.symlinks) {}

fs::path Cache::lock(const std::string& hash) const {
  return root_ / ".locks" / name_ / (hash + ".lock");
}

fs::path Cache::snapshot(const std::string& commit) const { return folder_ / "snapshots" / commit; }

fs::path Cache::file(const std::string& commit, const std::string& path) const {
  return snapshot(commit) / path;
}

std::optional<std::string> Cache::commit_of(const std::string& revision) const {
  if (is_commit(revision)) return revision;
  auto commit = read_small(folder_ / "refs" / revision);
  return commit && is_commit(*commit) ? commit : std::nullopt;
}

void Cache::store_commit(const std::string& revision, const std::string& commit) const {
  if (revision == commit || commit_of(revision) == commit) return;
  write_small(folder_ / "refs" / revision, commit);
}

std::optional<Listing> Cache::listing(const std::string& commit) const {
  const auto text = read_small(folder_ / "trees" / (commit + ".json"));
  return text ? Listing::parse_cached(*text) : std::nullopt;
}

void Cache::store_listing(const std::string& commit, const Listing& listing) const {
  write_small(folder_ / "trees" / (commit + ".json"), listing.to_cached());
}

bool Cache::is_known_absent(const std::string& commit, const std::string& path) const {
  std::error_code ignored;
  return fs::exists(folder_ / ".no_exist" / commit / path, ignored);
}

bool Cache::has(const std::string& commit, const RemoteFile& wanted) const {
  return is_whole(file(commit, wanted.path), wanted.size);
}

bool Cache::has_blob(const RemoteFile& wanted) const {
  return is_whole(blob(wanted.hash), wanted.size);
}

void Cache::create() const {
  make_folders(folder_ / "blobs");
  std::error_code ignored;
  const fs::path tag = root_ / kTag;
  if (!fs::exists(tag, ignored)) write_small(tag, kTagText);
}

void Cache::link(const std::string& commit, const RemoteFile& wanted, bool is_new) const {
  const fs::path path = file(commit, wanted.path);
  const fs::path content = blob(wanted.hash);
  make_folders(path.parent_path());
  // A relative path from the file's folder up to the repository's folder, one ".." for each level.
  fs::path target = "../..";
  for (const char c : wanted.path) {
    if (c == '/') target /= "..";
  }
  target /= fs::path("blobs") / wanted.hash;
  std::error_code problem;
  if (symlinks_) {
    if (fs::read_symlink(path, problem) == target && !problem) return;
    const fs::path temporary = base::temporary_sibling(path);
    problem.clear();
    fs::create_symlink(target, temporary, problem);
    if (!problem) fs::rename(temporary, path, problem);
    if (!problem) return;
    const int error = problem.value();
    fs::remove(temporary, problem);
    if (error != EPERM && error != ENOTSUP && error != ENOSYS) {
      throw IoError("cannot create", path, error);
    }
  }
  problem.clear();
  if (is_new) {
    fs::rename(content, path, problem);
  } else {
    const fs::path temporary = base::temporary_sibling(path);
    if (fs::copy_file(content, temporary, problem)) fs::rename(temporary, path, problem);
  }
  if (problem) throw IoError("cannot create", path, problem.value());
}

}  // namespace m2v::hub
