#include "m2v/passage_search.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "base/cosine.h"
#include "base/events.h"
#include "base/impl_access.h"
#include "base/thread_pool.h"
#include "m2v/index.h"
#include "model/model_impl.h"
#include "retrieval/best.h"
#include "retrieval/fusion.h"
#include "retrieval/hit_explanation.h"

namespace m2v {
namespace {

constexpr std::size_t kBlock = 16'384;  // number of passages that are embedded at once
constexpr std::size_t kTile = 128;      // number of queries whose candidates are in memory at once
constexpr std::size_t kDepth = 1'000;   // number of candidates of each kind per query

bool is_zero(std::span<const float> vector) {
  return std::ranges::all_of(vector, [](float value) { return value == 0; });
}

void check(const RankOptions& options, SearchMode prepared) {
  if (!(options.dense_weight >= 0 && options.dense_weight <= 1)) {
    throw std::invalid_argument("the weight of the vectors must be between 0 and 1");
  }
  if (prepared != SearchMode::kHybrid && options.mode != prepared) {
    throw std::invalid_argument("this search was not prepared for that mode");
  }
}

}  // namespace

struct [[gnu::visibility("hidden")]] PassageSearch::Impl {
  StaticModel model;
  Texts passages;
  EncodeOptions encoding;  // the index normalizes, once and in float64
  SearchMode prepared;
  Index index;  // the passages with at least one known token; empty in lexical mode
  std::optional<LexicalIndex> words;

  Impl(const StaticModel& loaded, Texts texts, const PassageSearchOptions& options)
      : model(loaded),
        passages(texts),
        encoding{.normalize = false, .max_length = options.max_length, .threads = options.threads},
        prepared(options.mode),
        index(loaded.dim()) {}

  void embed(const base::Events& events);
  bool uses(SearchMode part, const RankOptions& options) const {
    return options.mode == part || options.mode == SearchMode::kHybrid;
  }
  std::vector<PassageHit> candidates(std::span<const float> query, std::span<const Hit> dense,
                                     std::span<const Hit> lexical,
                                     std::span<const float> lexical_scores, unsigned threads) const;
  PassageAnswer answer(std::string_view query, std::span<const float> vector,
                       std::span<const Hit> dense, const RankOptions& options,
                       unsigned threads) const;

