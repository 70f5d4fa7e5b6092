#include "encoder/families.h"

#include <algorithm>

namespace m2v::encoder {
namespace {

struct Family {
  std::string_view model_type;
  Transformer (*load)(const Source&);
};

constexpr Family kFamilies[] = {
    {"albert", load_albert},
    {"bert", load_bert},
    {"camembert", load_bert},
    {"deberta-v2", load_deberta},
    {"distilbert", load_distilbert},
    {"electra", load_bert},
    {"eurobert", load_llama},
    {"gemma3_text", load_gemma3},
    {"llama", load_llama},
    {"mistral", load_llama},
    {"modernbert", load_modernbert},
    {"mpnet", load_mpnet},
    {"new", load_gte},
    {"nomic_bert", load_nomic},
    {"qwen2", load_llama},
    {"qwen3", load_llama},
    {"roberta", load_bert},
    {"t5", load_t5},
    {"xlm-roberta", load_bert},
};

}  // namespace

Transformer load_transformer(const Source& source) {
  const base::JsonAt type = source.config.at("model_type");
  const auto* const found = std::ranges::find(kFamilies, type.string(), &Family::model_type);
  if (found != std::end(kFamilies)) return found->load(source);
  std::string known;
  for (const Family& family : kFamilies) {
    known += (known.empty() ? "" : ", ") + std::string(family.model_type);
  }
  type.fail("models of type \"" + type.string() +
            "\" cannot be read; this version reads: " + known);
}

}  // namespace m2v::encoder
