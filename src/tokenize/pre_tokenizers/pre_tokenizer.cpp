#include "tokenize/pre_tokenizers/pre_tokenizer.h"

namespace m2v::tokenize {
namespace {

void append_steps(const core::JsonAt& json, std::vector<PreTokenizerStep>& steps) {
  const core::JsonAt type = json.at("type");
  if (type.string() == "BertPreTokenizer") {
    steps.emplace_back(BertPreTokenizer{});
  } else if (type.string() == "Sequence") {
    for (const core::JsonAt& step : json.at("pretokenizers").elements()) append_steps(step, steps);
  } else {
    type.fail("pre-tokenizer \"" + type.string() +
              "\" is not supported; BertPreTokenizer and Sequence are");
  }
}

}  // namespace

PreTokenizer PreTokenizer::parse(const core::JsonAt& json) {
  PreTokenizer pre_tokenizer;
  append_steps(json, pre_tokenizer.steps_);
  return pre_tokenizer;
}

void PreTokenizer::split(std::vector<std::string>& words) const {
  for (const PreTokenizerStep& step : steps_) {
    std::visit([&](const auto& kind) { kind.split(words); }, step);
  }
}

}  // namespace m2v::tokenize
