#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "m2v/error.h"
#include "m2v/tokenizer.h"
#include "support/tokenizer_families.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/charsmap.h"
#include "tokenizer/normalizers/normalizer.h"

namespace {

using namespace m2v::tokenizer;
using m2v::base::Json;
using m2v::base::JsonAt;

Normalizer parse(const std::string& json) {
  return Normalizer::parse(JsonAt(m2v::base::parse_json(json, "test"), "test", "$.normalizer"));
}

AlignedText apply(const std::string& json, const std::string& text) {
  AlignedText aligned(text);
  parse(json).normalize(aligned);
  return aligned;
}

std::string text_of(const std::string& json, const std::string& text) {
  return apply(json, text).utf8();
}

/// Where each character comes from: "0-1 1-3".
std::string locations(const std::string& json, const std::string& text) {
  const AlignedText aligned = apply(json, text);
  std::string all;
  for (std::size_t i = 0; i < aligned.size(); ++i) {
    const Span span = aligned.span(i);
    all += (i > 0 ? " " : "") + std::to_string(span.begin) + "-" + std::to_string(span.end);
  }
  return all;
}

std::string plain(const std::string& type) { return R"({"type":")" + type + R"("})"; }

std::string error_of(const std::string& json) {
  try {
    parse(json);
  } catch (const m2v::FormatError& error) {
    return error.what();
  }
  return "no error";
}

// A character map made by hand: "a" gives "xyz", "b" nothing. The steps start at 256.
std::vector<std::uint32_t> small_units() {
  std::vector<std::uint32_t> units(512);
  const auto leaf = [&](std::uint32_t location, std::uint32_t replacement, std::uint32_t byte) {
    units[256 ^ byte] = (256 ^ byte ^ location) << 10 | 1 << 8 | byte;
    units[location] = 1u << 31 | replacement;
  };
  units[0] = 256 << 10;
  leaf(1, 0, 'a');
  leaf(2, 3, 'b');
  return units;
}

std::string charsmap_bytes(const std::vector<std::uint32_t>& units, const std::string& pool) {
  std::string bytes;
  const auto append = [&](std::uint32_t unit) {
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(unit >> shift & 0xFF);
  };
  append(static_cast<std::uint32_t>(units.size() * 4));
  for (const std::uint32_t unit : units) append(unit);
  return bytes + pool;
}

const std::string kPool("xyz\0", 4);

Charsmap load(const std::string& bytes) {
  const Json json;
  return Charsmap::parse(std::vector<char>(bytes.begin(), bytes.end()),
                         JsonAt(json, "test", "$.charsmap"));
}

TEST_CASE("the plain kinds") {
  CHECK(text_of(plain("NFC"), "e\u0301") == "\u00E9");
  CHECK(text_of(plain("NFD"), "\u00E9") == "e\u0301");
  CHECK(text_of(plain("NFKC"), "\uFB01e\u0301") == "fi\u00E9");
  CHECK(text_of(plain("NFKD"), "\uFB01\u00E9") == "fie\u0301");
  CHECK(text_of(plain("Lowercase"), "\u00C9\u0130") == "\u00E9i\u0307");
  CHECK(text_of(plain("StripAccents"), "\u00E9e\u0301") ==
        "\u00E9"
        "e");
  CHECK(text_of(plain("Nmt"), "a\x01\tb\u200Bc\u2581") == "a b c ");
  CHECK(text_of(plain("ByteLevel"), "a \u00E9") == "a\u0120\u00C3\u00A9");
  for (const char* type :
       {"NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "ByteLevel"}) {
    CHECK(text_of(plain(type), "").empty());
  }
}

TEST_CASE("Strip, Prepend and Replace") {
  CHECK(text_of(R"({"type":"Strip","strip_left":true,"strip_right":false})", " \t a ") == "a ");
  CHECK(text_of(R"({"type":"Strip","strip_left":false,"strip_right":true})", " a\u3000\n") == " a");
  CHECK(text_of(R"({"type":"Strip","strip_left":true,"strip_right":true})", " \n ").empty());
  CHECK(text_of(R"({"type":"Prepend","prepend":"_"})", "a") == "_a");
  CHECK(text_of(R"({"type":"Prepend","prepend":"_"})", "").empty());
  const auto replace = [](const std::string& pattern, const std::string& text) {
    return text_of(R"({"type":"Replace","pattern":)" + pattern + R"(,"content":"<>"})", text);
  };
  CHECK(replace(R"({"String":"aa"})", "aaa\u00E9") == "<>a\u00E9");
  CHECK(replace(R"({"String":"a.b"})", "a.b axb") == "<> axb");
  CHECK(replace(R"({"String":""})", "ab") == "<>a<>b<>");
  CHECK(replace(R"({"String":""})", "").empty());
  CHECK(replace(R"({"Regex":"\\s+"})", "\u00E9 \t\u00E9 ") == "\u00E9<>\u00E9<>");
}

TEST_CASE("a sequence applies its steps in order, nested ones too") {
  CHECK(text_of(R"({"normalizers":[{"type":"NFD"},{"type":"Sequence","normalizers":[
                 {"type":"StripAccents"},{"type":"Lowercase"}]}]})",
                "\u00C9") == "e");
}

