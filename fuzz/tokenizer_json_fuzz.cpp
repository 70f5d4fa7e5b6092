// Loads arbitrary bytes as a tokenizer.json. It must throw an Error, when it is loaded or for a
// text that exceeds a limit, or encode any text to the same ids on the fast and the reference path.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "m2v/error.h"
#include "m2v/tokenizer.h"

namespace {

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

void encode(const m2v::Tokenizer& tokenizer, std::string_view text) {
  std::vector<std::uint32_t> ids;
  tokenizer.encode(text, ids);
  expect(std::ranges::equal(ids, tokenizer.encode_with_offsets(text), {}, {}, &m2v::Token::id));
  for (const std::uint32_t id : ids) expect(tokenizer.token(id).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const m2v::Tokenizer tokenizer = m2v::Tokenizer::from_json(bytes, "fuzz");
    encode(tokenizer, "Hello, w\xC3\xB6rld! \xE6\x9D\xB1\xE4\xBA\xAC [UNK] \xFF");
    encode(tokenizer, bytes.substr(0, 200));
    std::ignore = tokenizer.encode_with_special_tokens(bytes.substr(0, 64));
  } catch (const m2v::Error&) {
  }
  return 0;
}
