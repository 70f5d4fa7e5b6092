#include "tokenize/normalizers/growth.h"

#include <string>

#include "m2v/error.h"

namespace m2v::tokenize {

void check_growth(std::size_t before, std::size_t after) {
  constexpr std::size_t kMostTimes = 1000;
  if (after / kMostTimes > before + 1000) {
    throw Error("the tokenizer's normalizer makes a text more than " + std::to_string(kMostTimes) +
                " times as long: no tokenizer of a model does that");
  }
}

}  // namespace m2v::tokenize
