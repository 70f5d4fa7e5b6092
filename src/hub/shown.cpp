#include "hub/shown.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "m2v/error.h"
#include "text/unicode.h"

namespace m2v::hub {
namespace {

constexpr std::size_t kMaxMessage = 2000;  // characters
constexpr std::size_t kMinSecret = 4;      // a shorter token occurs in many words
constexpr std::size_t kMinPart = 8;  // letters and digits; shorter parts of a token are not secret
constexpr int kMaxLayers = 4;        // layers of nested escapes
constexpr std::string_view kRedacted = "[token]";

bool is_white(char32_t c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_harmless(char32_t c) noexcept {
  using text::Category;
  switch (text::regex_class(c).category) {
    case Category::kCc:
    case Category::kCf:
    case Category::kCs:
    case Category::kCo:
    case Category::kCn:
    case Category::kZl:
    case Category::kZp:
      return false;
    default:
      return true;
  }
}

void append_escape(char32_t c, std::string& out) {
  char text[16];
  std::snprintf(text, sizeof text, c > 0xFFFF ? "\\U%08X" : "\\u%04X", static_cast<unsigned>(c));
  out += text;
}

bool is_letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string letters_and_digits(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_letter_or_digit(c)) out += lower(c);
  }
  return out;
}

/// A character of a text after its escapes have been resolved, and its byte range in the text.
struct Unit {
  char character;
  std::size_t begin, end;
};

int digit_value(char c) noexcept {
  const char small = lower(c);
  if (c >= '0' && c <= '9') return c - '0';
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : 99;
}

/// Parses a number of 1 to `longest` digits in the base at `units[position]`, and moves `position`
/// past it.
std::optional<unsigned> number_at(const std::vector<Unit>& units, std::size_t& position, int base,
                                  std::size_t longest) {
  unsigned value = 0;
  const std::size_t begin = position;
  while (position < units.size() && position - begin < longest &&
         digit_value(units[position].character) < base) {
    value = value * static_cast<unsigned>(base) +
            static_cast<unsigned>(digit_value(units[position++].character));
  }
  return position == begin ? std::nullopt : std::optional(value);
}

/// Returns the ASCII character that an escape at `units[position]` stands for (%XX, \xXX, \uXXXX,
/// &#NN; or &#xXX;) and moves `position` past it. Returns no value, and leaves `position`
/// unspecified, if there is none.
std::optional<char> escape_at(const std::vector<Unit>& units, std::size_t& position) {
  const auto at = [&](std::size_t i) { return i < units.size() ? units[i].character : '\0'; };
  const char first = at(position);
  const char second = lower(at(position + 1));
  std::optional<unsigned> code;
  if (first == '%') {
    code = number_at(units, ++position, 16, 2);
  } else if (first == '\\' && (second == 'x' || second == 'u')) {
    position += 2;
    code = number_at(units, position, 16, second == 'x' ? 2 : 4);
  } else if (first == '&' && second == '#') {
    const bool hexadecimal = lower(at(position + 2)) == 'x';
    position += hexadecimal ? 3 : 2;
    code = number_at(units, position, hexadecimal ? 16 : 10, 7);
    if (at(position) == ';') ++position;
  }
  return code && *code < 0x80 ? std::optional(static_cast<char>(*code)) : std::nullopt;
}

/// Resolves one layer of escapes. Returns false if there was none.
bool resolve_escapes(std::vector<Unit>& units) {
  std::vector<Unit> out;
  for (std::size_t i = 0; i < units.size();) {
    std::size_t behind = i;
    if (const auto character = escape_at(units, behind)) {
      out.push_back({*character, units[i].begin, units[behind - 1].end});
      i = behind;
    } else {
      out.push_back(units[i++]);
    }
  }
  const bool changed = out.size() != units.size();
  units = std::move(out);
  return changed;
}

/// Returns the letters, digits and spaces of a text, in lower case, with escapes resolved.
std::vector<Unit> plain_units(std::string_view text) {
  std::vector<Unit> units;
  units.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) units.push_back({text[i], i, i + 1});
  for (int layer = 0; layer < kMaxLayers && resolve_escapes(units); ++layer) {
  }
  // Spaces are kept: "the token" is not part of a token that contains "TheToken".
  std::erase_if(units, [](const Unit& unit) {
    return unit.character != ' ' && !is_letter_or_digit(unit.character);
  });
  for (Unit& unit : units) unit.character = lower(unit.character);
  return units;
}

