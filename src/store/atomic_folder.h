#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

namespace m2v::store {

/// A folder that is written beside its place and put there in one step:
///
///   parent/.NAME.m2v-XXXXXX   write files here; gone unless commit() succeeds
///   parent/NAME               the folder that was there until commit(), if any
///
/// A crash leaves the old folder or the new one, never a mix.
class AtomicFolder {
 public:
  /// Makes the staging folder, and the parents of `target` where they are missing. A link is
  /// followed. Throws IoError, also if `target` is something other than a folder.
  explicit AtomicFolder(const std::filesystem::path& target);
  ~AtomicFolder();
  AtomicFolder(const AtomicFolder&) = delete;
  AtomicFolder& operator=(const AtomicFolder&) = delete;

  const std::filesystem::path& staging() const noexcept { return staging_; }
  const std::filesystem::path& target() const noexcept { return target_; }  ///< Absolute.

  /// Whether an entry directly in the old folder, by its name, goes away with it.
  using IsOurs = std::function<bool(std::string_view name)>;

  /// Takes over the old folder's entries that are not ours and that staging() does not have, syncs
  /// staging() and puts it in place. Throws IoError; the old folder is untouched then.
  /// `exchange` false does without the system call that swaps two folders, as on file systems that
  /// lack it: between two renames nothing is in place then.
  void commit(const IsOurs& is_ours, bool exchange = true);

 private:
  void replace(bool exchange);

  std::filesystem::path target_;
  std::filesystem::path staging_;
};

}  // namespace m2v::store
