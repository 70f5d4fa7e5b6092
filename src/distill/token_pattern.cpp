#include "distill/token_pattern.h"

#include <stdexcept>

namespace m2v::distillation {
namespace {

tokenizer::OnigPattern compile(const std::string& expression) {
  try {
    return {expression, tokenizer::OnigPattern::Syntax::kPython};
  } catch (const std::invalid_argument& problem) {
    throw std::invalid_argument("token_remove_pattern \"" + expression +
                                "\" is not a usable regular expression: " + problem.what());
  }
}

}  // namespace

Pattern::Pattern(const std::string& expression) : pattern_(compile(expression)) {}

}  // namespace m2v::distillation
