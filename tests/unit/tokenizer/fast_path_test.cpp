#include "tokenizer/fast/fast_path.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "simd/target.h"
#include "support/tokenizer_families.h"
#include "support/tokenizer_json.h"
#include "text/unicode.h"
#include "tokenizer/pipeline.h"

using namespace m2v;
using tokenizer::FastPath;
using tokenizer::Pipeline;

namespace {

constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

/// Compares the fast path with the plain one.
class Comparison {
 public:
  explicit Comparison(const base::Json& json)
      : pipeline_(Pipeline::parse(json, "test")), fast_(FastPath::compile(pipeline_)) {
    REQUIRE(fast_ != nullptr);
  }

  void check(const std::string& text) {
    const std::string valid = text::to_utf8(text::to_utf32(text));
    std::vector<Token> tokens;
    pipeline_.encode_segment(valid, 0, tokens);
    std::vector<std::uint32_t> expected;
    for (const Token& token : tokens) expected.push_back(token.id);
    tokenizer::IdBuffer found;
    if (fast_->encode(text, true, found, kNoLimit, scratch_)) {
      ++fast_texts_;
      CAPTURE(text);
      REQUIRE(std::ranges::equal(found.ids(), expected));
    } else {
      ++plain_texts_;
      REQUIRE(found.size() == 0);
    }
  }

  std::size_t fast_texts() const { return fast_texts_; }
  std::size_t plain_texts() const { return plain_texts_; }

 private:
  Pipeline pipeline_;
  std::unique_ptr<const FastPath> fast_;
  FastPath::Scratch scratch_;
  std::size_t fast_texts_ = 0, plain_texts_ = 0;
};

base::Json with_settings(bool chinese, const base::Json& strip_accents, bool lowercase) {
  base::Json json = test::bert_tokenizer();
  base::Json& normalizer = *json.find("normalizer");
  normalizer.set("handle_chinese_chars", chinese);
  normalizer.set("strip_accents", strip_accents);
  normalizer.set("lowercase", lowercase);
  return json;
}

std::vector<base::Json> all_settings() {
  std::vector<base::Json> all;
  for (const bool chinese : {false, true}) {
    for (const bool lowercase : {false, true}) {
      for (const base::Json& strip : {base::Json(nullptr), base::Json(false), base::Json(true)}) {
        all.push_back(with_settings(chinese, strip, lowercase));
      }
    }
  }
  return all;
}

std::string random_text(std::mt19937& random) {
  static const std::u32string kTypical =
      U"aZ5 "
      U".,!-_[]"
      U"\t\n\r\u0000\u0001\u007f\u0085\u00a0\u00ad\u00e4\u00df\u0130\u0301\u0300\u0327\u0345\u05b0"
      U"\u0645\u0650\u0e01\u0e31\u1100\u1161\uac00\ud7a3\u2028\u200b\u200d\u2014\u3000\u3042\u4e00"
      U"\uf900\ufb01"
      U"\ufe0f\ufffd\U0001f600\U0001d15e\U00020000\U0002f800\U0010ffff";
  std::u32string text;
  const std::size_t length = random() % 90;
  while (text.size() < length) {
    const unsigned choice = random() % 10;
    if (choice < 5) {
      text += static_cast<char32_t>(0x20 + random() % 95);
    } else if (choice < 8) {
      text += kTypical[random() % kTypical.size()];
    } else {
      const auto c = static_cast<char32_t>(random() % (choice == 8 ? 0x3000 : 0x110000));
      if (c < 0xD800 || c > 0xDFFF) text += c;
    }
  }
  std::string bytes = text::to_utf8(text);
  if (random() % 4 == 0 && !bytes.empty())
    bytes[random() % bytes.size()] = static_cast<char>(random());
  return bytes;
}

}  // namespace

TEST_CASE("the fast path gives the reference path's ids on every code point") {
  for (const base::Json& settings : all_settings()) {
    Comparison comparison(settings);
    for (char32_t c = 0; c < 0x110000; c += (c < 0x3400 ? 1 : 7)) {
      if (c >= 0xD800 && c <= 0xDFFF) continue;
      const std::string character = text::to_utf8(std::u32string(1, c));
      comparison.check(character);
      comparison.check("A" + character + "z");
    }
    CHECK(comparison.fast_texts() > 100 * comparison.plain_texts());
  }
}

TEST_CASE("each family's fast path gives the reference path's ids on every code point") {
  for (const base::Json& settings : test::tokenizer_families()) {
    Comparison comparison(settings);
    for (char32_t c = 0; c < 0x110000; c += (c < 0x3400 ? 1 : 61)) {
      if (c >= 0xD800 && c <= 0xDFFF) continue;
      const std::string character = text::to_utf8(std::u32string(1, c));
      comparison.check(character);
      comparison.check("A" + character + "z " + character + character);
    }
    CHECK(comparison.fast_texts() > 100 * comparison.plain_texts());
  }
}

TEST_CASE("the fast path gives the reference path's ids on random bytes, on every target") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    std::mt19937 random(7);
    for (const base::Json& settings : all_settings()) {
      Comparison comparison(settings);
      for (int i = 0; i < 1500; ++i) comparison.check(random_text(random));
      CHECK(comparison.fast_texts() > comparison.plain_texts());
    }
    for (const base::Json& settings : test::tokenizer_families()) {
      Comparison comparison(settings);
      for (int i = 0; i < 500; ++i) comparison.check(random_text(random));
      CHECK(comparison.fast_texts() > 0);
    }
  });
}

TEST_CASE("words of every length and texts of every size around the block size agree") {
  Comparison comparison(test::bert_tokenizer());
  for (std::size_t size = 0; size < 200; ++size) {
    comparison.check(std::string(size, 'a'));
    comparison.check(std::string(size, ' ') + "hello");
    comparison.check(std::string(size, '.') + "averyveryverylongwordindeedverylongtailpiece");
    std::string cyrillic;
    for (std::size_t i = 0; i < size; ++i) cyrillic += i % 3 == 0 ? "я" : "да";
    comparison.check(cyrillic);
    comparison.check("hello " + cyrillic + " world");
  }
}

TEST_CASE("carriage returns, with and without line feeds, do not leave the fast path") {
  const std::vector<std::string> parts = {"\r", "\n",       "\r\n",         "a",
                                          " ",  "\xC2\xA0", "\xE2\x96\x81", "\xCC\x81"};
  std::mt19937 random(5);
  for (const base::Json& settings : test::tokenizer_families()) {
    Comparison comparison(settings);
    for (int i = 0; i < 2000; ++i) {
      std::string text = "a";
      if (i % 2 == 0) text.clear();
      for (std::size_t part = random() % 12; part > 0; --part) text += parts[random() % 8];
      comparison.check(text);
    }
    comparison.check("two lines\r\nand \r one");
    CHECK(comparison.fast_texts() > comparison.plain_texts());
  }
}
