#include "tokenizer/normalizers/growth.h"

#include <string>

#include "m2v/error.h"

namespace m2v::tokenizer {

void check_growth(std::size_t before, std::size_t after) {
  constexpr std::size_t kMaxGrowth = 1000;
  if (after / kMaxGrowth > before + 1000) {
    throw Error("the tokenizer's normalizer makes a text more than " + std::to_string(kMaxGrowth) +
                " times as long: no tokenizer of a model does that");
  }
}

}  // namespace m2v::tokenizer
