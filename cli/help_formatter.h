#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace m2v::cli {

/// CLI11's help, with long descriptions wrapped and without the notes of its validators.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter();
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
};

}  // namespace m2v::cli
