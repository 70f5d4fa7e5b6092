#include "tokenizer/models/byte_tokens.h"

namespace m2v::tokenizer {

ByteTokens find_byte_tokens(const Vocabulary& vocabulary) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  ByteTokens ids;
  for (std::size_t byte = 0; byte < ids.size(); ++byte) {
    const char token[] = {'<', '0', 'x', kHex[byte >> 4], kHex[byte & 15], '>'};
    ids[byte] = vocabulary.find({token, sizeof token});
  }
  return ids;
}

}  // namespace m2v::tokenizer
