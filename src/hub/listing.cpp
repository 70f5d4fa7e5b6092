#include "hub/listing.h"

#include <algorithm>
#include <utility>

#include "hub/names.h"
#include "m2v/error.h"

namespace m2v::hub {
namespace {

constexpr std::int64_t kFormatVersion = 1;

/// Makes a file from the fields common to both formats. The LFS hash, if there is one, takes
/// precedence over git's.
RemoteFile make_file(std::string path, std::uint64_t size, std::string git_hash,
                     const std::optional<std::string>& sha256, std::uint64_t lfs_size,
                     const std::optional<std::string>& xet_hash) {
  RemoteFile file;
  file.path = std::move(path);
  file.hash = sha256.value_or(git_hash);
  file.size = sha256 ? lfs_size : size;
  base::Json::Object raw;
  raw.emplace_back("size", size);
  raw.emplace_back("blob_id", std::move(git_hash));
  if (sha256) {
    raw.emplace_back("lfs_sha256", *sha256);
    raw.emplace_back("lfs_size", lfs_size);
  }
  if (xet_hash) raw.emplace_back("xet_hash", *xet_hash);
  file.raw = std::move(raw);
  return file;
}

std::optional<std::string> text_of(const base::JsonAt& entry, std::string_view key) {
  const auto value = entry.get(key);
  return value ? std::optional(value->string()) : std::nullopt;
}

void check_file(const RemoteFile& file, const base::JsonAt& entry) {
  if (!is_safe_path(file.path)) entry.fail("a file's path would leave the cache");
  if (!is_content_hash(file.hash)) entry.fail("a file's hash is invalid");
}

}  // namespace

Digest RemoteFile::digest() const {
  return hash.size() == 64 ? Digest::sha256() : Digest::git_blob(size);
}

Listing::Listing(std::vector<RemoteFile> files) : files_(std::move(files)) {
  std::ranges::sort(files_, {}, &RemoteFile::path);
}

const RemoteFile* Listing::find(std::string_view path) const noexcept {
  const auto found = std::ranges::lower_bound(
      files_, path, {}, [](const RemoteFile& file) { return std::string_view(file.path); });
  return found != files_.end() && found->path == path ? &*found : nullptr;
}

std::vector<RemoteFile> Listing::parse_page(std::string_view json, const std::string& url) {
  const base::Json page = base::parse_json(json, url);
  std::vector<RemoteFile> files;
  for (const base::JsonAt& entry : base::JsonAt(page, url).elements()) {
    if (entry.at("type").string() != "file") continue;
    std::optional<std::string> sha256;
    std::uint64_t lfs_size = 0;
    if (const auto lfs = entry.get("lfs")) {
      sha256 = lfs->at("oid").string();
      lfs_size = lfs->at("size").natural();
    }
    files.push_back(make_file(entry.at("path").string(), entry.at("size").natural(),
                              entry.at("oid").string(), sha256, lfs_size,
                              text_of(entry, "xetHash")));
    check_file(files.back(), entry);
  }
  return files;
}

std::optional<Listing> Listing::parse_cached(std::string_view json) {
  try {
    const std::string name = "the listing";
    const base::Json document = base::parse_json(json, name);
    const base::JsonAt root(document, name);
    if (root.at("format_version").integer() != kFormatVersion) return std::nullopt;
    const base::JsonAt members = root.at("files");
    std::vector<RemoteFile> files;
    for (const auto& [path, value] : members.object()) {
      const base::JsonAt entry(value, name, "$.files");
      const auto sha256 = text_of(entry, "lfs_sha256");
      files.push_back(make_file(path, entry.at("size").natural(), entry.at("blob_id").string(),
                                sha256, sha256 ? entry.at("lfs_size").natural() : 0,
                                text_of(entry, "xet_hash")));
      check_file(files.back(), entry);
    }
    return Listing(std::move(files));
  } catch (const FormatError&) {
    return std::nullopt;
  }
}

std::string Listing::to_cached() const {
  base::Json::Object files;
  for (const RemoteFile& file : files_) files.emplace_back(file.path, file.raw);
  base::Json::Object document;
  document.emplace_back("format_version", kFormatVersion);
  document.emplace_back("files", std::move(files));
  return base::Json(std::move(document)).dump(1);
}

}  // namespace m2v::hub
