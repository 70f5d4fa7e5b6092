#include "store/front_matter.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <span>

#include "core/json.h"

namespace m2v::store {
namespace {

struct Line {
  std::string_view text;  ///< Without spaces around it.
  std::size_t indent;
  std::size_t number;
};

/// Thrown and caught in this file: why an entry cannot be read.
struct Unreadable {
  std::string problem;
};

constexpr std::string_view kSpaces = " \t\r";

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) + 1 - begin);
}

bool is_empty(const Line& line) { return line.text.empty() || line.text.starts_with('#'); }

bool is_item(const Line& line) { return line.text == "-" || line.text.starts_with("- "); }

/// The lines between the two of "---"; none if the file begins otherwise.
std::vector<Line> front_matter_lines(std::string_view markdown, const std::string& file,
                                     std::vector<std::string>& warnings) {
  if (markdown.starts_with("\xEF\xBB\xBF")) markdown.remove_prefix(3);
  const bool nothing = markdown.empty();
  std::vector<Line> lines;
  for (std::size_t number = 1; !markdown.empty(); ++number) {
    const std::string_view raw = markdown.substr(0, markdown.find('\n'));
    markdown.remove_prefix(std::min(markdown.size(), raw.size() + 1));
    const Line line{trim(raw), std::min(raw.find_first_not_of(' '), raw.size()), number};
    const bool fence = line.indent == 0 && line.text == "---";
    if (number == 1 && !fence) return {};
    if (number > 1 && (fence || (line.indent == 0 && line.text == "..."))) return lines;
    if (number > 1) lines.push_back(line);
  }
  if (!nothing) warnings.push_back(file + ": line 1: the front matter has no end");
  return {};
}

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 63));
  } else {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 63));
    out += static_cast<char>(0x80 | (code & 63));
  }
}

/// Reads the escape behind the backslash at text[position] and moves behind it.
void read_escape(std::string_view text, std::size_t& position, std::string& out) {
  static constexpr std::string_view kNames = "\"\\/ntr0";
  static constexpr std::string_view kMeanings("\"\\/\n\t\r\0", 7);
  const char name = position + 1 < text.size() ? text[position + 1] : ' ';
  if (const std::size_t known = kNames.find(name); known != std::string_view::npos) {
    out += kMeanings[known];
    position += 2;
    return;
  }
  const std::size_t digits = name == 'x' ? 2 : name == 'u' ? 4 : 0;
  const std::string_view hex = text.substr(std::min(position + 2, text.size()), digits);
  const bool valid = digits != 0 && hex.size() == digits && std::ranges::all_of(hex, [](char c) {
                       return std::isxdigit(static_cast<unsigned char>(c)) != 0;
                     });
  if (!valid) throw Unreadable{"an escape in double quotes that is not known"};
  append_utf8(out, static_cast<unsigned>(std::stoul(std::string(hex), nullptr, 16)));
  position += 2 + digits;
}

/// Reads the quoted text that begins at text[position] and moves behind it.
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
  throw Unreadable{"a quote without an end"};
}

