#include "cli/speed.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace m2v::cli {
namespace {

constexpr std::size_t kMinimumPasses = 5;
constexpr std::size_t kMaximumPasses = 101;

constexpr std::size_t kTexts = 4096, kWords = 10;
constexpr double kMinPassSeconds = 0.05;

/// Returns the tokens that the tokenizer produces for a whole word, in order of their ids.
std::vector<std::string_view> whole_words(const Tokenizer& tokenizer) {
  constexpr std::string_view kSpaceMarks[] = {"\u2581", "\u0120"};
  std::vector<std::string_view> words;
  std::vector<std::uint32_t> ids;
  for (std::uint32_t id = 0; id < tokenizer.id_limit(); ++id) {
    std::string_view word = tokenizer.token(id).value_or("");
    for (const std::string_view mark : kSpaceMarks) {
      if (word.starts_with(mark)) word.remove_prefix(mark.size());
    }
    ids.clear();
    tokenizer.encode(word, ids);
    if (ids.size() == 1 && ids[0] == id && ids[0] != tokenizer.unknown_id()) words.push_back(word);
  }
  return words;
}

std::vector<std::string> texts_of(const std::vector<std::string_view>& words) {
  std::mt19937 random(1);  // the same texts every time
  const double log_size = std::log(static_cast<double>(words.size()));
  std::vector<std::string> texts(kTexts);
  for (std::string& text : texts) {
    for (std::size_t i = 0; i < kWords; ++i) {
      const double share = static_cast<double>(random()) / 4294967296.0;
      text += (i > 0 ? " " : "");
      text += words[static_cast<std::size_t>(std::exp(share * log_size)) - 1];
    }
  }
  return texts;
}

}  // namespace

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median_pass(const StaticModel& model, Texts texts, unsigned threads, double enough) {
  std::vector<float> vectors(texts.size() * model.dim());
  EncodeOptions options;
  options.threads = threads;
  const auto pass = [&] { model.encode(texts, std::span(vectors), options); };
  pass();
  std::vector<double> seconds;
  double total = 0;
  while (seconds.size() < kMinimumPasses || (total < enough && seconds.size() < kMaximumPasses)) {
    seconds.push_back(seconds_of(pass));
    total += seconds.back();
  }
  std::ranges::nth_element(seconds, seconds.begin() + static_cast<long>(seconds.size() / 2));
  return seconds[seconds.size() / 2];
}

double texts_per_second(const StaticModel& model) {
  const std::vector<std::string_view> words = whole_words(model.tokenizer());
  if (words.empty()) return 0;
  const std::vector<std::string> texts = texts_of(words);
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  return static_cast<double>(kTexts) / median_pass(model, views, 1, kMinPassSeconds);
}

}  // namespace m2v::cli
