#include "cli/usage.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

namespace m2v::cli {
namespace {

/// Returns the optimal string alignment distance: the number of insertions, deletions,
/// substitutions and transpositions of adjacent characters, where no substring is edited more than
/// once.
std::size_t edits(std::string_view from, std::string_view to) {
  std::vector<std::vector<std::size_t>> table(from.size() + 1,
                                              std::vector<std::size_t>(to.size() + 1));
  for (std::size_t i = 0; i <= from.size(); ++i) {
    for (std::size_t j = 0; j <= to.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = i + j;
        continue;
      }
      const std::size_t change = from[i - 1] == to[j - 1] ? 0 : 1;
      table[i][j] =
          std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
      }
    }
  }
  return table[from.size()][to.size()];
}

std::string_view without_dashes(std::string_view name) {
  return name.substr(std::min(name.size(), name.find_first_not_of('-')));
}

bool is_option(std::string_view argument) {
  return argument.size() > 1 && argument.front() == '-' && argument != "--";
}

/// Returns "; did you mean A, B or C?", or an empty string if there are no words.
std::string did_you_mean(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    list += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  }
  return "; did you mean " + list + "?";
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

/// Returns "m2v" or "m2v COMMAND".
std::string of(const CLI::App* command) {
  return command == nullptr ? "m2v" : "m2v " + command->get_name();
}

std::string unknown_option(const CLI::App& app, const std::string& argument) {
  const std::string name = argument.substr(0, argument.find('='));
  return "there is no option " + name + did_you_mean(suggestions(name, option_names(app)));
}

std::string unknown_command(const CLI::App& app, const CLI::App* command, const std::string& word) {
  const std::string problem = "there is no command '" + word + "'";
  if (word != "help") return problem + did_you_mean(suggestions(word, command_names(app)));
  return problem + did_you_mean({of(command) + " --help"});
}

/// Describes an unexpected argument, if there is one. Such a mistake often causes the others, so it
/// is reported first.
std::optional<std::string> unexpected(const CLI::App& app, const CLI::App* command) {
  for (const CLI::App* part : {&app, command}) {
    if (part == nullptr) continue;
    const std::vector<std::string> arguments = part->remaining();
    const auto option = std::ranges::find_if(arguments, is_option);
    const auto word = std::ranges::find_if_not(arguments, [](const std::string& argument) {
      return is_option(argument) || argument == "--";
    });
    if (part == &app && word != arguments.end() && word < option) {
      return unknown_command(app, command, *word);
    }
    if (option != arguments.end()) return unknown_option(*part, *option);
    if (word != arguments.end()) return "unexpected argument '" + *word + "'";
  }
  return std::nullopt;
}

/// Returns the name in a message of the form "--name: problem".
std::string subject(const std::string& message) { return message.substr(0, message.find(':')); }

std::string in_plain_words(const CLI::App& app, const CLI::ParseError& error) {
  const std::string kind = error.get_name();
  std::string message = error.what();
  if (kind == "ArgumentMismatch") {
    const std::string name = subject(message);
    if (!message.ends_with("missing")) return name + " is given more than once";
    const CLI::Option* const option = app.get_option_no_throw(name);
    const std::string type = option == nullptr ? "" : option->get_type_name();
    return name + " needs a value" + (type.empty() ? "" : ": " + type);
  }
  if (kind == "ConversionError") {  // "Could not convert: --json = x"
    const std::size_t begin = message.find("--"), equals = message.find(" = ");
    if (begin == std::string::npos || equals == std::string::npos) return message;
    return message.substr(begin, equals - begin) + ": '" + message.substr(equals + 3) +
           "' is not a valid value";
  }
  if (kind == "ExcludesError") {
    const std::string word = " excludes ";
    const std::size_t at = message.find(word);
    if (at == std::string::npos) return message;
    return message.substr(0, at) + " and " + message.substr(at + word.size()) +
           " cannot be used together";
  }
  return message;
}

}  // namespace

std::vector<std::string> suggestions(std::string_view word, const std::vector<std::string>& words) {
  constexpr std::size_t kMaxSuggestions = 3, kMinPrefix = 2;
  const std::string_view wanted = without_dashes(word);
  // A third of the letters may be wrong, but at least one.
  const std::size_t tolerance = std::max<std::size_t>(1, wanted.size() / 3);
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const std::string& candidate : words) {
    const std::string_view name = without_dashes(candidate);
    const std::size_t distance = edits(wanted, name);
    const bool begins = wanted.size() >= kMinPrefix && name.starts_with(wanted);
    if (begins || (distance <= tolerance && distance < wanted.size())) {
      found.emplace_back(begins ? 0 : distance, candidate);
    }
  }
  std::ranges::stable_sort(found, {}, &std::pair<std::size_t, std::string>::first);
  std::vector<std::string> best;
  for (const auto& [distance, candidate] : found) {
    if (distance == found.front().first && best.size() < kMaxSuggestions) best.push_back(candidate);
  }
  return best;
}

std::string explain_usage(const CLI::App& app, const CLI::ParseError& error) {
  const auto commands = app.get_subcommands();
  const CLI::App* const command = commands.empty() ? nullptr : commands.front();
  const auto problem = unexpected(app, command);
  return problem.value_or(in_plain_words(command == nullptr ? app : *command, error)) + " (see '" +
         of(command) + " --help')";
}

}  // namespace m2v::cli
