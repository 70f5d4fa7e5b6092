#include "documents/walk.h"

#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/folder_names.h"
#include "m2v/error.h"

namespace m2v::documents {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPackageFolders[] = {"__pycache__", "node_modules"};

/// Returns whether one of the patterns matches the name or, if the pattern has a slash, the path.
bool matches(const std::vector<std::string>& patterns, const std::string& name,
             const std::string& path) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    const bool for_path = pattern.find('/') != std::string::npos;
    return ::fnmatch(pattern.c_str(), (for_path ? path : name).c_str(), 0) == 0;
  });
}

/// Appends the names in a folder. Returns the errno value of what went wrong, or 0.
int read_names(const fs::path& folder, std::vector<std::string>& names) {
  base::FolderNames found(folder);
  while (const char* const name = found.next()) names.emplace_back(name);
  return found.error();
}

class Walker {
 public:
  Walker(const Patterns& patterns, Walk& result) : patterns_(patterns), result_(result) {}

  void enter(const fs::path& folder) {
    struct stat status{};
    if (::stat(folder.c_str(), &status) != 0) throw IoError("cannot read", folder, errno);
    remember(status);
    std::vector<std::string> names;
    if (const int error = read_names(folder, names)) throw IoError("cannot read", folder, error);
    visit(folder, names, "");
  }

 private:
  /// `below` is the path of the folder relative to the root: empty, or with a slash at the end.
  void visit(const fs::path& folder, std::vector<std::string>& names, const std::string& below) {
    std::ranges::sort(names);
    for (const std::string& name : names) visit_entry(folder / name, name, below);
  }

  void visit_entry(const fs::path& path, const std::string& name, const std::string& below) {
    if (name.starts_with('.') || matches(patterns_.exclude, name, below + name)) return;
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return complain(path, errno);
    if (S_ISDIR(status.st_mode)) {
      if (std::ranges::count(kPackageFolders, name) > 0 || !remember(status)) return;
      std::vector<std::string> names;
      if (const int error = read_names(path, names)) complain(path, error);
      visit(path, names, below + name + "/");
    } else if (S_ISREG(status.st_mode)) {
      const bool is_included = matches(patterns_.include, name, below + name);
      if (!is_included && !patterns_.include.empty()) return;
      const std::optional<Kind> kind = kind_of(name);
      if (!kind && !is_included) {
        ++result_.other_files;
      } else if (remember(status)) {
        result_.files.push_back({path, kind.value_or(Kind::kText)});
      }
    } else if (kind_of(name)) {
      result_.problems.push_back(path.string() + ": is not a regular file");
    }
  }

  /// Records a file or folder as visited. Returns false if it already was, under another name.
  bool remember(const struct stat& status) {
    return seen_.emplace(status.st_dev, status.st_ino).second;
  }

  void complain(const fs::path& path, int error_number) {
    result_.problems.emplace_back(IoError("cannot read", path, error_number).what());
  }

  const Patterns& patterns_;
  Walk& result_;
  std::set<std::pair<dev_t, ino_t>> seen_;
};

}  // namespace

Walk walk(const fs::path& folder, const Patterns& patterns) {
  Walk result;
  Walker(patterns, result).enter(folder);
  return result;
}

}  // namespace m2v::documents
