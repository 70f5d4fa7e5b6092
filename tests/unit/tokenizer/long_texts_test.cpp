// Texts of one endless word, and other monsters. What took the square of their length would not
// end.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "m2v/tokenizer.h"
#include "support/tokenizer_families.h"

namespace {

constexpr std::size_t kBytes = 120'000;

std::string repeated(const std::string& part) {
  std::string text;
  while (text.size() < kBytes) text += part;
  return text;
}

std::vector<std::string> monsters() {
  std::vector<std::string> texts;
  for (const char* part : {"a",
                           "ab",
                           "aB",
                           "l",
                           ".",
                           "'",
                           "1",
                           " ",
                           "\r",
                           "a ",
                           "he\u0301",
                           "\u0301",
                           "\u0301\u0327",
                           "\u1112\u1161\u11ab",
                           "\U0001f469\u200d",
                           "\U0001f1e9",
                           "\u6771\u4eac",
                           "\U00012000",
                           "\ufdfa",
                           "<",
                           "<x",
                           "<x>",
                           "<x> ",
                           "[MASK",
                           " <x>",
                           "\xff"}) {
    texts.push_back(repeated(part));
  }
  texts.push_back(repeated(std::string(1, '\0')));
  texts.push_back(std::string(kBytes, ' ') + "<x>");
  return texts;
}

}  // namespace

TEST_CASE("the price of a text grows with its length, whatever is in it") {
  const std::vector<std::string> texts = monsters();
  for (const auto& families :
       {m2v::test::tokenizer_families(), m2v::test::reference_only_families()}) {
    for (const m2v::base::Json& json : families) {
      const auto tokenizer = m2v::Tokenizer::from_json(m2v::test::with_added_tokens(json).dump());
      for (const std::string& text : texts) {
        CAPTURE(text.substr(0, 20));
        std::vector<std::uint32_t> ids, plain;
        tokenizer.encode(text, ids);
        for (const m2v::Token& token : tokenizer.encode_with_offsets(text)) {
          plain.push_back(token.id);
        }
        CHECK((ids == plain));
      }
    }
  }
}
