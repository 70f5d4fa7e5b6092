#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace m2v::cli {

/// Formats help as CLI11 does, but wraps long descriptions and omits the notes of validators.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter();
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
};

}  // namespace m2v::cli
