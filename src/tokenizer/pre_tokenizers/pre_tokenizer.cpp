#include "tokenizer/pre_tokenizers/pre_tokenizer.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/cancellation.h"

namespace m2v::tokenizer {
namespace {

using PreTokenizerSteps = std::vector<PreTokenizerStep>;

struct PreTokenizerKind {
  std::string_view type;
  void (*append)(const base::JsonAt& json, PreTokenizerSteps& steps);
};

template <class Step>
void append_parsed(const base::JsonAt& json, PreTokenizerSteps& steps) {
  steps.emplace_back(Step::parse(json));
}

template <class Step>
void append_plain(const base::JsonAt&, PreTokenizerSteps& steps) {
  steps.emplace_back(Step{});
}

void append_steps(const base::JsonAt& json, PreTokenizerSteps& steps);

void append_sequence(const base::JsonAt& json, PreTokenizerSteps& steps) {
  for (const base::JsonAt& step : json.at("pretokenizers").elements()) append_steps(step, steps);
}

constexpr std::array kPreTokenizerKinds = {
    PreTokenizerKind{"BertPreTokenizer", append_plain<BertPreTokenizer>},
    PreTokenizerKind{"ByteLevel", append_parsed<ByteLevel>},
    PreTokenizerKind{"CharDelimiterSplit", append_parsed<CharDelimiter>},
    PreTokenizerKind{"Digits", append_parsed<Digits>},
    PreTokenizerKind{"FixedLength", append_parsed<FixedLength>},
    PreTokenizerKind{"Metaspace", append_parsed<Metaspace>},
    PreTokenizerKind{"Punctuation", append_parsed<Punctuation>},
    PreTokenizerKind{"Sequence", append_sequence},
    PreTokenizerKind{"Split", append_parsed<Split>},
    PreTokenizerKind{"UnicodeScripts", append_plain<UnicodeScripts>},
    PreTokenizerKind{"Whitespace", append_plain<Whitespace>},
    PreTokenizerKind{"WhitespaceSplit", append_plain<WhitespaceSplit>},
};

void append_steps(const base::JsonAt& json, PreTokenizerSteps& steps) {
  const base::JsonAt type = json.at("type");
  const auto kind = std::ranges::find(kPreTokenizerKinds, type.string(), &PreTokenizerKind::type);
  if (kind == kPreTokenizerKinds.end())
    type.fail("unknown pre-tokenizer type \"" + type.string() + "\"");
  kind->append(json, steps);
}

}  // namespace

PreTokenizer PreTokenizer::parse(const base::JsonAt& json) {
  PreTokenizer pre_tokenizer;
  append_steps(json, pre_tokenizer.steps_);
  return pre_tokenizer;
}

void PreTokenizer::split(std::vector<AlignedText>& words) const {
  for (const PreTokenizerStep& step : steps_) {
    base::check_cancelled();
    std::visit([&](const auto& kind) { kind.split(words); }, step);
  }
}

}  // namespace m2v::tokenizer
