#include "retrieval/words.h"

#include <doctest/doctest.h>

#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "text/unicode.h"

using namespace m2v;

namespace {

using Words = std::vector<std::string>;

Words words(std::string_view text, const LexicalOptions& options = {}) {
  Words result;
  retrieval::WordReader reader(options);
  for (reader.start(text); reader.next();) result.emplace_back(reader.term());
  return result;
}

}  // namespace

TEST_CASE("words are runs of letters, digits and marks, in lowercase") {
  CHECK(words("The CAT's 2nd snake_case-word, a.b\n") ==
        Words{"the", "cat", "s", "2nd", "snake", "case", "word", "a", "b"});
  CHECK(words("\u00DCber \u041C\u0418\u0420 \u0395\u039B") ==
        Words{"u\u0308ber", "\u043C\u0438\u0440", "\u03B5\u03BB"});
  CHECK(words("").empty());
  CHECK(words(" ... \u2014 \U0001F600").empty());
}

TEST_CASE("composed and decomposed are the same word") {
  CHECK(words("caf\u00E9") == words("cafe\u0301"));
  CHECK(words("caf\u00E9") != words("cafe"));
  CHECK(words("\u1EC7") == words("e\u0302\u0323"));  // marks in another order
}

TEST_CASE("scripts without spaces give characters and pairs") {
  CHECK(words("\u6771\u4EAC\u90FD") ==
        Words{"\u6771", "\u6771\u4EAC", "\u4EAC", "\u4EAC\u90FD", "\u90FD"});
  CHECK(words("a\u6771b\u4EAC") == Words{"a", "\u6771", "b", "\u4EAC"});
  CHECK(words("\u6771 \u4EAC") == Words{"\u6771", "\u4EAC"});
  CHECK(words("\u306D\u3053").size() == 3);  // kana
  CHECK(words("\u0E41\u0E21").size() == 3);  // Thai
}

TEST_CASE("the options") {
  CHECK(words("Polish", {.keep_case = true}) == Words{"Polish"});
  CHECK(words("Caf\u00E9 \u00DCber", {.fold_accents = true}) == Words{"cafe", "uber"});
  CHECK(words("transport \u00E9t\u00E9s", {.prefix = 3}) == Words{"tra", "e\u0301t"});
  CHECK(words("The cat and THE dog", {.stop_words = {"the", "And"}}) == Words{"cat", "dog"});
}

TEST_CASE("where the words stand") {
  const std::string_view text = "x \u00DCber\u6771\u4EAC";
  const LexicalOptions options;
  retrieval::WordReader reader(options);
  Words found;
  for (reader.start(text); reader.next();) {
    found.emplace_back(text.substr(reader.begin(), reader.end() - reader.begin()));
  }
  CHECK(found == Words{"x", "\u00DCber", "\u6771", "\u6771\u4EAC", "\u4EAC"});
}

TEST_CASE("bytes that are no UTF-8 are between words") {
  CHECK(words("ab\xFF"
              "cd \xE6\x9D") == Words{"ab", "cd"});
}

TEST_CASE("blocks make no difference: words as they are read character by character") {
  static constexpr std::string_view kParts[] = {
      "a",      "B",      "7",      " ",      "_",      "-",    "\n",       "\x01",
      "\u00C9", "\u0301", "\u0436", "\u6771", "\u4EAC", "\xFF", "abcdefgh", "\u2014"};
  std::mt19937 random(11);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    // Some rounds have hardly anything but letters, so that words are longer than a block.
    const std::size_t kinds = round % 3 == 0 ? 3 : std::size(kParts);
    const std::size_t count = random() % 200;
    for (std::size_t i = 0; i < count; ++i) text += kParts[random() % kinds];
    Words expected;
    std::u32string word;
    bool after_alone = false;
    const auto end_word = [&] {
      if (!word.empty()) expected.push_back(text::to_utf8(text::nfd(word)));
      word.clear();
    };
    char32_t last = 0;
    for (std::size_t at = 0; at < text.size();) {
      const char32_t c = text::decode_utf8(text, at);
      const retrieval::CharacterClass kind = retrieval::classify(c);
      if (kind == retrieval::CharacterClass::kLetter) {
        text::append_lowercase(c, word);
      } else {
        end_word();
      }
      if (kind == retrieval::CharacterClass::kStandalone) {
        if (after_alone) expected.push_back(text::to_utf8(std::u32string{last, c}));
        expected.push_back(text::to_utf8(std::u32string{c}));
        last = c;
      }
      after_alone = kind == retrieval::CharacterClass::kStandalone;
    }
    end_word();
    CAPTURE(text);
    CHECK(words(text) == expected);
  }
}
