#include "tokenize/pre_tokenizers/pre_tokenizer.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/cancellation.h"

namespace m2v::tokenize {
namespace {

using Steps = std::vector<PreTokenizerStep>;

struct Kind {
  std::string_view type;
  void (*append)(const core::JsonAt& json, Steps& steps);
};

template <class Step>
void append_parsed(const core::JsonAt& json, Steps& steps) {
  steps.emplace_back(Step::parse(json));
}

template <class Step>
void append_plain(const core::JsonAt&, Steps& steps) {
  steps.emplace_back(Step{});
}

void append_steps(const core::JsonAt& json, Steps& steps);

void append_sequence(const core::JsonAt& json, Steps& steps) {
  for (const core::JsonAt& step : json.at("pretokenizers").elements()) append_steps(step, steps);
}

constexpr std::array kKinds = {
    Kind{"BertPreTokenizer", append_plain<BertPreTokenizer>},
    Kind{"ByteLevel", append_parsed<ByteLevel>},
    Kind{"CharDelimiterSplit", append_parsed<CharDelimiter>},
    Kind{"Digits", append_parsed<Digits>},
    Kind{"FixedLength", append_parsed<FixedLength>},
    Kind{"Metaspace", append_parsed<Metaspace>},
    Kind{"Punctuation", append_parsed<Punctuation>},
    Kind{"Sequence", append_sequence},
    Kind{"Split", append_parsed<Split>},
    Kind{"UnicodeScripts", append_plain<UnicodeScripts>},
    Kind{"Whitespace", append_plain<Whitespace>},
    Kind{"WhitespaceSplit", append_plain<WhitespaceSplit>},
};

void append_steps(const core::JsonAt& json, Steps& steps) {
  const core::JsonAt type = json.at("type");
  const auto kind = std::ranges::find(kKinds, type.string(), &Kind::type);
  if (kind == kKinds.end()) type.fail("there is no pre-tokenizer \"" + type.string() + "\"");
  kind->append(json, steps);
}

}  // namespace

PreTokenizer PreTokenizer::parse(const core::JsonAt& json) {
  PreTokenizer pre_tokenizer;
  append_steps(json, pre_tokenizer.steps_);
  return pre_tokenizer;
}

void PreTokenizer::split(std::vector<AlignedText>& words) const {
  for (const PreTokenizerStep& step : steps_) {
    core::check_cancelled();
    std::visit([&](const auto& kind) { kind.split(words); }, step);
  }
}

}  // namespace m2v::tokenize
