#include "tokenize/normalizers/normalizer.h"

namespace m2v::tokenize {
namespace {

void append_steps(const core::JsonAt& json, std::vector<NormalizerStep>& steps) {
  const core::JsonAt type = json.at("type");
  if (type.string() == "BertNormalizer") {
    steps.emplace_back(BertNormalizer::parse(json));
  } else if (type.string() == "Sequence") {
    for (const core::JsonAt& step : json.at("normalizers").elements()) append_steps(step, steps);
  } else {
    type.fail("normalizer \"" + type.string() +
              "\" is not supported; BertNormalizer and Sequence are");
  }
}

}  // namespace

Normalizer Normalizer::parse(const core::JsonAt& json) {
  Normalizer normalizer;
  append_steps(json, normalizer.steps_);
  return normalizer;
}

void Normalizer::normalize(std::string& text) const {
  for (const NormalizerStep& step : steps_) {
    std::visit([&](const auto& kind) { kind.normalize(text); }, step);
  }
}

}  // namespace m2v::tokenize
