#include "tokenizer/decoders/steps.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "text/unicode.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/regex/pattern.h"

namespace m2v::tokenizer {
namespace {

/// Replaces every `from` with `to`. An empty `from` matches before and after each character.
std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  std::size_t done = 0;
  if (from.empty()) {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (i == text.size() || text::starts_character(text[i])) out += to;
      if (i < text.size()) out += text[i];
    }
    return out;
  }
  for (std::size_t at; (at = text.find(from, done)) != std::string_view::npos;
       done = at + from.size()) {
    out.append(text, done, at - done).append(to);
  }
  return out.append(text, done);
}

/// Removes spaces before punctuation and English contractions, as `tokenizers` does.
std::string cleaned(std::string text) {
  static constexpr std::pair<std::string_view, std::string_view> kChanges[] = {
      {" .", "."},   {" ?", "?"},     {" !", "!"},    {" ,", ","},
      {" ' ", "'"},  {" n't", "n't"}, {" 'm", "'m"},  {" do not", " don't"},
      {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};
  for (const auto& [from, to] : kChanges) {
    if (text.find(from) != std::string::npos) text = replaced(text, from, to);
  }
  return text;
}

/// Returns the byte that a character of the byte alphabet represents, or nothing for others.
std::optional<char> byte_of(char32_t c) {
  static constexpr auto kBytes = [] {
    std::array<std::int16_t, *std::ranges::max_element(kByteAlphabet) + 1> bytes{};
    bytes.fill(-1);
    for (std::size_t byte = 0; byte < kByteAlphabet.size(); ++byte) {
      bytes[kByteAlphabet[byte]] = static_cast<std::int16_t>(byte);
    }
    return bytes;
  }();
  if (c >= kBytes.size() || kBytes[c] < 0) return std::nullopt;
  return static_cast<char>(kBytes[c]);
}

/// Appends the bytes of a token, or the token itself if it has a character outside the byte
/// alphabet.
void append_bytes(const std::string& token, std::string& out) {
  const std::size_t before = out.size();
  for (std::size_t position = 0; position < token.size();) {
    const auto byte = byte_of(text::decode_utf8(token, position));
    if (!byte) {
      out.resize(before);
      out += token;
      return;
    }
    out += *byte;
  }
}

/// Returns the byte of a byte token such as "<0xE2>", or nothing for other tokens.
std::optional<char> byte_token(std::string_view token) {
  if (token.size() != 6 || !token.starts_with("<0x") || !token.ends_with('>')) return std::nullopt;
  const char* digits = token.data() + 3;
  const char* const end = digits + 2;
  if (*digits == '+') ++digits;  // Rust's number parser accepts a plus sign
  unsigned char byte = 0;
  const auto [stopped, error] = std::from_chars(digits, end, byte, 16);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return static_cast<char>(byte);
}

char32_t one_character(const base::JsonAt& json) {
  const std::u32string characters = text::to_utf32(json.string());
  if (characters.size() != 1) json.fail("expected one character");
  return characters[0];
}

}  // namespace

WordPieceDecoder WordPieceDecoder::parse(const base::JsonAt& json) {
  return {json.at("prefix").string(), json.at("cleanup").boolean()};
}

void WordPieceDecoder::decode(Strings& tokens) const {
  for (std::string& token : tokens) {
    if (&token != &tokens.front()) {
      if (token.starts_with(prefix)) {
        token.erase(0, prefix.size());
      } else {
        token.insert(0, " ");
      }
    }
    if (cleanup) token = cleaned(std::move(token));
  }
}

BpeDecoder BpeDecoder::parse(const base::JsonAt& json) { return {json.at("suffix").string()}; }

void BpeDecoder::decode(Strings& tokens) const {
  for (std::string& token : tokens) {
    token = replaced(token, suffix, &token == &tokens.back() ? "" : " ");
  }
}

ByteLevelDecoder ByteLevelDecoder::parse(const base::JsonAt& json) {
  json.at("add_prefix_space").boolean();
  json.at("trim_offsets").boolean();
  if (const auto use_regex = json.find("use_regex")) use_regex->boolean();
  return {};
}

void ByteLevelDecoder::decode(Strings& tokens) const {
  std::string bytes;
  for (const std::string& token : tokens) append_bytes(token, bytes);
  tokens.assign(
      1, text::is_well_formed(bytes) ? std::move(bytes) : text::to_utf8(text::to_utf32(bytes)));
}

void ByteFallbackDecoder::decode(Strings& tokens) const {
  Strings decoded;
  std::string bytes;
  const auto flush = [&] {
    if (bytes.empty()) return;
    if (text::is_well_formed(bytes)) {
      decoded.push_back(bytes);
    } else {
      decoded.insert(decoded.end(), bytes.size(), "\uFFFD");
    }
    bytes.clear();
  };
  for (std::string& token : tokens) {
    if (const auto byte = byte_token(token)) {
      bytes += *byte;
      continue;
    }
    flush();
    decoded.push_back(std::move(token));
  }
  flush();
  tokens = std::move(decoded);
}

MetaspaceDecoder MetaspaceDecoder::parse(const base::JsonAt& json) {
  return {Metaspace::parse(json)};
}

void MetaspaceDecoder::decode(Strings& tokens) const {
  const std::string mark = text::to_utf8({&metaspace.replacement, 1});
  for (std::string& token : tokens) {
    const bool drops = &token == &tokens.front() && metaspace.prepend != Metaspace::Prepend::kNever;
    token = replaced(token, mark, drops ? "" : " ");
  }
}

CtcDecoder CtcDecoder::parse(const base::JsonAt& json) {
  return {json.at("pad_token").string(), json.at("word_delimiter_token").string(),
          json.at("cleanup").boolean()};
}

void CtcDecoder::decode(Strings& tokens) const {
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  for (std::string& token : tokens) {
    token = replaced(token, pad_token, "");
    if (cleanup) token = replaced(cleaned(std::move(token)), word_delimiter, " ");
  }
  std::erase(tokens, "");
}

ReplaceDecoder ReplaceDecoder::parse(const base::JsonAt& json) {
  return {parse_pattern(json.at("pattern")), json.at("content").string()};
}

void ReplaceDecoder::decode(Strings& tokens) const {
  std::vector<std::pair<std::size_t, std::size_t>> matches;
  for (std::string& token : tokens) {
    if (token.empty()) continue;  // even an empty match does not count in an empty token
    pattern.find_all(token, matches);
    std::string out;
    std::size_t done = 0;
    for (const auto& [begin, end] : matches) {
      out.append(token, done, begin - done).append(content);
      done = end;
    }
    token = out.append(token, done);
  }
}

StripDecoder StripDecoder::parse(const base::JsonAt& json) {
  return {one_character(json.at("content")), json.at("start").natural(), json.at("stop").natural()};
}

void StripDecoder::decode(Strings& tokens) const {
  for (std::string& token : tokens) {
    const std::u32string characters = text::to_utf32(token);
    std::size_t begin = 0, end = characters.size();
    while (begin < std::min(start, characters.size()) && characters[begin] == content) ++begin;
    while (end > begin && characters.size() - end < stop && characters[end - 1] == content) --end;
    token = text::to_utf8(std::u32string_view(characters).substr(begin, end - begin));
  }
}

void FuseDecoder::decode(Strings& tokens) const {
  std::string all;
  for (const std::string& token : tokens) all += token;
  tokens.assign(1, std::move(all));
}

}  // namespace m2v::tokenizer
