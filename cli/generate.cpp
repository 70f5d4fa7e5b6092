#include "cli/generate.h"

#include <algorithm>
#include <vector>

#include "cli/validators.h"
#include "m2v/version.h"

namespace m2v::cli {
namespace {

std::vector<CLI::App*> commands_of(CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_name().empty(); });
}

/// Options without those that only a program is meant to use.
std::vector<CLI::Option*> options_of(CLI::App& app, bool positional) {
  std::vector<CLI::Option*> options;
  for (CLI::Option* option : app.get_options()) {
    if (option->get_positional() == positional && !option->get_group().empty()) {
      options.push_back(option);
    }
  }
  return options;
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

/// "-o" and "--output".
std::vector<std::string> flags_of(const CLI::Option& option) {
  std::vector<std::string> flags;
  for (const std::string& name : option.get_snames()) flags.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) flags.push_back("--" + name);
  return flags;
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

std::string replaced(std::string_view text, std::string_view special, std::string_view escape) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) result += escape;
    result += c;
  }
  return result;
}

// A manual page: man(7).

/// A line of text. A period or an apostrophe at its start would be a request.
std::string roff(std::string_view text) {
  const std::string line = replaced(text, "\\-", "\\");
  return (line.starts_with('.') || line.starts_with('\'') ? "\\&" : "") + line;
}

std::string roff_options(CLI::App& app) {
  std::string page;
  for (const bool positional : {true, false}) {
    for (CLI::Option* option : options_of(app, positional)) {
      std::vector<std::string> names = flags_of(*option);
      if (positional) names = {option->get_name(true)};
      for (std::string& name : names) name = "\\fB" + roff(name) + "\\fR";
      page += ".TP\n" + joined(names, ", ");
      const std::string type = positional ? "" : option->get_type_name();
      if (takes_value(*option) && !type.empty()) page += " \\fI" + roff(type) + "\\fR";
      page += "\n" + roff(option->get_description()) + "\n";
    }
  }
  return page;
}

/// Text whose line breaks stay, such as examples.
std::string roff_lines(const std::string& text) {
  std::string page = ".PP\n.nf\n";
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    page += roff(std::string_view(text).substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return page + ".fi\n";
}

std::string manual_page(CLI::App& app) {
  std::string page = ".TH M2V 1 \"\" \"m2v " + std::string(version()) + "\"\n";
  page += ".SH NAME\nm2v \\- static text embeddings on CPUs\n";
  page += ".SH SYNOPSIS\n\\fBm2v\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n";
  page += ".SH DESCRIPTION\n" + roff(app.get_description()) + "\n" + roff_lines(app.get_footer());
  page += ".SH COMMANDS\n";
  for (CLI::App* command : commands_of(app)) {
    page += ".SS " + roff(command->get_name()) + "\n" + roff(command->get_description()) + "\n";
    page += roff_options(*command) + roff_lines(command->get_footer());
  }
  page += ".SH EXIT STATUS\n.TP\n0\nSuccess.\n.TP\n1\nFailure: the message says what and where.\n";
  page += ".TP\n2\nWrong usage.\n.TP\n130\nInterrupted by Ctrl\\-C.\n";
  return page;
}

// Completion scripts.

std::string bash_script(CLI::App& app) {
  std::string script =
      "# bash completion of m2v\n_m2v() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options= values=\n"
      "  COMPREPLY=()\n  case ${COMP_WORDS[1]} in\n";
  std::vector<std::string> names;
  for (CLI::App* command : commands_of(app)) {
    names.push_back(command->get_name());
    std::vector<std::string> flags;
    std::string values;
    for (CLI::Option* option : options_of(*command, false)) {
      const std::vector<std::string> own = flags_of(*option);
      flags.insert(flags.end(), own.begin(), own.end());
      if (const auto words = choices_of(*option); !words.empty()) {
        values += "        " + joined(own, "|") + ") values='" + joined(words, " ") + "' ;;\n";
      }
    }
    script += "    " + command->get_name() + ")\n      options='" + joined(flags, " ") + "'\n";
    if (!values.empty()) script += "      case $before in\n" + values + "      esac ;;\n";
    if (values.empty()) script += "      ;;\n";
  }
  script += "  esac\n  if ((COMP_CWORD == 1)); then\n    COMPREPLY=($(compgen -W '" +
            joined(names, " ") + " --help --version' -- \"$word\"))\n";
  script +=
      "  elif [[ $values ]]; then\n    COMPREPLY=($(compgen -W \"$values\" -- \"$word\"))\n"
      "  elif [[ $word == -* ]]; then\n    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
      "  fi\n}\ncomplete -o default -o bashdefault -F _m2v m2v\n";
  return script;
}

std::string zsh_script(CLI::App& app) {
  const auto text = [](std::string_view description) {
    return replaced(replaced(description, "\\[]:", "\\"), "'", "'\\'");
  };
  std::string script = "#compdef m2v\n_m2v() {\n  local -a commands=(\n";
  std::string cases;
  for (CLI::App* command : commands_of(app)) {
    script += "    '" + command->get_name() + ":" + text(command->get_description()) + "'\n";
    cases += "    " + command->get_name() + ")\n      _arguments";
    for (CLI::Option* option : options_of(*command, false)) {
      const auto words = choices_of(*option);
      const std::string value = !takes_value(*option) ? ""
                                : words.empty() ? ":" + text(option->get_type_name()) + ":_default"
                                                : ":value:(" + joined(words, " ") + ")";
      for (const std::string& flag : flags_of(*option)) {
        cases += " \\\n        '*" + flag;
        cases += "[" + text(option->get_description()) + "]" + value + "'";
      }
    }
    cases += " \\\n        '*::argument:_default' ;;\n";
  }
  script += "  )\n  if ((CURRENT == 2)); then\n    _describe command commands\n    return\n  fi\n";
  script +=
      "  local command=$words[2]\n  shift words\n  ((CURRENT--))\n  case $command in\n" + cases;
  return script + "  esac\n}\n_m2v \"$@\"\n";
}

std::string fish_script(CLI::App& app) {
  const auto quoted = [](std::string_view text) { return "'" + replaced(text, "\\'", "\\") + "'"; };
  std::string script;
  for (CLI::App* command : commands_of(app)) {
    const std::string& name = command->get_name();
    script += "complete -c m2v -n __fish_use_subcommand -xa " + name + " -d " +
              quoted(command->get_description()) + "\n";
    for (CLI::Option* option : options_of(*command, false)) {
      script += "complete -c m2v -n '__fish_seen_subcommand_from " + name + "'";
      for (const std::string& letter : option->get_snames()) script += " -s " + letter;
      for (const std::string& word : option->get_lnames()) script += " -l " + word;
      const auto words = choices_of(*option);
      if (!words.empty()) script += " -xa " + quoted(joined(words, " "));
      if (words.empty() && takes_value(*option)) script += " -r";
      script += " -d " + quoted(option->get_description()) + "\n";
    }
  }
  return script;
}

}  // namespace

std::string generate(CLI::App& app, std::string_view kind) {
  if (kind == "man") return manual_page(app);
  if (kind == "complete-bash") return bash_script(app);
  if (kind == "complete-zsh") return zsh_script(app);
  return fish_script(app);
}

}  // namespace m2v::cli
