#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

#include "m2v/export.h"

// The exceptions that m2v throws. Every failure with a cause outside the calling program is an
// m2v::Error; a mistake of the calling program is a std::invalid_argument. The library never aborts
// and never prints.
//
//   try {
//     const auto model = m2v::StaticModel::load(folder);
//   } catch (const m2v::Error& error) {
//     std::cerr << error.what() << "\n";  // names the file and the location in it
//   }

namespace m2v {

/// The base class of all errors with a cause outside the calling program: files, data, the network.
/// Mistakes of the calling program itself throw std::invalid_argument.
class M2V_API Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The content of a file does not conform to its format. `what()` names the file and the location.
class M2V_API FormatError : public Error {
 public:
  /// `location` is the location in the file: a JSON path such as "$.model.vocab", a position such
  /// as "byte 17" or "line 3", or empty for the file as a whole.
  FormatError(const std::string& file, const std::string& location, const std::string& problem)
      : Error(location.empty() ? file + ": " + problem : file + ": " + location + ": " + problem),
        file_(file),
        location_(location) {}

  const std::string& file() const noexcept { return file_; }  ///< The file's path or name.
  /// The location; may be empty.
  const std::string& location() const noexcept { return location_; }

 private:
  std::string file_;
  std::string location_;
};

/// A call to the operating system failed: file not found, permission denied, disk full.
class M2V_API IoError : public Error {
 public:
  /// `action` is a phrase such as "cannot open"; `error_number` is an errno value.
  IoError(const std::string& action, const std::filesystem::path& path, int error_number);

  const std::filesystem::path& path() const noexcept { return path_; }  ///< The file or folder.
  int error_number() const noexcept { return error_number_; }           ///< An errno value.

 private:
  std::filesystem::path path_;
  int error_number_;
};

/// The Hugging Face Hub refused a request or could not be reached. `what()` includes what the user
/// can do about it, and never contains an access token.
class M2V_API HubError : public Error {
 public:
  /// `status` is an HTTP status code, or 0 if no response was received.
  HubError(const std::string& problem, std::string url, int status)
      : Error(problem), url_(std::move(url)), status_(status) {}

  const std::string& url() const noexcept { return url_; }  ///< The URL, without its query.
  int status() const noexcept { return status_; }  ///< The HTTP status code; 0: no response.

 private:
  std::string url_;
  int status_;
};

/// The call was cancelled: the caller's event callback, or its CancellationScope, returned false.
class M2V_API Cancelled : public Error {
 public:
  Cancelled() : Error("cancelled") {}
};

}  // namespace m2v
