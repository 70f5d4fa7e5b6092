#include "m2v/evaluate.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/cosine.h"
#include "evaluation/correlation.h"
#include "m2v/error.h"

namespace m2v {
namespace {

bool is_zero(std::span<const float> vector) {
  return std::ranges::all_of(vector, [](float value) { return value == 0; });
}

class Averager {
 public:
  void add(std::size_t what, double value) {
    if (agreement_.compared == 0 || value < agreement_.min) {
      agreement_.min = value;
      agreement_.worst = what;
    }
    ++agreement_.compared;
    sum_ += value;
  }
  Agreement result() const {
    Agreement result = agreement_;
    if (result.compared > 0) result.mean = sum_ / static_cast<double>(result.compared);
    return result;
  }

 private:
  Agreement agreement_;
  double sum_ = 0;
};

std::vector<std::string_view> views(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

void compare_tokens(const StaticModel& first, const StaticModel& second, ModelDifference& result) {
  const Tokenizer& a = first.tokenizer();
  const Tokenizer& b = second.tokenizer();
  Averager rows;
  std::size_t common = 0;
  for (std::uint32_t id = 0; id < a.id_limit(); ++id) {
    const auto token = a.token(id);
    if (!token) continue;
    const auto other = b.id(*token);
    if (!other) {
      ++result.only_first;
      continue;
    }
    ++common;
    if (*other != id) ++result.renumbered;
    if (first.dim() == second.dim()) {
      rows.add(id, base::cosine(first.token_vector(id), second.token_vector(*other)));
    }
  }
  result.only_second = b.vocabulary_size() - common;
  if (first.dim() == second.dim()) result.rows = rows.result();
}

void compare_texts(const StaticModel& first, const StaticModel& second, Texts texts,
                   unsigned threads, ModelDifference& result) {
  constexpr std::size_t kBlock = 4096;  // number of texts whose vectors are in memory at once
  Averager vectors;
  for (std::size_t begin = 0; begin < texts.size(); begin += kBlock) {
    const Texts block = texts.subspan(begin, std::min(kBlock, texts.size() - begin));
    for (const std::string_view text : block) {
      if (first.tokenize(text) != second.tokenize(text)) ++result.texts_with_other_ids;
    }
    if (first.dim() != second.dim()) continue;
    const Matrix a = first.encode(block, {.threads = threads});
    const Matrix b = second.encode(block, {.threads = threads});
    for (std::size_t i = 0; i < block.size(); ++i) {
      vectors.add(begin + i, base::cosine(a.row(i), b.row(i)));
    }
  }
  if (first.dim() == second.dim() && !texts.empty()) result.texts = vectors.result();
}

}  // namespace

StsScores evaluate_sts(const StaticModel& model, const ScoredPairs& pairs, unsigned threads) {
  const Matrix left = model.encode(views(pairs.left), {.threads = threads});
  const Matrix right = model.encode(views(pairs.right), {.threads = threads});
  std::vector<double> cosines(left.rows);
  for (std::size_t i = 0; i < left.rows; ++i) {
    // base::cosine() of two zero vectors is 1, but texts without known tokens are not similar.
    cosines[i] = is_zero(left.row(i)) ? 0 : base::cosine(left.row(i), right.row(i));
  }
  const StsScores scores{.spearman = evaluation::spearman(pairs.scores, cosines),
                         .pearson = evaluation::pearson(pairs.scores, cosines)};
  if (std::isnan(scores.pearson) || std::isnan(scores.spearman)) {
    throw Error("the correlation is undefined: all scores or all similarities are equal");
  }
  return scores;
}

bool ModelDifference::is_within(double min_cosine) const {
  if (only_first + only_second + renumbered + texts_with_other_ids > 0 || !rows) return false;
  return rows->min >= min_cosine && (!texts || texts->min >= min_cosine);
}

ModelDifference compare(const StaticModel& first, const StaticModel& second, Texts texts,
                        unsigned threads) {
  ModelDifference result;
  compare_tokens(first, second, result);
  compare_texts(first, second, texts, threads, result);
  return result;
}

}  // namespace m2v
