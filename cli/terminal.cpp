#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/utf8.h"

namespace m2v::cli {

bool is_terminal(int descriptor) noexcept { return ::isatty(descriptor) == 1; }

std::size_t terminal_columns(int descriptor) noexcept {
  winsize size{};
  if (!is_terminal(descriptor) || ::ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

std::string printable(std::string_view text, std::size_t columns) {
  std::string out;
  std::size_t used = 0;
  std::size_t cut = 0;  // where the ellipsis goes if the text turns out too wide
  while (!text.empty()) {
    const Character character = next_character(text);
    const bool control = character.code < 0x20 || (character.code >= 0x7F && character.code < 0xA0);
    const auto width = static_cast<std::size_t>(column_width(character.code));
    if (columns > 0 && used + width > columns) return out.substr(0, cut) + "\u2026";
    if (control) {
      out += ' ';
    } else {
      out += character.valid ? text.substr(0, character.size) : std::string_view("\uFFFD");
    }
    used += width;
    if (used < columns) cut = out.size();
    text.remove_prefix(character.size);
  }
  return out;
}

std::string escaped(std::string_view text) {
  constexpr std::string_view kSpecial = "\t\n\r", kLetters = "tnr", kAmbiguous = "\t\n\rtnr\\";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t found = kSpecial.find(text[i]);
    const bool is_special = found != std::string_view::npos;
    const bool is_ambiguous = text[i] == '\\' && i + 1 < text.size() &&
                              kAmbiguous.find(text[i + 1]) != std::string_view::npos;
    if (is_special || is_ambiguous) out += '\\';
    out += is_special ? kLetters[found] : text[i];
  }
  return out;
}

std::string with_separators(std::size_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::string counted(std::size_t number, const std::string& what) {
  return counted(number, what, what + "s");
}

std::string counted(std::size_t number, const std::string& one, const std::string& many) {
  return with_separators(number) + " " + (number == 1 ? one : many);
}

std::string human_bytes(std::size_t bytes) {
  const char* const units[] = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 999.95 && unit < 4; ++unit) value /= 1000;
  return fixed(value, unit == 0 ? 0 : 1) + " " + units[unit];
}

std::string fixed(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string padded(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

}  // namespace m2v::cli
