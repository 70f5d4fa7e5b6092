#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

#include "m2v/export.h"

namespace m2v {

/// Base of everything that m2v throws for a reason outside the program: files, data, the network.
/// Mistakes of the calling program itself throw std::invalid_argument.
class M2V_API Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file whose content is not what its format asks for. `what()` names file and place.
class M2V_API FormatError : public Error {
 public:
  /// `place` is a JSON path such as "$.model.vocab", or "byte 17", or empty for the whole file.
  FormatError(const std::string& file, const std::string& place, const std::string& problem)
      : Error(place.empty() ? file + ": " + problem : file + ": " + place + ": " + problem),
        file_(file),
        place_(place) {}

  const std::string& file() const noexcept { return file_; }
  const std::string& place() const noexcept { return place_; }

 private:
  std::string file_;
  std::string place_;
};

/// The operating system refused: not found, not readable, disk full.
class M2V_API IoError : public Error {
 public:
  /// `action` reads like "cannot open"; `error_number` is an errno value.
  IoError(const std::string& action, const std::filesystem::path& path, int error_number);

  const std::filesystem::path& path() const noexcept { return path_; }
  int error_number() const noexcept { return error_number_; }

 private:
  std::filesystem::path path_;
  int error_number_;
};

/// The Hugging Face Hub, or the way to it, refused. `what()` says what to do, and never has a
/// token.
class M2V_API HubError : public Error {
 public:
  /// `status` is an HTTP status, or 0 if there was no answer.
  HubError(const std::string& problem, std::string url, int status)
      : Error(problem), url_(std::move(url)), status_(status) {}

  const std::string& url() const noexcept { return url_; }  ///< Without its query.
  int status() const noexcept { return status_; }

 private:
  std::string url_;
  int status_;
};

/// The caller's event callback returned false.
class M2V_API Cancelled : public Error {
 public:
  Cancelled() : Error("cancelled") {}
};

}  // namespace m2v
