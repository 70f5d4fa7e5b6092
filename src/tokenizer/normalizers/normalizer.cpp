#include "tokenizer/normalizers/normalizer.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>

#include "base/cancellation.h"
#include "tokenizer/normalizers/growth.h"

namespace m2v::tokenizer {
namespace {

using NormalizerSteps = std::vector<NormalizerStep>;
using Append = void (*)(const base::JsonAt& json, const formats::Sections* compiled,
                        NormalizerSteps& steps);

struct NormalizerKind {
  std::string_view type;
  Append append;
};

template <class Step>
void append_parsed(const base::JsonAt& json, const formats::Sections* compiled,
                   NormalizerSteps& steps) {
  if constexpr (std::is_same_v<Step, Precompiled>) {
    steps.emplace_back(Step::parse(json, compiled));
  } else {
    steps.emplace_back(Step::parse(json));
  }
}

template <class Step>
void append_plain(const base::JsonAt&, const formats::Sections*, NormalizerSteps& steps) {
  steps.emplace_back(Step{});
}

template <text::NormalForm kForm>
void append_form(const base::JsonAt&, const formats::Sections*, NormalizerSteps& steps) {
  steps.emplace_back(UnicodeNormalizer{kForm});
}

void append_steps(const base::JsonAt& json, const formats::Sections* compiled,
                  NormalizerSteps& steps);

void append_sequence(const base::JsonAt& json, const formats::Sections* compiled,
                     NormalizerSteps& steps) {
  for (const base::JsonAt& step : json.at("normalizers").elements())
    append_steps(step, compiled, steps);
}

constexpr std::array kNormalizerKinds = {
    NormalizerKind{"Bert", append_parsed<BertNormalizer>},
    NormalizerKind{"ByteLevel", append_plain<ByteLevelNormalizer>},
    NormalizerKind{"Lowercase", append_plain<Lowercase>},
    NormalizerKind{"NFC", append_form<text::NormalForm::kC>},
    NormalizerKind{"NFD", append_form<text::NormalForm::kD>},
    NormalizerKind{"NFKC", append_form<text::NormalForm::kKc>},
    NormalizerKind{"NFKD", append_form<text::NormalForm::kKd>},
    NormalizerKind{"Nmt", append_plain<Nmt>},
    NormalizerKind{"Precompiled", append_parsed<Precompiled>},
    NormalizerKind{"Prepend", append_parsed<Prepend>},
    NormalizerKind{"Replace", append_parsed<Replace>},
    NormalizerKind{"Sequence", append_sequence},
    NormalizerKind{"Strip", append_parsed<Strip>},
    NormalizerKind{"StripAccents", append_plain<StripAccents>},
};

struct Untyped {
  std::array<std::string_view, 3> members;  // required members; unused elements are empty
  Append append;
};

/// For a normalizer without a type, or with a type that is not in kNormalizerKinds (such as
/// "BertNormalizer"), the first of these whose members are all present is used.
constexpr std::array kUntyped = {
    Untyped{{"clean_text", "handle_chinese_chars", "lowercase"}, append_parsed<BertNormalizer>},
    Untyped{{"strip_left", "strip_right"}, append_parsed<Strip>},
    Untyped{{"normalizers"}, append_sequence},
    Untyped{{"pattern", "content"}, append_parsed<Replace>},
    Untyped{{"prepend"}, append_parsed<Prepend>},
};

void append_steps(const base::JsonAt& json, const formats::Sections* compiled,
                  NormalizerSteps& steps) {
  const base::Json* const type = json.value().find("type");
  if (type != nullptr && type->is_string()) {
    const auto kind = std::ranges::find(kNormalizerKinds, type->string(), &NormalizerKind::type);
    if (kind != kNormalizerKinds.end()) return kind->append(json, compiled, steps);
  }
  const auto is_there = [&](std::string_view member) {
    return member.empty() || json.value().find(member) != nullptr;
  };
  for (const Untyped& kind : kUntyped) {
    if (std::ranges::all_of(kind.members, is_there)) return kind.append(json, compiled, steps);
  }
  const base::JsonAt named = json.at("type");
  if (named.string() == "BertNormalizer")
    return append_parsed<BertNormalizer>(json, compiled, steps);
  named.fail("unknown normalizer type \"" + named.string() + "\"");
}

}  // namespace

Normalizer Normalizer::parse(const base::JsonAt& json, const formats::Sections* compiled) {
  Normalizer normalizer;
  append_steps(json, compiled, normalizer.steps_);
  return normalizer;
}

void Normalizer::normalize(AlignedText& text) const {
  const std::size_t before = text.size();
  for (const NormalizerStep& step : steps_) {
    base::check_cancelled();
    std::visit([&](const auto& kind) { kind.normalize(text); }, step);
    check_growth(before, text.size());
  }
}

}  // namespace m2v::tokenizer