  std::vector<std::size_t> passages_of(std::span<const PassageAnswer> answers) const;
  retrieval::ReadPassage read(std::size_t passage) const;
  std::optional<retrieval::QueryProducts> products_of(std::string_view query) const;
  HitExplanation explain(std::string_view query, std::size_t number,
                         const retrieval::ReadPassage& passage,
                         std::optional<retrieval::QueryProducts>& products) const;
};

void PassageSearch::Impl::embed(const base::Events& events) {
  const std::size_t dim = model.dim();
  std::vector<float> vectors(std::min(kBlock, passages.size()) * dim);
  std::vector<std::uint64_t> ids;
  for (std::size_t begin = 0; begin < passages.size(); begin += kBlock) {
    const Texts block = passages.subspan(begin, std::min(kBlock, passages.size() - begin));
    model.encode(block, std::span(vectors).first(block.size() * dim), encoding);
    ids.clear();
    for (std::size_t i = 0; i < block.size(); ++i) {
      const auto vector = std::span(vectors).subspan(i * dim, dim);
      if (is_zero(vector)) continue;
      if (ids.size() < i)
        std::copy(vector.begin(), vector.end(), vectors.data() + ids.size() * dim);
      ids.push_back(begin + i);
    }
    index.add(ids, MatrixView(vectors.data(), ids.size(), dim));
    events.progress("embedding", begin + block.size(), passages.size());
  }
}

/// Returns the passages among the best of either kind, with both scores. A passage that is among
/// the best lexical hits only is encoded again for its cosine.
std::vector<PassageHit> PassageSearch::Impl::candidates(std::span<const float> query,
                                                        std::span<const Hit> dense,
                                                        std::span<const Hit> lexical,
                                                        std::span<const float> lexical_scores,
                                                        unsigned threads) const {
  const auto lexical_score = [&](std::size_t id) {
    return lexical_scores.empty() ? 0.0 : static_cast<double>(lexical_scores[id]);
  };
  std::vector<PassageHit> found;
  std::vector<std::uint64_t> seen;
  for (const Hit& hit : dense) {
    found.push_back({.passage = hit.id, .dense = hit.score, .lexical = lexical_score(hit.id)});
    seen.push_back(hit.id);
  }
  std::ranges::sort(seen);
  const std::size_t embedded = found.size();
  std::vector<std::string_view> others;
  for (const Hit& hit : lexical) {
    if (std::ranges::binary_search(seen, hit.id)) continue;
    found.push_back({.passage = hit.id, .lexical = hit.score});
    others.push_back(passages[hit.id]);
  }
  if (is_zero(query) || others.empty()) return found;
  EncodeOptions options = encoding;
  options.threads = threads;
  const Matrix vectors = model.encode(others, options);
  for (std::size_t i = 0; i < others.size(); ++i) {
    found[embedded + i].dense = base::cosine(vectors.row(i), query);
  }
  return found;
}

PassageAnswer PassageSearch::Impl::answer(std::string_view query, std::span<const float> vector,
                                          std::span<const Hit> dense, const RankOptions& options,
                                          unsigned threads) const {
  std::vector<float> lexical_scores;
  std::vector<Hit> lexical;
  if (uses(SearchMode::kLexical, options)) {
    lexical_scores = words->scores(query);
    lexical = retrieval::best_of(lexical_scores, std::max(options.k, kDepth));
  }
  // In lexical mode, `vector` is zero.
  PassageAnswer result = retrieval::fuse(
      candidates(vector, dense, lexical, lexical_scores, threads), dense, lexical, options);
  result.known = !is_zero(vector) || !lexical.empty();
  return result;
}

/// Returns the sorted numbers of all passages among the hits, each once. Throws
/// std::invalid_argument if there is no such passage.
std::vector<std::size_t> PassageSearch::Impl::passages_of(
    std::span<const PassageAnswer> answers) const {
  std::vector<std::size_t> numbers;
  for (const PassageAnswer& answer : answers) {
    for (const PassageHit& hit : answer.hits) {
      if (hit.passage >= passages.size()) {
        throw std::invalid_argument("there is no passage with the number " +
                                    std::to_string(hit.passage));
      }
      numbers.push_back(hit.passage);
    }
  }
  std::ranges::sort(numbers);
  numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
  return numbers;
}

retrieval::ReadPassage PassageSearch::Impl::read(std::size_t passage) const {
  if (prepared == SearchMode::kLexical) return retrieval::ReadPassage(passages[passage]);
  return {model, passages[passage], encoding.max_length.value_or(impl_of(model).max_length)};
}

std::optional<retrieval::QueryProducts> PassageSearch::Impl::products_of(
    std::string_view query) const {
  if (prepared == SearchMode::kLexical) return std::nullopt;
  EncodeOptions options = encoding;
  options.threads = 1;
  return std::optional<retrieval::QueryProducts>(std::in_place, model,
                                                 model.encode(query, options));
}

HitExplanation PassageSearch::Impl::explain(
    std::string_view query, std::size_t number, const retrieval::ReadPassage& passage,
    std::optional<retrieval::QueryProducts>& products) const {
  HitExplanation explanation;
  if (words) {
    explanation.terms = words->explain(query, number);
    for (const TermScore& term : explanation.terms) explanation.lexical += term.score;
  }
  if (products) retrieval::explain_cosine(passage, *products, explanation);
  retrieval::distribute_among_words(passage, words ? words->options() : LexicalOptions(),
                                    explanation);
  return explanation;
}

PassageSearch::PassageSearch(const StaticModel& model, Texts passages,
                             const PassageSearchOptions& options, const OnEvent& on_event) {
  const base::Events events(on_event);
  auto impl = std::make_unique<Impl>(model, passages, options);
  if (options.mode != SearchMode::kLexical) impl->embed(events);
  if (options.mode != SearchMode::kDense) {
    events.progress("counting words", 0, 1);
    LexicalOptions lexical = options.lexical;
    lexical.threads = options.threads;
    impl->words = options.queries ? LexicalIndex::for_queries(passages, *options.queries, lexical)
                                  : LexicalIndex(passages, lexical);
    events.progress("counting words", 1, 1);
  }
  impl_ = std::move(impl);
}

PassageSearch::~PassageSearch() = default;
PassageSearch::PassageSearch(PassageSearch&&) noexcept = default;
PassageSearch& PassageSearch::operator=(PassageSearch&&) noexcept = default;

std::vector<PassageAnswer> PassageSearch::search(Texts queries, const RankOptions& options) const {
  check(options, impl_->prepared);
  const bool by_meaning = impl_->uses(SearchMode::kDense, options);
  const std::size_t depth =
      options.mode == SearchMode::kDense ? options.k : std::max(options.k, kDepth);
  Matrix vectors{std::vector<float>(queries.size() * impl_->model.dim()), queries.size(),
                 impl_->model.dim()};
  if (by_meaning) impl_->model.encode(queries, vectors.data, impl_->encoding);
  std::vector<PassageAnswer> answers(queries.size());
  for (std::size_t first = 0; first < queries.size(); first += kTile) {
    const std::size_t count = std::min(kTile, queries.size() - first);
    std::vector<std::vector<Hit>> dense(count);
    if (by_meaning) {
      const MatrixView tile(vectors.row(first).data(), count, vectors.cols);
      dense = impl_->index.search(tile, depth, {.threads = options.threads});
    }
    const unsigned threads_each = count == 1 ? options.threads : 1;
    base::parallel_for(count, options.threads, [&](std::size_t i, unsigned) {
      const std::size_t q = first + i;
      if (is_zero(vectors.row(q))) dense[i].clear();  // all cosines are 0
      answers[q] = impl_->answer(queries[q], vectors.row(q), dense[i], options, threads_each);
    });
  }
  return answers;
}

HitExplanation PassageSearch::explain(std::string_view query, std::size_t passage) const {
  const PassageAnswer answer{.known = true, .hits = {{.passage = passage}}};
  return std::move(explain(Texts(&query, 1), std::span(&answer, 1), 1)[0][0]);
}

std::vector<std::vector<HitExplanation>> PassageSearch::explain(
    Texts queries, std::span<const PassageAnswer> answers, unsigned threads) const {
  if (queries.size() != answers.size()) {
    throw std::invalid_argument(std::to_string(answers.size()) + " answers to " +
                                std::to_string(queries.size()) + " queries");
  }
  const std::vector<std::size_t> numbers = impl_->passages_of(answers);
  std::vector<std::optional<retrieval::ReadPassage>> passages(numbers.size());
  base::parallel_for(numbers.size(), threads,
                     [&](std::size_t i, unsigned) { passages[i] = impl_->read(numbers[i]); });
  std::vector<std::vector<HitExplanation>> explanations(answers.size());
  base::parallel_for(answers.size(), threads, [&](std::size_t a, unsigned) {
    std::optional<retrieval::QueryProducts> products = impl_->products_of(queries[a]);
    for (const PassageHit& hit : answers[a].hits) {
      const auto location = std::ranges::lower_bound(numbers, hit.passage) - numbers.begin();
      explanations[a].push_back(impl_->explain(
          queries[a], hit.passage, *passages[static_cast<std::size_t>(location)], products));
    }
  });
  return explanations;
}

std::size_t PassageSearch::embedded() const noexcept { return impl_->index.size(); }

}  // namespace m2v
