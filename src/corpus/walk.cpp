#include "corpus/walk.h"

#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "m2v/error.h"

namespace m2v::corpus {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPackageFolders[] = {"__pycache__", "node_modules"};

/// Whether one of the patterns has the name or, if it has a slash, the path.
bool matches(const std::vector<std::string>& patterns, const std::string& name,
             const std::string& path) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    const bool for_path = pattern.find('/') != std::string::npos;
    return ::fnmatch(pattern.c_str(), (for_path ? path : name).c_str(), 0) == 0;
  });
}

class Walker {
 public:
  Walker(const Patterns& patterns, Walk& result) : patterns_(patterns), result_(result) {}

  void enter(const fs::path& folder) {
    struct stat status{};
    if (::stat(folder.c_str(), &status) != 0) throw IoError("cannot read", folder, errno);
    remember(status);
    std::error_code problem;
    fs::directory_iterator entry(folder, problem);
    if (problem) throw IoError("cannot read", folder, problem.value());
    visit(std::move(entry), "");
  }

 private:
  /// `below`: the path of the folder below the first one, with a slash at the end.
  void visit(fs::directory_iterator entry, const std::string& below) {
    std::vector<fs::path> paths;
    std::error_code problem;
    for (; entry != fs::directory_iterator(); entry.increment(problem)) {
      paths.push_back(entry->path());
    }
    if (problem) complain(paths.back().parent_path(), problem.value());
    std::ranges::sort(paths, {},
                      [](const fs::path& path) -> const std::string& { return path.native(); });
    for (const fs::path& path : paths) look_at(path, below);
  }

  void look_at(const fs::path& path, const std::string& below) {
    const std::string name = path.filename().string();
    if (name.starts_with('.') || matches(patterns_.exclude, name, below + name)) return;
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return complain(path, errno);
    if (S_ISDIR(status.st_mode)) {
      if (std::ranges::count(kPackageFolders, name) > 0 || !remember(status)) return;
      std::error_code problem;
      fs::directory_iterator entry(path, problem);
      if (problem) return complain(path, problem.value());
      visit(std::move(entry), below + name + "/");
    } else if (S_ISREG(status.st_mode)) {
      const bool asked_for = matches(patterns_.include, name, below + name);
      if (!asked_for && !patterns_.include.empty()) return;
      const std::optional<Kind> kind = kind_of(name);
      if (!kind && !asked_for) {
        ++result_.other_files;
      } else if (remember(status)) {
        result_.files.push_back({path, kind.value_or(Kind::kText)});
      }
    } else if (kind_of(name)) {
      result_.problems.push_back(path.string() + ": is no file that can be read to its end");
    }
  }

  /// False if it was there already, under another name.
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

}  // namespace m2v::corpus
