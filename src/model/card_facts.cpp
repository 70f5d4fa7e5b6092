#include "model/card_facts.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace m2v::model {
namespace {

/// A member of config.json that records how the model was made, and its name in the table.
struct Option {
  std::string_view key, name;
};
constexpr Option kOptions[] = {
    {"embedding_dtype", "Numbers"},         {"pooling", "Pooling of the teacher's states"},
    {"apply_pca", "Principal components"},  {"drop_components", "First components left out"},
    {"whitening", "Whitening exponent"},    {"random_texts", "Fitted to texts of random words"},
    {"sif_coefficient", "SIF coefficient"}, {"token_frequencies", "Frequencies of tokens from"},
};

/// Returns the number with thousands separators, such as "29,525".
std::string with_separators(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string megabytes(std::size_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(bytes) / 1e6);
  return text;
}

/// Rounds to two significant digits; more would not be reproducible.
std::string rounded(double number) {
  const double unit = std::pow(10, std::max(0.0, std::floor(std::log10(number)) - 1));
  return with_separators(static_cast<std::uint64_t>(std::round(number / unit) * unit));
}

std::string text_of(const base::Json& value) {
  if (value.is_null()) return "none";
  return value.is_string() ? value.string() : value.dump();
}

void add_sizes(CardFacts& facts, const std::vector<formats::TensorView>& tensors) {
  std::size_t bytes = 0;
  for (const formats::TensorView& tensor : tensors) {
    bytes += tensor.bytes.size();
    if (tensor.shape.size() == 2) {
      facts.emplace_back("Dimensions", std::to_string(tensor.shape[1]));
      facts.emplace_back("Vectors", with_separators(tensor.shape[0]));
    }
    if (tensor.name == "mapping") {
      facts.emplace_back("Tokens that share them", with_separators(tensor.shape[0]));
    }
  }
  facts.emplace_back("Size", megabytes(bytes));
}

}  // namespace

CardFacts card_facts(const std::vector<formats::TensorView>& tensors, const base::Json& config,
                     double texts_per_second) {
  CardFacts facts;
  add_sizes(facts, tensors);
  for (const Option& option : kOptions) {
    const base::Json* const value = config.find(option.key);
    if (value != nullptr) facts.emplace_back(option.name, text_of(*value));
  }
  if (texts_per_second >= 1) {
    facts.emplace_back("Speed", rounded(texts_per_second) +
                                    " texts of ten words per second, on one thread of the machine "
                                    "that made it");
  }
  return facts;
}

}  // namespace m2v::model