/// An IoError with a sanitized message.
class SafeIoError : public IoError {
 public:
  SafeIoError(const IoError& error, std::string message)
      : IoError(error), message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

/// Rethrows the exception that is being handled with its message passed through `safe`.
[[noreturn]] void rethrow_safely(const std::function<std::string(std::string_view)>& safe) {
  try {
    throw;
  } catch (const HubError& error) {
    throw HubError(safe(error.what()), safe(error.url()), error.status());
  } catch (const FormatError& error) {
    const std::string_view what = error.what();
    const std::size_t location = error.location().empty() ? 0 : error.location().size() + 2;
    const std::size_t start = std::min(what.size(), error.file().size() + 2 + location);
    throw FormatError(safe(error.file()), safe(error.location()), safe(what.substr(start)));
  } catch (const IoError& error) {
    throw SafeIoError(error, safe(error.what()));
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    throw Error(safe(error.what()));
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(safe(error.what()));
  }
}

}  // namespace

std::string sanitized(std::string_view text, std::size_t longest) {
  std::string out;
  std::size_t characters = 0;
  for (std::size_t position = 0; position < text.size(); ++characters) {
    if (characters == longest) return out + "...";
    const char32_t c = text::decode_utf8(text, position);
    if (is_white(c)) {
      out += ' ';
    } else if (is_harmless(c)) {
      text::append_utf8(c, out);
    } else {
      append_escape(c, out);
    }
  }
  return out;
}

Redactor::Redactor(const std::optional<std::string>& token) {
  if (!token) return;
  const std::string plain = letters_and_digits(*token);
  if (plain.size() < kMinSecret) return;
  part_size_ = std::min(kMinPart, plain.size());
  const auto add_parts = [&](const std::string& secret) {
    for (std::size_t i = 0; i + part_size_ <= secret.size(); ++i) {
      parts_.insert(secret.substr(i, part_size_));
    }
  };
  add_parts(plain);
  // The base64 of the token depends on its byte offset modulo 3, and the characters at both ends
  // also depend on the adjacent bytes, so that only the inner ones are searched for.
  for (std::size_t before = 0; before < 3; ++before) {
    const std::string encoded = base::encode_base64(std::string(before, ' ') + *token);
    const std::string inner = encoded.substr(before == 0 ? 0 : 4, encoded.size() - 8);
    if (inner.size() >= kMinPart) add_parts(letters_and_digits(inner));
  }
}

std::string Redactor::operator()(std::string_view text) const {
  if (part_size_ == 0) return std::string(text);
  const std::vector<Unit> units = plain_units(text);
  std::string plain;
  for (const Unit& unit : units) plain += unit.character;
  std::string out;
  std::size_t copied = 0;    // bytes of the text
  std::size_t redacted = 0;  // units, up to this index
  for (std::size_t i = 0; i + part_size_ <= plain.size(); ++i) {
    if (!parts_.contains(std::string_view(plain).substr(i, part_size_))) continue;
    if (i >= redacted) {
      out.append(text.substr(copied, units[i].begin - copied)).append(kRedacted);
    }
    redacted = i + part_size_;
    copied = units[redacted - 1].end;
  }
  return out.append(text.substr(copied));
}

void with_safe_messages(const std::optional<std::string>& token, const OnEvent& on_event,
                        const std::function<void(const OnEvent&)>& work) {
  const Redactor redact(token);
  const auto safe = [&](std::string_view text) { return sanitized(redact(text), kMaxMessage); };
  const auto forward = [&](const Event& event) {
    Event changed = event;
    changed.message = safe(event.message);
    return on_event(changed);
  };
  try {
    work(on_event ? OnEvent(forward) : OnEvent());
  } catch (...) {
    rethrow_safely(safe);
  }
}

}  // namespace m2v::hub
