#include "text/charset.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "m2v/error.h"

using namespace m2v;

namespace {

std::string decoded(const std::string& page, std::vector<std::string>* warnings = nullptr) {
  std::vector<std::string> ignored;
  return text::html_to_utf8(page, "x.html", warnings != nullptr ? *warnings : ignored);
}

std::string problem_of(const std::string& page) {
  try {
    decoded(page);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

// Labels and tables from the Encoding standard.

TEST_CASE("labels of encodings") {
  CHECK(text::charset_of_label(" Latin1\n") == "windows-1252");
  CHECK(text::charset_of_label("ISO-8859-1") == "windows-1252");
  CHECK(text::charset_of_label("ascii") == "windows-1252");
  CHECK(text::charset_of_label("GB2312") == "gbk");
  CHECK(text::charset_of_label("ks_c_5601-1987") == "euc-kr");
  CHECK(text::charset_of_label("iso-2022-cn") == "replacement");
  CHECK(text::charset_of_label("latin 1").empty());
  CHECK(text::charset_of_label("").empty());
}

TEST_CASE("what Python's codecs and iconv have otherwise") {
  CHECK(text::decode_charset("\x80\x81\x8D\x9F", "windows-1252") == "\u20AC\u0081\u008D\u0178");
  CHECK(text::decode_charset("\xCA\xAE\xBE", "koi8-u") == "\u0439\u045E\u040E");
  CHECK(text::decode_charset("\xCA", "windows-1255") == "\u05BA");
  CHECK(text::decode_charset("\xAA\xD2", "windows-1253") == "\uFFFD\uFFFD");
  CHECK(text::decode_charset("\x88\x62\xA1", "big5") == "\u00CA\u0304\uFFFD");
  CHECK(text::decode_charset("a\xC4\x30z", "euc-kr") == "a\uFFFD0z");
  CHECK(text::decode_charset("\x82\xA0\xB1\xFF\xFF!", "shift_jis") == "\u3042\uFF71\uFFFD!");
  CHECK(text::decode_charset("\x81\x30\x81\x30", "gb18030") == "\u0080");
}

TEST_CASE("a page is UTF-8, whatever it was") {
  CHECK(decoded("<meta charset=iso-8859-7>\xE1") == "<meta charset=iso-8859-7>\u03B1");
  CHECK(decoded("\xEF\xBB\xBF<meta charset=gbk>\u00E9") == "<meta charset=gbk>\u00E9");
  CHECK(decoded(std::string("<\0?\0x\0m\0l\0>\0\xAC\x20", 14)) == "<?xml>\u20AC");
  CHECK(decoded("<meta charset=utf-8>\xE9") == "<meta charset=utf-8>\uFFFD");
  CHECK(decoded("<meta charset=klingon>\u00E9") == "<meta charset=klingon>\u00E9");
  CHECK(decoded("").empty());
}

TEST_CASE("what cannot be decoded is refused by name") {
  CHECK(problem_of("<meta charset=klingon>\xE9") ==
        "x.html: declares the encoding \"klingon\", which is unknown, and is not valid UTF-8");
  CHECK(problem_of("<meta charset=hz-gb-2312>a").starts_with("x.html: its encoding is one"));
}

TEST_CASE("without a declaration: UTF-8, or windows-1252 with a warning") {
  std::vector<std::string> warnings;
  CHECK(decoded("\u00E9\u00E8\xFF", &warnings) == "\u00E9\u00E8\uFFFD");
  CHECK(warnings.empty());
  CHECK(decoded("caf\xE9 \x80", &warnings) == "caf\u00E9 \u20AC");
  CHECK(warnings ==
        std::vector<std::string>{
            "x.html: declares no encoding and is not valid UTF-8; read as windows-1252"});
}
