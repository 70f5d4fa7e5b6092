// Encodes arbitrary bytes as a text by one tokenizer of each kind, without and with added tokens.
// The fast path must yield the same ids as the reference path, and a limit must yield their prefix.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "m2v/tokenizer.h"
#include "support/tokenizer_families.h"

namespace {

std::vector<m2v::Tokenizer> load_all() {
  std::vector<m2v::Tokenizer> all;
  for (const auto& families :
       {m2v::test::tokenizer_families(), m2v::test::reference_only_families()}) {
    for (const m2v::base::Json& json : families) {
      all.push_back(m2v::Tokenizer::from_json(json.dump()));
      all.push_back(m2v::Tokenizer::from_json(m2v::test::with_added_tokens(json).dump()));
    }
  }
  return all;
}

void expect(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<m2v::Tokenizer> tokenizers = load_all();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const m2v::Tokenizer& tokenizer : tokenizers) {
    std::vector<std::uint32_t> fast, plain, first;
    tokenizer.encode(text, fast);
    for (const m2v::Token& token : tokenizer.encode_with_offsets(text)) plain.push_back(token.id);
    expect(fast == plain);
    const std::size_t limit = size % 7;
    tokenizer.encode(text, first, limit);
    expect(first.size() == std::min(limit, fast.size()));
    expect(std::equal(first.begin(), first.end(), fast.begin()));
  }
  return 0;
}
