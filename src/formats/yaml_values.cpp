#include "formats/yaml_values.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>

#include "base/ascii_space.h"
#include "text/lines.h"
#include "text/unicode.h"

namespace m2v::formats {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";

struct Line {
  std::string_view text;     ///< The line without surrounding whitespace.
  std::string_view content;  ///< The line without its line end.
  std::size_t indent;        ///< The number of leading spaces.
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (text::Lines each(text); each.next();) {
    const std::string_view content = each.line();
    const std::size_t indent = std::min(content.find_first_not_of(' '), content.size());
    lines.push_back({yaml_trim(content), content, indent});
  }
  return lines;
}

bool is_empty(const Line& line) { return line.text.empty() || line.text.starts_with('#'); }
bool is_item(const Line& line) { return line.text == "-" || line.text.starts_with("- "); }

/// Appends the character of the escape whose backslash is at text[position], and advances
/// `position` past it.
void read_escape(std::string_view text, std::size_t& position, std::string& out) {
  static constexpr std::string_view kEscapes = "\"\\/ntrabefv0 ";
  static constexpr std::string_view kMeanings("\"\\/\n\t\r\a\b\x1B\f\v\0 ", 13);
  const char name = position + 1 < text.size() ? text[position + 1] : '\n';
  if (const std::size_t known = kEscapes.find(name); known != std::string_view::npos) {
    out += kMeanings[known];
    position += 2;
    return;
  }
  const std::size_t digits = name == 'x' ? 2 : name == 'u' ? 4 : name == 'U' ? 8 : 0;
  const std::string_view hex = text.substr(std::min(position + 2, text.size()), digits);
  std::uint32_t code = 0;
  const char* const begin = hex.data();
  const char* const end = begin + hex.size();
  const auto parsed = std::from_chars(begin, end, code, 16);
  const bool is_scalar = code < text::kCodePoints && (code < 0xD800 || code > 0xDFFF);
  if (digits == 0 || hex.size() != digits || parsed.ptr != end || !is_scalar) {
    throw UnsupportedYaml{"an unknown escape in double quotes"};
  }
  text::append_utf8(code, out);
  position += 2 + digits;
}

bool is_null(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

/// Reads one scalar up to the end of the text, a comment, or (in brackets) a comma or the closing
/// bracket, and advances `position` to that point. Appends the scalar to `values`; null is skipped.
void read_text(std::string_view text, std::size_t& position, bool in_brackets,
               std::vector<std::string>& values) {
  const auto skip_blanks = [&] {
    position = std::min(text.find_first_not_of(kSpaces, position), text.size());
  };
  skip_blanks();
  const auto ends = [&](std::size_t i) {
    return i >= text.size() || (in_brackets && (text[i] == ',' || text[i] == ']')) ||
           (text[i] == '#' && i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\t'));
  };
  if (!ends(position) && (text[position] == '"' || text[position] == '\'')) {
    values.push_back(read_quoted(text, position));
    skip_blanks();
    if (!ends(position)) throw UnsupportedYaml{"unexpected text after the closing quote"};
    return;
  }
  const std::size_t begin = position;
  while (!ends(position)) ++position;
  const std::string_view plain = yaml_trim(text.substr(begin, position - begin));
  if (is_null(plain)) return;
  const bool has_meaning =
      std::string_view("[]{}|>&*!%@`,").find(plain[0]) != std::string_view::npos ||
      plain.starts_with("- ") || plain.starts_with("? ") || plain == "-";
  if (has_meaning || plain.find(": ") != std::string_view::npos || plain.ends_with(':') ||
      (in_brackets && plain.find_first_of("[{}") != std::string_view::npos)) {
    throw UnsupportedYaml{"neither a text nor a list of texts"};
  }
  values.emplace_back(plain);
}

/// Reads a list in flow style, such as "[a, 'b', c]".
std::vector<std::string> read_brackets(std::string_view text) {
  std::vector<std::string> values;
  for (std::size_t position = 1; position < text.size(); ++position) {
    read_text(text, position, true, values);
    if (position < text.size() && text[position] == ']') {
      const std::string_view rest = yaml_trim(text.substr(position + 1));
      if (!rest.empty() && !rest.starts_with('#')) {
        throw UnsupportedYaml{"unexpected text after the list"};
      }
      return values;
    }
    if (position < text.size() && text[position] == '#') break;
  }
  throw UnsupportedYaml{"a list without its closing bracket"};
}

std::vector<std::string> read_items(std::span<const Line> lines) {
  std::vector<std::string> values;
  std::optional<std::size_t> indent;
  for (const Line& line : lines) {
    if (is_empty(line)) continue;
    if (!is_item(line) || line.indent != indent.value_or(line.indent)) {
      throw UnsupportedYaml{"neither a text nor a list of texts"};
    }
    indent = line.indent;
    std::size_t position = 1;
    read_text(line.text, position, false, values);
  }
  return values;
}

/// Joins the lines of a scalar; each line feed becomes a space.
std::string joined(std::string_view first, std::span<const Line> lines) {
  std::string text(first);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (is_empty(lines[i])) {
      if (std::ranges::all_of(lines.subspan(i), is_empty)) {
        break;
      }
      throw UnsupportedYaml{"text over several lines, with empty lines or comments in it"};
    }
    text += ' ';
    text += lines[i].text;
  }
  return text;
}

/// Reads the value of a member that begins on the line after the colon: a list or a scalar.
std::vector<std::string> read_below(std::span<const Line> lines) {
  while (!lines.empty() && is_empty(lines[0])) lines = lines.subspan(1);
  if (lines.empty() || is_item(lines[0])) return read_items(lines);
  const std::string_view first = lines[0].text;
  if (lines[0].indent == 0 || first[0] == '|' || first[0] == '>') {
    throw UnsupportedYaml{"neither a text nor a list of texts"};
  }
  const std::string text = joined(first, lines.subspan(1));
  if (text[0] == '[') return read_brackets(text);
  std::vector<std::string> values;
  std::size_t position = 0;
  read_text(text, position, false, values);
  return values;
}

/// Reads a block scalar. "|" keeps line feeds and ">" turns them into spaces. A following "-"
/// removes the line feeds at the end, "+" keeps them all, and otherwise one is kept.
std::string read_block(std::string_view header, std::span<const Line> lines) {
  const std::string_view marks = yaml_trim(header.substr(1, header.find(" #") - 1));
  if (!(marks.empty() || marks == "-" || marks == "+")) {
    throw UnsupportedYaml{"a block of text that says how far it is indented"};
  }
  std::size_t indent = 0;
  for (const Line& line : lines) {
    if (indent == 0 && !line.text.empty()) indent = line.indent;
  }
  std::string text;
  std::size_t feeds = 0;      // line feeds that have not been written yet
  bool was_indented = false;  // whether the last line was indented more than the block: not folded
  for (const Line& line : lines) {
    if (line.text.empty()) {
      if (line.content.size() > indent) throw UnsupportedYaml{"a block with lines of blanks"};
      ++feeds;
      continue;
    }
    if (line.indent < indent || indent == 0) {
      if (line.text.starts_with('#')) break;  // a comment after the block
      throw UnsupportedYaml{"a block whose lines are not indented alike"};
    }
    const bool is_indented = line.indent > indent || line.content[indent] == '\t';
    const bool folds = header[0] == '>' && !text.empty() && !is_indented && !was_indented;
    if (folds && feeds == 1) {
      text += ' ';
    } else {
      text.append(folds ? feeds - 1 : feeds, '\n');
    }
    text += line.content.substr(indent);
    feeds = 1;
    was_indented = is_indented;
  }
  if (marks == "+") return text.append(feeds, '\n');
  return marks == "-" || text.empty() ? text : text + '\n';
}

}  // namespace

std::string_view yaml_trim(std::string_view text) { return base::trimmed(text, kSpaces); }

std::string read_quoted(std::string_view text, std::size_t& position) {
  const char quote = text[position++];
  std::string out;
  while (position < text.size()) {
    const char c = text[position];
    if (c == '\\' && quote == '"') {
      read_escape(text, position, out);
    } else if (c == quote && quote == '\'' && text.substr(position + 1).starts_with(quote)) {
      out += quote;
      position += 2;
    } else if (c == quote) {
      ++position;
      return out;
    } else {
      out += c;
      ++position;
    }
  }
  throw UnsupportedYaml{"an unterminated quote"};
}

std::vector<std::string> read_yaml_values(std::string_view first, std::string_view nested) {
  const std::vector<Line> lines = lines_of(nested);
  if (first.starts_with('[')) {
    return read_brackets(joined(first, lines));
  }
  if (first.empty() || first.starts_with('#')) return read_below(lines);
  if (first[0] == '|' || first[0] == '>') return {read_block(first, lines)};
  const std::string text = joined(first, lines);
  const bool is_quoted = text[0] == '"' || text[0] == '\'';
  if (!is_quoted && text.size() > first.size() && first.find(" #") != std::string_view::npos) {
    throw UnsupportedYaml{"text over several lines, with empty lines or comments in it"};
  }
  std::vector<std::string> values;
  std::size_t position = 0;
  read_text(text, position, false, values);
  return values;
}

}  // namespace m2v::formats
