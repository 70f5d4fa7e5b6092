// Any bytes as a tokenizer.json: it loads or throws FormatError, and what loads encodes any text.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "m2v/error.h"
#include "m2v/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const m2v::Tokenizer tokenizer = m2v::Tokenizer::from_json(bytes, "fuzz");
    std::vector<std::uint32_t> ids;
    tokenizer.encode("Hello, w\xC3\xB6rld! \xE6\x9D\xB1\xE4\xBA\xAC [UNK] \xFF", ids);
    tokenizer.encode(bytes, ids, 100);
    for (const std::uint32_t id : ids) {
      if (!tokenizer.token(id)) __builtin_trap();  // an id that has no token
    }
    tokenizer.encode_with_special_tokens(bytes.substr(0, 64));
  } catch (const m2v::FormatError&) {
  }
  return 0;
}
