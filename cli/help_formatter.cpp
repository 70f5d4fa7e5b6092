#include "cli/help_formatter.h"

#include <sstream>

namespace m2v::cli {
namespace {

constexpr std::size_t kLabelColumns = 28;
constexpr std::size_t kTextColumns = 80 - kLabelColumns;

/// Breaks a text into lines between words. CLI11 indents the lines after the first.
std::string wrap(const std::string& text) {
  std::istringstream words(text);
  std::string wrapped;
  std::size_t used = 0;
  for (std::string word; words >> word;) {
    const bool fits = used + 1 + word.size() <= kTextColumns;
    if (used > 0) wrapped += fits ? ' ' : '\n';
    used = used > 0 && fits ? used + 1 + word.size() : word.size();
    wrapped += word;
  }
  return wrapped;
}

}  // namespace

HelpFormatter::HelpFormatter() { column_width(kLabelColumns); }

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  std::string text;
  if (!option->get_type_name().empty()) text.append(" ").append(option->get_type_name());
  return text;
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  const bool say_required = option->get_required() && !option->get_positional();
  return wrap(option->get_description() + (say_required ? " (required)" : ""));
}

}  // namespace m2v::cli