TEST_CASE("where the characters come from") {
  CHECK(locations(plain("NFC"), "e\u0301x") == "0-1 2-3");
  CHECK(locations(plain("NFD"), "\u00E9x") == "0-1 0-1 1-2");
  CHECK(locations(plain("NFKD"), "\uFB01x") == "0-1 0-1 1-2");
  CHECK(locations(plain("StripAccents"), "e\u0301x") == "0-1 2-3");
  CHECK(locations(plain("ByteLevel"), "\u00E9x") == "0-1 0-1 1-2");
  CHECK(locations(R"({"prepend":"__"})", "ab") == "0-1 0-1 0-1 1-2");
  CHECK(locations(R"({"pattern":{"String":"bc"},"content":"xyz"})", "abcd") ==
        "0-1 2-3 2-3 2-3 3-4");
  CHECK(locations(R"({"pattern":{"String":""},"content":"-"})", "ab") == "0-0 0-1 0-1 1-2 1-2");
  CHECK(locations(R"({"type":"Strip","strip_left":true,"strip_right":true})", " ab ") == "1-2 2-3");
}

TEST_CASE("a character map is looked up") {
  const Charsmap map = load(charsmap_bytes(small_units(), kPool));
  CHECK(map.find("a") == "xyz");
  CHECK(map.find("ac") == "xyz");
  CHECK(map.find("b") == "");
  CHECK_FALSE(map.find("c").has_value());
  CHECK_FALSE(map.find("").has_value());
  CHECK_FALSE(map.find(std::string_view("\0a", 2)).has_value());
  CHECK_FALSE(map.find("\xFF").has_value());
}

TEST_CASE("a precompiled normalizer looks short clusters up as a whole") {
  Precompiled normalizer{load(charsmap_bytes(small_units(), kPool))};
  const auto normalized = [&](const char* text) {
    AlignedText aligned(text);
    normalizer.normalize(aligned);
    return aligned;
  };
  CHECK(normalized("a\u0301c").utf8() == "xyzc");
  CHECK(normalized("a\u0301\u0301\u0301c").utf8() == "xyz\u0301\u0301\u0301c");
  CHECK(normalized("cbab\u0301").utf8() == "cxyz");
  CHECK(normalized("b").empty());
  CHECK(normalized("bc").span() == Span{0, 1});
  CHECK(normalized("ac").span(3) == Span{1, 2});
  CHECK(normalized("a\u0301c").span(3) == Span{2, 3});
}

TEST_CASE("a broken character map is refused") {
  const auto broken = [](const std::string& bytes) {
    CAPTURE(bytes.size());
    CHECK_THROWS_AS(load(bytes), m2v::FormatError);
  };
  const std::string sound = charsmap_bytes(small_units(), kPool);
  for (std::size_t size = 0; size < sound.size() - kPool.size(); ++size) {
    broken(sound.substr(0, size));
  }
  broken(charsmap_bytes({}, kPool));
  broken(charsmap_bytes(small_units(), "xy"));        // b's replacement is beyond
  broken(charsmap_bytes(small_units(), "xy\u00E9"));  // and here inside a character
  broken(charsmap_bytes(small_units(), "xyz\xFF"));
  auto far = small_units();
  far[256 ^ 'a'] = 0x1FFFFFu << 10 | 1 << 8 | 'a';
  broken(charsmap_bytes(far, kPool));
  auto loop = small_units();
  loop['z' ^ 256] =
      static_cast<std::uint32_t>('z') << 10 | 'z';  // leads back to where it came from
  CHECK_FALSE(load(charsmap_bytes(loop, kPool)).find("zzzz").has_value());
  CHECK(load(charsmap_bytes(loop, kPool)).find("zzza") == "xyz");
}

TEST_CASE("a text that grows a thousandfold is refused, on either path") {
  const std::string by_400 = m2v::test::replace_step(R"({"Regex": "x*"})", std::string(400, 'y'));
  const std::string twice = m2v::test::sequence_of("normalizers", {by_400, by_400});
  CHECK(text_of(by_400, "abc").size() == 4 * 400 + 3);
  CHECK_THROWS_AS(text_of(twice, std::string(100, 'a')), m2v::Error);
  const std::string at_once =
      m2v::test::replace_step(R"({"String": "a"})", std::string(2'000'000, 'y'));
  CHECK_THROWS_AS(text_of(at_once, "a"), m2v::Error);
  for (const std::string& normalizer : {twice, at_once}) {
    const auto tokenizer = m2v::Tokenizer::from_json(
        m2v::test::tokenizer_of(normalizer, m2v::test::metaspace_step(), m2v::test::unigram_model())
            .dump());
    std::vector<std::uint32_t> ids;
    CHECK_THROWS_AS(tokenizer.encode(std::string(100, 'a'), ids), m2v::Error);
    CHECK_THROWS_AS(tokenizer.encode_with_offsets(std::string(100, 'a')), m2v::Error);
  }
}

TEST_CASE("wrong settings are refused with their JSON path") {
  const auto names = [](const std::string& json, const std::string& path) {
    CAPTURE(json);
    CHECK(error_of(json).find(path) != std::string::npos);
  };
  names("{}", "$.normalizer");
  names("5", "$.normalizer");
  names(plain("nfc"), "$.normalizer.type");
  names(plain("Strip"), "strip_left");
  names(plain("Precompiled"), "precompiled_charsmap");
  names(R"({"type":"Precompiled","precompiled_charsmap":"?"})",
        "$.normalizer.precompiled_charsmap");
  names(R"({"type":"Replace","pattern":{"Regex":"("},"content":""})", "$.normalizer.pattern.Regex");
  names(R"({"type":"Replace","pattern":{},"content":""})", "$.normalizer.pattern");
  names(R"({"normalizers":[{"type":"NFC"},{"type":"Foo"}]})", "$.normalizer.normalizers[1].type");
}

}  // namespace

TEST_CASE("the character map of the small families does what it says") {
  const std::string map = m2v::test::charsmap();
  CHECK(text_of(map, "\uff21\ufb01\u2026\u00adx\u3000e\u0301\u3314") ==
        "Afi...x \u00e9\u30ad\u30ed");
  CHECK(text_of(map, "plain") == "plain");
}
