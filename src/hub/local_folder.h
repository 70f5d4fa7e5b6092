#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/flat_array.h"
#include "hub/listing.h"
#include "store/model_folder.h"

namespace m2v::hub {

/// A file that may be uploaded: opened, or made up here.
struct LocalFile {
  std::string path;  ///< In the repository.
  core::FlatArray<char> file;
  std::string made;  ///< The content if there is no file.
  bool is_made = false;

  std::string_view content() const { return is_made ? std::string_view(made) : file.view(); }
  std::string hash(bool sha256) const;
  /// Whether the repository's file has the same content.
  bool is(const RemoteFile& remote) const;
};

/// The files below a folder, sorted by path, without those whose names (or folders' names) begin
/// with a dot; those of the model in it are of one save. Throws IoError, or std::invalid_argument
/// for a name that the hub could not take.
std::vector<LocalFile> read_folder(const std::filesystem::path& folder,
                                   const store::ModelFiles& model);

/// Sees to the card, given the one in the repository (if there is one):
///   ours is hand-written            ours
///   theirs is hand-written          theirs stays; returns true
///   none of both                    one that m2v generates, naming the repository
bool settle_card(std::vector<LocalFile>& files, const store::ModelFolder& model,
                 const std::string& repository, const std::string* their_card);

}  // namespace m2v::hub
