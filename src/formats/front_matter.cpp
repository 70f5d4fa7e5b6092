#include "formats/front_matter.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/json.h"
#include "formats/yaml_values.h"

namespace m2v::formats {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view first_line(std::string_view text) {
  return text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
}

bool is_fence(std::string_view line, std::string_view fence) {
  return line.starts_with(fence) && yaml_trim(line.substr(fence.size())).empty();
}

bool is_item(std::string_view line) { return line == "-" || line.starts_with("- "); }

/// Splits "key: value" into the key and the position of the value. Returns no value if the line
/// does not have this form.
std::optional<std::pair<std::string, std::size_t>> split_member(std::string_view line) {
  std::size_t colon = 0;
  std::string key;
  if (line.starts_with('"') || line.starts_with('\'')) {
    try {
      key = read_quoted(line, colon);
    } catch (const UnsupportedYaml&) {
      return std::nullopt;
    }
  } else {
    const auto ends_key = [&](std::size_t i) {
      return line[i] == ':' && (i + 1 == line.size() || line[i + 1] == ' ' || line[i + 1] == '\t');
    };
    while (colon < line.size() && !ends_key(colon)) ++colon;
    key = yaml_trim(line.substr(0, colon));
  }
  colon = std::min(line.find_first_not_of(' ', colon), line.size());
  if (is_item(line) || key.empty() || colon == line.size() || line[colon] != ':') {
    return std::nullopt;
  }
  return std::pair{std::move(key), colon + 1};
}

/// Tracks whether brackets or a quote are still open, in which case the next line belongs to the
/// value whatever its indentation.
class Brackets {
 public:
  explicit Brackets(std::string_view value)
      : counts_(!value.empty() && std::string_view("[{\"'").find(value[0]) != value.npos) {
    add(value);
  }

  void add(std::string_view text) {
    for (const char c : text) {
      if (quote_ != 0) {
        const bool is_escaped = std::exchange(escaped_, false);
        escaped_ = c == '\\' && quote_ == '"' && !is_escaped;
        if (c == quote_ && !is_escaped) quote_ = 0;
      } else if (c == '"' || c == '\'') {
        quote_ = c;
      } else if (c == '[' || c == '{') {
        ++depth_;
      } else if ((c == ']' || c == '}') && depth_ > 0) {
        --depth_;
      }
    }
  }
  bool open() const { return counts_ && (quote_ != 0 || depth_ > 0); }
  bool in_quotes() const { return counts_ && quote_ != 0; }

 private:
  bool counts_, escaped_ = false;
  char quote_ = 0;
  std::size_t depth_ = 0;
};

/// Reads the entry at the beginning of `text`: a member, a comment or blank line, or another line.
FrontMatterEntry take_entry(std::string_view text, std::size_t number) {
  FrontMatterEntry entry;
  entry.line = number;
  const std::string_view line = first_line(text);
  const std::string_view trimmed = yaml_trim(line);
  std::size_t size = line.size();
  const auto rest_line = [&] { return first_line(text.substr(size)); };
  if (trimmed.empty() || trimmed.starts_with('#')) {
    entry.is_comment = true;
  } else if (const auto member = line[0] == ' ' ? std::nullopt : split_member(trimmed)) {
    entry.key = member->first;
    entry.first = yaml_trim(trimmed.substr(member->second));
    Brackets brackets(entry.first);
    const bool is_block = entry.first.starts_with('|') || entry.first.starts_with('>');
    std::size_t end = size;  // the end of the last line that is not a comment
    while (size < text.size()) {
      const std::string_view next = rest_line();
      const std::string_view content = yaml_trim(next);
      const bool is_comment = content.empty() || content.starts_with('#');
      const bool belongs = is_comment || next[0] == ' ' || is_item(content) || brackets.open();
      if (!belongs) break;
      size += next.size();
      if (!is_comment || brackets.in_quotes()) brackets.add(next);
      const bool is_of_block = is_block && (content.empty() || next[0] == ' ');
      if (!is_comment || is_of_block) end = size;
    }
    size = end;
  }
  entry.source = text.substr(0, size);
  entry.nested = text.substr(line.size(), size - line.size());
  return entry;
}

}  // namespace

std::optional<FrontMatter> split_front_matter(std::string_view markdown) {
  FrontMatter result;
  if (markdown.starts_with(kByteOrderMark)) result.size = kByteOrderMark.size();
  const auto rest = [&] { return markdown.substr(result.size); };
  if (rest().empty() || !is_fence(first_line(rest()), "---")) return std::nullopt;
  result.size += first_line(rest()).size();
  ++result.lines;
  const std::size_t begin = result.size;
  while (true) {
    if (rest().empty()) return std::nullopt;
    const std::string_view line = first_line(rest());
    const std::size_t end = result.size;
    result.size += line.size();
    ++result.lines;
    if (!is_fence(line, "---") && !is_fence(line, "...")) continue;
    std::string_view text = markdown.substr(begin, end - begin);
    for (std::size_t number = 2; !text.empty();) {
      result.entries.push_back(take_entry(text, number));
      const std::string_view source = result.entries.back().source;
      number += static_cast<std::size_t>(std::ranges::count(source, '\n'));
      text.remove_prefix(source.size());
    }
    return result;
  }
}

std::optional<std::vector<std::string>> read_values(const FrontMatterEntry& entry,
                                                    std::string& problem) {
  try {
    return read_yaml_values(entry.first, entry.nested);
  } catch (const UnsupportedYaml& unreadable) {
    problem = unreadable.problem;
    return std::nullopt;
  }
}

std::string to_yaml_scalar(std::string_view text) {
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
  // A text that begins with a letter is neither a number nor a date.
  const bool plain = !lower.empty() && is_alpha(lower[0]) && std::ranges::all_of(lower, is_safe) &&
                     std::ranges::find(kWords, std::string_view(lower)) == kWords.end();
  if (plain) return std::string(text);
  std::string quoted = "\"";
  base::append_json_escaped(quoted, text);
  return quoted + '"';
}

}  // namespace m2v::formats
