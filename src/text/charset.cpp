#include "text/charset.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "base/utf8_check.h"
#include "m2v/error.h"
#include "text/charset_tables.h"
#include "text/encoding.h"
#include "text/unicode.h"

namespace m2v::text {
namespace {

/// The names that iconv has for the multibyte encodings.
struct IconvName {
  std::string_view name;
  const char* iconv;
};
constexpr IconvName kIconvNames[] = {
    {"big5", "BIG5-HKSCS"},       {"euc-jp", "EUC-JP-MS"}, {"euc-kr", "UHC"},
    {"gb18030", "GB18030"},       {"gbk", "GB18030"},      {"iso-2022-jp", "ISO-2022-JP"},
    {"shift_jis", "WINDOWS-31J"},
};

class Converter {
 public:
  explicit Converter(std::string_view name) {
    const auto found = std::ranges::find(kIconvNames, name, &IconvName::name);
    handle_ = found == std::end(kIconvNames) ? kNone : ::iconv_open("UTF-8", found->iconv);
    if (handle_ == kNone) {
      throw Error("its encoding is " + std::string(name) + ", which iconv cannot convert here");
    }
  }
  ~Converter() { ::iconv_close(handle_); }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  std::string decode(std::string_view bytes) {
    std::string out;
    auto* input = const_cast<char*>(bytes.data());  // iconv only reads it
    std::size_t left = bytes.size();
    while (left > 0) {
      char buffer[4096];
      char* output = buffer;
      std::size_t space = sizeof buffer;
      const std::size_t result = ::iconv(handle_, &input, &left, &output, &space);
      const int problem = result == static_cast<std::size_t>(-1) ? errno : 0;
      out.append(buffer, output);
      if (problem != 0 && problem != E2BIG) skip_malformed(input, left, out);
    }
    return out;
  }

 private:
  /// Replaces one malformed byte, or two if neither is ASCII, by U+FFFD.
  static void skip_malformed(char*& input, std::size_t& left, std::string& out) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    const std::size_t size = left > 1 && !is_ascii(input[0]) && !is_ascii(input[1]) ? 2 : 1;
    input += size;
    left -= size;
    text::append_utf8(text::kReplacement, out);
  }

  // NOLINTNEXTLINE(performance-no-int-to-ptr): what iconv_open() returns if it fails
  inline static const iconv_t kNone = reinterpret_cast<iconv_t>(-1);
  iconv_t handle_;
};

std::string decode_single_byte(std::string_view bytes, const SingleByteCharset& charset) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    byte < 0x80 ? out.push_back(c) : text::append_utf8(charset.codes[byte - 0x80], out);
  }
  return out;
}

/// Whether the bytes are probably damaged UTF-8: beyond ASCII, they have at least as many
/// well-formed characters as ill-formed parts.
bool is_mostly_utf8(std::string_view bytes) {
  std::size_t good = 0, bad = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t begin = i;
    const char32_t c = text::decode_utf8(bytes, i);
    if (c < 0x80) continue;
    const bool is_good = c != text::kReplacement || bytes.substr(begin, i - begin) == "\uFFFD";
    ++(is_good ? good : bad);
  }
  return good > 0 && good >= bad;
}

}  // namespace

std::string_view charset_of_label(std::string_view label) {
  constexpr std::string_view kWhitespace = " \t\n\f\r";
  const std::size_t begin = std::min(label.find_first_not_of(kWhitespace), label.size());
  label = label.substr(begin, label.find_last_not_of(kWhitespace) + 1 - begin);
  std::string lower(label);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const auto found =
      std::ranges::lower_bound(kCharsetLabels, std::string_view(lower), {}, &CharsetLabel::label);
  return found != kCharsetLabels.end() && found->label == lower ? found->name : std::string_view();
}

std::string decode_charset(std::string_view bytes, std::string_view name) {
  const auto decode = [&](Encoding encoding) {
    std::string out;
    Decoder decoder(encoding);
    decoder.append(bytes, out);
    decoder.finish(out);
    return out;
  };
  if (name == "utf-8") return decode(Encoding::kUtf8);
  if (name == "utf-16le") return decode(Encoding::kUtf16Le);
  if (name == "utf-16be") return decode(Encoding::kUtf16Be);
  if (name == "replacement") {
    throw Error("its encoding is one that browsers refuse to read (HZ, ISO-2022-CN or -KR)");
  }
  const auto single =
      std::ranges::lower_bound(kSingleByteCharsets, name, {}, &SingleByteCharset::name);
  if (single != kSingleByteCharsets.end() && single->name == name) {
    return decode_single_byte(bytes, *single);
  }
  return Converter(name).decode(bytes);
}

std::string html_to_utf8(std::string bytes, const std::string& file,
                         std::vector<std::string>& warnings) {
  if (find_mark(bytes).size > 0) return to_utf8(std::move(bytes));
  const DeclaredCharset declared = declared_charset(bytes);
  if (declared.name == "utf-8" || (declared.name.empty() && base::is_utf8(bytes))) {
    return to_utf8(std::move(bytes));
  }
  if (!declared.name.empty()) {
    try {
      return decode_charset(bytes, declared.name);
    } catch (const Error& error) {
      throw Error(file + ": " + error.what());
    }
  }
  if (!declared.unknown.empty()) {
    throw Error(file + ": declares the encoding \"" + declared.unknown +
                "\", which is unknown, and is not valid UTF-8");
  }
  if (is_mostly_utf8(bytes)) return to_utf8(std::move(bytes));
  warnings.push_back(file + ": declares no encoding and is not valid UTF-8; read as windows-1252");
  return decode_charset(bytes, "windows-1252");
}

}  // namespace m2v::text
