// Any bytes as a text, for one tokenizer of each kind: the fast road gives what the plain one
// gives.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "m2v/tokenizer.h"
#include "support/tokenizer_families.h"

namespace {

std::vector<m2v::Tokenizer> load_all() {
  std::vector<m2v::Tokenizer> all;
  for (const m2v::core::Json& json : m2v::test::tokenizer_families()) {
    all.push_back(m2v::Tokenizer::from_json(json.dump()));
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<m2v::Tokenizer> tokenizers = load_all();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const m2v::Tokenizer& tokenizer : tokenizers) {
    std::vector<std::uint32_t> fast, plain;
    tokenizer.encode(text, fast);
    for (const m2v::Token& token : tokenizer.encode_with_offsets(text)) plain.push_back(token.id);
    if (fast != plain) __builtin_trap();
  }
  return 0;
}