bool is_null(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

/// Reads one text up to the end, a comment, or (inside brackets) a comma or the closing bracket,
/// and moves there. Null adds nothing.
void read_text(std::string_view text, std::size_t& position, bool in_brackets,
               std::vector<std::string>& values) {
  position = std::min(text.find_first_not_of(kSpaces, position), text.size());
  const auto ends = [&](std::size_t i) {
    return i >= text.size() || (in_brackets && (text[i] == ',' || text[i] == ']')) ||
           (text[i] == '#' && i > 0 && text[i - 1] == ' ');
  };
  if (!ends(position) && (text[position] == '"' || text[position] == '\'')) {
    values.push_back(read_quoted(text, position));
    position = std::min(text.find_first_not_of(kSpaces, position), text.size());
    if (!ends(position)) throw Unreadable{"something behind the closing quote"};
    return;
  }
  const std::size_t begin = position;
  while (!ends(position)) ++position;
  const std::string_view plain = trim(text.substr(begin, position - begin));
  if (is_null(plain)) return;
  if (std::string_view("[]{}|>&*!%@`").find(plain[0]) != std::string_view::npos ||
      plain.find(": ") != std::string_view::npos || plain.ends_with(':')) {
    throw Unreadable{"neither a text nor a list of texts"};
  }
  values.emplace_back(plain);
}

/// "[a, 'b', c]"
std::vector<std::string> read_brackets(std::string_view text) {
  std::vector<std::string> values;
  for (std::size_t position = 1; position < text.size(); ++position) {
    read_text(text, position, true, values);
    if (position < text.size() && text[position] == ']') {
      const std::string_view rest = trim(text.substr(position + 1));
      if (!rest.empty() && !rest.starts_with('#')) throw Unreadable{"something behind the list"};
      return values;
    }
    if (position < text.size() && text[position] == '#') break;
  }
  throw Unreadable{"a list without its closing bracket"};
}

std::vector<std::string> read_items(std::span<const Line> lines) {
  std::vector<std::string> values;
  std::optional<std::size_t> indent;
  for (const Line& line : lines) {
    if (is_empty(line)) continue;
    if (!is_item(line) || line.indent != indent.value_or(line.indent)) {
      throw Unreadable{"neither a text nor a list of texts"};
    }
    indent = line.indent;
    std::size_t position = 1;
    read_text(line.text, position, false, values);
  }
  return values;
}

/// The value of a member: what stands behind the colon, and the lines that belong to it.
std::vector<std::string> read_values(std::string_view first, std::span<const Line> nested) {
  if (first.starts_with('[')) {
    std::string joined(first);
    for (const Line& line : nested) joined += " " + std::string(line.text);
    return read_brackets(joined);
  }
  if (first.empty() || first.starts_with('#')) return read_items(nested);
  if (!std::ranges::all_of(nested, is_empty)) throw Unreadable{"text over several lines"};
  std::vector<std::string> values;
  std::size_t position = 0;
  read_text(first, position, false, values);
  return values;
}

/// Splits "key: value"; the key may be quoted.
std::pair<std::string, std::string_view> split_member(const Line& line) {
  std::size_t colon = 0;
  std::string key;
  if (line.text[0] == '"' || line.text[0] == '\'') {
    key = read_quoted(line.text, colon);
  } else {
    while (colon < line.text.size() &&
           !(line.text[colon] == ':' &&
             (colon + 1 == line.text.size() || line.text[colon + 1] == ' '))) {
      ++colon;
    }
    key = std::string(trim(line.text.substr(0, colon)));
  }
  const bool has_colon = colon < line.text.size() && line.text[colon] == ':';
  if (line.indent != 0 || is_item(line) || key.empty() || !has_colon) {
    throw Unreadable{"expected \"key: value\""};
  }
  return {key, trim(line.text.substr(colon + 1))};
}

}  // namespace

std::vector<FrontMatterEntry> read_front_matter(std::string_view markdown,
                                                const std::vector<std::string_view>& keys,
                                                const std::string& file,
                                                std::vector<std::string>& warnings) {
  const std::vector<Line> lines = front_matter_lines(markdown, file, warnings);
  std::vector<FrontMatterEntry> entries;
  for (std::size_t i = 0; i < lines.size();) {
    const Line& line = lines[i++];
    if (is_empty(line)) continue;
    const std::size_t begin = i;
    while (i < lines.size() && (is_empty(lines[i]) || lines[i].indent > 0 || is_item(lines[i]))) {
      ++i;
    }
    try {
      const auto [key, first] = split_member(line);
      if (std::ranges::find(keys, std::string_view(key)) == keys.end()) continue;
      entries.push_back({key, read_values(first, std::span(lines).subspan(begin, i - begin))});
    } catch (const Unreadable& unreadable) {
      warnings.push_back(file + ": line " + std::to_string(line.number) +
                         ": front matter: " + unreadable.problem);
    }
  }
  return entries;
}

std::string yaml_text(std::string_view text) {
  static constexpr std::array<std::string_view, 10> kWords = {
      "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan"};
  std::string lower;
  for (const char c : text) {
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  const auto is_alpha = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_safe = [&](char c) {
    return is_alpha(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '/' || c == '.';
  };
  // A first letter rules out numbers and dates.
  const bool plain = !lower.empty() && is_alpha(lower[0]) && std::ranges::all_of(lower, is_safe) &&
                     std::ranges::find(kWords, std::string_view(lower)) == kWords.end();
  if (plain) return std::string(text);
  std::string quoted = "\"";
  core::append_json_escaped(quoted, text);
  return quoted + '"';
}

}  // namespace m2v::store
