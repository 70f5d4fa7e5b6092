#include "tokenize/normalizers/normalizer.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>

#include "core/cancellation.h"
#include "tokenize/normalizers/growth.h"

namespace m2v::tokenize {
namespace {

using Steps = std::vector<NormalizerStep>;
using Append = void (*)(const core::JsonAt& json, const core::Sections* compiled, Steps& steps);

struct Kind {
  std::string_view type;
  Append append;
};

template <class Step>
void append_parsed(const core::JsonAt& json, const core::Sections* compiled, Steps& steps) {
  if constexpr (std::is_same_v<Step, Precompiled>) {
    steps.emplace_back(Step::parse(json, compiled));
  } else {
    steps.emplace_back(Step::parse(json));
  }
}

template <class Step>
void append_plain(const core::JsonAt&, const core::Sections*, Steps& steps) {
  steps.emplace_back(Step{});
}

template <unicode::NormalForm kForm>
void append_form(const core::JsonAt&, const core::Sections*, Steps& steps) {
  steps.emplace_back(UnicodeNormalizer{kForm});
}

void append_steps(const core::JsonAt& json, const core::Sections* compiled, Steps& steps);

void append_sequence(const core::JsonAt& json, const core::Sections* compiled, Steps& steps) {
  for (const core::JsonAt& step : json.at("normalizers").elements())
    append_steps(step, compiled, steps);
}

constexpr std::array kKinds = {
    Kind{"Bert", append_parsed<BertNormalizer>},
    Kind{"ByteLevel", append_plain<ByteLevelNormalizer>},
    Kind{"Lowercase", append_plain<Lowercase>},
    Kind{"NFC", append_form<unicode::NormalForm::kC>},
    Kind{"NFD", append_form<unicode::NormalForm::kD>},
    Kind{"NFKC", append_form<unicode::NormalForm::kKc>},
    Kind{"NFKD", append_form<unicode::NormalForm::kKd>},
    Kind{"Nmt", append_plain<Nmt>},
    Kind{"Precompiled", append_parsed<Precompiled>},
    Kind{"Prepend", append_parsed<Prepend>},
    Kind{"Replace", append_parsed<Replace>},
    Kind{"Sequence", append_sequence},
    Kind{"Strip", append_parsed<Strip>},
    Kind{"StripAccents", append_plain<StripAccents>},
};

struct Untyped {
  std::array<std::string_view, 3> members;  // that it must have; the other ones are empty
  Append append;
};

/// Without a type, or with one that is none of the above (BertNormalizer's own name among them),
/// the first of these counts whose members are there.
constexpr std::array kUntyped = {
    Untyped{{"clean_text", "handle_chinese_chars", "lowercase"}, append_parsed<BertNormalizer>},
    Untyped{{"strip_left", "strip_right"}, append_parsed<Strip>},
    Untyped{{"normalizers"}, append_sequence},
    Untyped{{"pattern", "content"}, append_parsed<Replace>},
    Untyped{{"prepend"}, append_parsed<Prepend>},
};

void append_steps(const core::JsonAt& json, const core::Sections* compiled, Steps& steps) {
  const core::Json* const type = json.value().find("type");
  if (type != nullptr && type->is_string()) {
    const auto kind = std::ranges::find(kKinds, type->string(), &Kind::type);
    if (kind != kKinds.end()) return kind->append(json, compiled, steps);
  }
  const auto is_there = [&](std::string_view member) {
    return member.empty() || json.value().find(member) != nullptr;
  };
  for (const Untyped& kind : kUntyped) {
    if (std::ranges::all_of(kind.members, is_there)) return kind.append(json, compiled, steps);
  }
  const core::JsonAt named = json.at("type");
  if (named.string() == "BertNormalizer")
    return append_parsed<BertNormalizer>(json, compiled, steps);
  named.fail("there is no normalizer \"" + named.string() + "\"");
}

}  // namespace

Normalizer Normalizer::parse(const core::JsonAt& json, const core::Sections* compiled) {
  Normalizer normalizer;
  append_steps(json, compiled, normalizer.steps_);
  return normalizer;
}

void Normalizer::normalize(AlignedText& text) const {
  const std::size_t before = text.size();
  for (const NormalizerStep& step : steps_) {
    core::check_cancelled();
    std::visit([&](const auto& kind) { kind.normalize(text); }, step);
    check_growth(before, text.size());
  }
}

}  // namespace m2v::tokenize
