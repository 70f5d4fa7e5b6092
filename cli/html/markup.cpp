#include "cli/html/markup.h"

#include "cli/html/style.h"
#include "cli/terminal.h"
#include "cli/utf8.h"

namespace m2v::cli::html {
namespace {

/// Returns the replacement of a character; empty if it needs none.
std::string_view entity(char32_t code) {
  switch (code) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default: {
      const bool is_control = code < 0x20 && code != '\n' && code != '\t';
      return is_control || (code >= 0x7F && code < 0xA0) ? "\uFFFD" : "";
    }
  }
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character character = next_character(text);
    const std::string_view other = character.valid ? entity(character.code) : "\uFFFD";
    out += other.empty() ? text.substr(0, character.size) : other;
    text.remove_prefix(character.size);
  }
  return out;
}

std::string shortened(std::string_view text, std::size_t characters) {
  std::string_view rest = text;
  for (std::size_t i = 0; i < characters && !rest.empty(); ++i) {
    rest.remove_prefix(next_character(rest).size);
  }
  const std::string kept(text.substr(0, text.size() - rest.size()));
  return rest.empty() ? kept : kept + "\u2026";
}

std::string short_number(double value, int decimals) {
  std::string text = fixed(value, decimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::string percent(double share) { return fixed(share * 100, 1) + "\u202F%"; }

std::string section(std::string_view id, std::string_view heading, std::string_view lead,
                    std::string_view content) {
  std::string out = "<section id=\"" + std::string(id) + "\">\n<h2>" + escaped(heading) + "</h2>\n";
  out.append("<p class=\"lead\">").append(lead).append("</p>\n");
  return out.append(content).append("\n</section>\n");
}

std::string page(std::string_view title, std::string_view body) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n";
  out.append("<title>").append(escaped(title)).append("</title>\n<style>").append(kStyle);
  out.append("</style>\n</head>\n<body>\n").append(body);
  return out.append("<script>").append(kScript).append("</script>\n</body>\n</html>\n");
}

}  // namespace m2v::cli::html
