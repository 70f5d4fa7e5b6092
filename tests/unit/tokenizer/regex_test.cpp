#include "tokenizer/regex/regex.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "m2v/error.h"

using m2v::base::Json;
using m2v::base::JsonAt;
using m2v::tokenizer::CommonPattern;
using m2v::tokenizer::OnigPattern;
using m2v::tokenizer::Regex;

namespace {

Regex compile(const std::string& pattern) {
  static const std::string file = "tokenizer.json";
  const Json json(pattern);
  return Regex::compile(pattern, JsonAt(json, file, "$.pattern"));
}

/// A build may be without it, and then refuses the patterns that need it.
bool has_oniguruma() {
  try {
    compile("(?<=a)b");
  } catch (const m2v::FormatError&) {
    return false;
  }
  return true;
}

/// The matches in brackets, with the text between.
std::string marked(const std::string& pattern, const std::string& text) {
  std::vector<std::pair<std::size_t, std::size_t>> matches;
  compile(pattern).find_all(text, matches);
  std::string result;
  std::size_t end = 0;
  for (const auto& [begin, stop] : matches) {
    result += text.substr(end, begin - end) + "[" + text.substr(begin, stop - begin) + "]";
    end = stop;
  }
  return result + text.substr(end);
}

}  // namespace

TEST_CASE("matches come left to right and do not overlap") {
  CHECK(marked("aa", "aaaaa") == "[aa][aa]a");
  CHECK(marked(R"(\d+|x)", "12x3 ") == "[12][x][3] ");
  if (has_oniguruma()) CHECK(marked(R"((?<=a)b)", "abb") == "a[b]b");
  CHECK(marked(R"(é+)", "éé e") == "[éé] e");
}

TEST_CASE("a match may be empty, but not where the one before it ends") {
  CHECK(marked("", "aé") == "[]a[]é[]");
  CHECK(marked(R"(\d*)", "a12b") == "[]a[12]b[]");
  CHECK(marked(R"(\d*)", "12") == "[12]");
  CHECK(marked(R"((?=b))", "abb") == "a[]b[]b");
  CHECK(marked("x*", "") == "[]");
}

TEST_CASE("a text that is no pattern is found as it is") {
  std::vector<std::pair<std::size_t, std::size_t>> matches;
  Regex::of_text("a.").find_all("a.aba.a.", matches);
  CHECK(matches == std::vector<std::pair<std::size_t, std::size_t>>{{0, 2}, {4, 6}, {6, 8}});
  Regex::of_text("").find_all("é", matches);
  CHECK(matches == std::vector<std::pair<std::size_t, std::size_t>>{{0, 0}, {2, 2}});
}

TEST_CASE("the patterns of real models need no Oniguruma, and Oniguruma agrees on them") {
  const std::string text = "I'LL we've  12345 été, \r\n\r\n (x)/ DON'T!! ǅAb日本x ½\n\n  y \t";
  for (
      const char* pattern :
      {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
       R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
       R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+|\s++$|\s*[\r\n]|\s+(?!\S)|\s)",
       R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{M}]*[\p{Ll}\p{Lo}\p{M}]+(?i:'s|'ll)?|\p{N}{1,3})",
       "[一-龥ぁ-ゟ]+", " ?[^(\\s|[.,!?…])]+", R"((?>a|ab)c?|(?:x|y)?z|(?=b)b)", "[[:punct:]]+",
       ""}) {
    CAPTURE(pattern);
    const auto common = CommonPattern::parse(pattern);
    REQUIRE(common);
    std::vector<std::pair<std::size_t, std::size_t>> ours, theirs;
    common->find_all(text, ours);
    if (!has_oniguruma()) continue;
    OnigPattern(pattern, OnigPattern::Syntax::kOniguruma).find_all(text, theirs);
    CHECK(ours == theirs);
  }
}

TEST_CASE("what a common pattern does not know it leaves alone") {
  for (const char* pattern : {"(",         ")",        "a**",        "[a",
                              "[b-a]",     "a{2}{3}",  "(?<=a)b",    "^a",
                              R"(\b)",     R"((a)\1)", "*a",         "(?i:ss)",
                              "(?i:é)",    "(?i)a",    R"(\p{Han})", R"([\p{L}&&[^a]])",
                              R"([a-\d])", "(?=a)*",   "(?:$|a)?",   "(?:ab)+",
                              R"(\)",      R"(\x41)",  "a{1001}",    "[[:alpha:]]",
                              "a+?"}) {
    CAPTURE(pattern);
    CHECK_FALSE(CommonPattern::parse(pattern));
  }
  CHECK_FALSE(CommonPattern::parse(std::string(20'000, 'a')));
  CHECK_FALSE(CommonPattern::parse(std::string(60, '(') + "a" + std::string(60, ')')));
}

TEST_CASE("a pattern that does not compile is named with its position") {
  const auto error_of = [](const std::string& pattern) -> std::string {
    try {
      compile(pattern);
    } catch (const m2v::FormatError& error) {
      return error.what();
    }
    return "no error";
  };
  CHECK(error_of("(").find("tokenizer.json: $.pattern: ") == 0);
  CHECK(error_of("[a").find("\"[a\"") != std::string::npos);
  CHECK(error_of(R"(\p{Nonsense})") != "no error");
}

TEST_CASE("a pattern that backtracks without end is an error, not a hang") {
  std::vector<std::pair<std::size_t, std::size_t>> matches;
  const std::string letters = std::string(40, 'a') + "b";
  CHECK_THROWS_AS(compile("a*a*a*a*a*a*b").find_all(std::string(1'000, 'a'), matches), m2v::Error);
  if (!has_oniguruma()) return;
  CHECK_THROWS_AS(compile("(a|aa)+$").find_all(letters, matches), m2v::Error);  // exponential
  const std::string many(200'000, 'a');
  CHECK_THROWS_AS(compile("(?:a|b)*c|a").find_all(many, matches), m2v::Error);  // quadratic
}

TEST_CASE("long texts are fine for sane patterns") {
  std::vector<std::pair<std::size_t, std::size_t>> matches;
  const std::string many(10'000'000, 'a');
  compile(R"(\s+|[^\s]+)").find_all(many, matches);
  CHECK(matches.size() == 1);
}
