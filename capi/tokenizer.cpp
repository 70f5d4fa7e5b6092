#include <vector>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/results.h"

using namespace m2v::capi;

m2v_status m2v_tokenizer_load(const char* path, m2v_tokenizer** tokenizer) {
  return guarded([&] {
    required(tokenizer, "tokenizer") = nullptr;
    *tokenizer = new m2v_tokenizer{m2v::Tokenizer::load(&required(path, "path"))};
  });
}

void m2v_tokenizer_free(m2v_tokenizer* tokenizer) { delete tokenizer; }

m2v_status m2v_tokenizer_encode(const m2v_tokenizer* tokenizer, const char* text, size_t length,
                                uint32_t** ids, size_t* count) {
  return guarded([&] {
    required(ids, "ids") = nullptr;
    required(count, "count") = 0;
    std::vector<uint32_t> found;
    required(tokenizer, "tokenizer").tokenizer.encode(view(text, length), found);
    *ids = copy_for_caller(found);
    *count = found.size();
  });
}

const char* m2v_tokenizer_token(const m2v_tokenizer* tokenizer, uint32_t id, size_t* length) {
  const char* characters = nullptr;
  guarded([&] {
    required(length, "length") = 0;
    const auto token = required(tokenizer, "tokenizer").tokenizer.token(id);
    if (!token) throw std::invalid_argument("there is no token with the id " + std::to_string(id));
    characters = token->data();
    *length = token->size();
  });
  return characters;
}

size_t m2v_tokenizer_id_limit(const m2v_tokenizer* tokenizer) {
  return tokenizer == nullptr ? 0 : tokenizer->tokenizer.id_limit();
}
