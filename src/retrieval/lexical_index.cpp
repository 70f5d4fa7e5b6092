#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include "base/hash.h"
#include "base/thread_pool.h"
#include "m2v/lexical.h"
#include "retrieval/best.h"
#include "retrieval/term_table.h"
#include "retrieval/words.h"

namespace m2v {
namespace {

using retrieval::TermTable;
using retrieval::WordReader;

/// A text that contains a term, and the number of occurrences.
struct Posting {
  std::uint32_t text;
  std::uint32_t count;
};

void check(const LexicalOptions& options, std::size_t texts) {
  if (!(options.k1 >= 0 && std::isfinite(options.k1))) {
    throw std::invalid_argument("BM25's k1 must be 0 or more");
  }
  if (!(options.b >= 0 && options.b <= 1)) {
    throw std::invalid_argument("BM25's b must be between 0 and 1");
  }
  if (texts >= std::numeric_limits<std::uint32_t>::max()) {
    throw std::invalid_argument("there are too many texts for an index of words");
  }
}

/// The terms of a range of texts, which one thread reads. It numbers the terms on its own.
struct Part {
  std::size_t begin = 0, end = 0;  // the range of texts
  TermTable terms;
  std::vector<std::uint32_t> texts_with;  // by term: the number of texts that contain it
  struct Entry {
    std::uint32_t term, count;
  };
  std::vector<Entry> entries;          // in the order of the texts
  std::vector<std::size_t> first;      // by text of the part: its first entry; then the end
  std::vector<std::uint64_t> cursors;  // by term: the position of its next posting
};

/// Divides the texts into ranges of about the same number of bytes.
std::vector<Part> divide(Texts texts, std::size_t count) {
  std::size_t bytes = 0;
  for (const std::string_view text : texts) bytes += text.size() + 1;
  std::vector<Part> parts(std::max<std::size_t>(1, std::min(count, texts.size())));
  std::size_t i = 0, read = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    parts[p].begin = i;
    while (i < texts.size() && (p + 1 == parts.size() || read < bytes / parts.size() * (p + 1))) {
      read += texts[i++].size() + 1;
    }
    parts[p].end = i;
  }
  return parts;
}

}  // namespace

struct [[gnu::visibility("hidden")]] LexicalIndex::Impl {
  LexicalOptions options;
  std::size_t texts = 0;
  TermTable terms;
  // The postings of term t are postings[offsets[t]] to postings[offsets[t + 1] - 1], in the order
  // of the texts.
  std::vector<std::uint64_t> offsets;
  std::vector<Posting> postings;
  std::vector<std::uint32_t> lengths;  // by text, in terms
  double mean_length = 0;

  void count_terms(Texts all, Part& part, bool only_known);
  void gather(std::vector<Part>& parts);

  struct QueryTerm {
    std::string term;
    std::uint32_t number;
    double times;  // number of occurrences in the query
  };
  /// Returns the terms of the query that occur in some text, in the order of the query.
  std::vector<QueryTerm> terms_of(std::string_view query) const;
  std::span<const Posting> postings_of(std::uint32_t term) const {
    return std::span(postings).subspan(offsets[term], offsets[term + 1] - offsets[term]);
  }
  double idf(std::uint32_t term) const;
  double score(const Posting& posting) const;

  static std::unique_ptr<const Impl> build(Texts texts, std::optional<Texts> queries,
                                           const LexicalOptions& options);
};

/// Counts the terms of the texts of one part, and sets their lengths.
void LexicalIndex::Impl::count_terms(Texts all, Part& part, bool only_known) {
  WordReader words(options);
  // By term: the position of its last entry, which may belong to an earlier text.
  std::vector<std::size_t> entry_of;
  if (only_known) part.terms = terms;
  part.texts_with.resize(part.terms.size());
  entry_of.resize(part.terms.size(), 0);
  part.first.reserve(part.end - part.begin + 1);
  for (std::size_t text = part.begin; text < part.end; ++text) {
    const std::size_t first = part.entries.size();
    part.first.push_back(first);
    std::uint32_t length = 0;
    for (words.start(all[text]); words.next(); ++length) {
      const std::uint64_t hash = base::hash(words.term());
      const std::uint32_t term = only_known ? part.terms.find(hash) : part.terms.add(hash);
      if (term == TermTable::kNone) continue;
      if (term == part.texts_with.size()) {
        part.texts_with.push_back(0);
        entry_of.push_back(0);
      }
      const std::size_t entry = entry_of[term];
      if (entry >= first && entry < part.entries.size() && part.entries[entry].term == term) {
        ++part.entries[entry].count;
      } else {
        entry_of[term] = part.entries.size();
        part.entries.push_back({term, 1});
        ++part.texts_with[term];
      }
    }
    lengths[text] = length;
  }
  part.first.push_back(part.entries.size());
}

/// Merges the entries of the parts into postings. Each part first gets its own range in the
/// postings of every term, so that the parts can then be copied in parallel.
void LexicalIndex::Impl::gather(std::vector<Part>& parts) {
  std::vector<std::uint64_t> sizes(terms.size(), 0);
  std::vector<std::vector<std::uint32_t>> numbers(parts.size());
  for (std::size_t p = 0; p < parts.size(); ++p) {
    for (std::size_t i = 0; i < parts[p].terms.size(); ++i) {
      const std::uint32_t number = terms.add(parts[p].terms.hashes()[i]);
      if (number == sizes.size()) sizes.push_back(0);
      numbers[p].push_back(number);
      parts[p].cursors.push_back(sizes[number]);
      sizes[number] += parts[p].texts_with[i];
    }
  }
  offsets.assign(terms.size() + 1, 0);
  std::partial_sum(sizes.begin(), sizes.end(), offsets.begin() + 1);
  postings.resize(offsets.back());
  base::parallel_for(parts.size(), options.threads, [&](std::size_t p, unsigned) {
    Part& part = parts[p];
    for (std::size_t text = part.begin; text < part.end; ++text) {
      const std::size_t i = text - part.begin;
      for (std::size_t e = part.first[i]; e < part.first[i + 1]; ++e) {
        const auto [term, count] = part.entries[e];
        postings[offsets[numbers[p][term]] + part.cursors[term]++] = {
            static_cast<std::uint32_t>(text), count};
      }
    }
  });
}

std::unique_ptr<const LexicalIndex::Impl> LexicalIndex::Impl::build(Texts texts,
                                                                    std::optional<Texts> queries,
                                                                    const LexicalOptions& options) {
  check(options, texts.size());
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  impl->texts = texts.size();
  impl->lengths.resize(texts.size());
  if (queries) {
    WordReader words(impl->options);
    for (const std::string_view query : *queries) {
      for (words.start(query); words.next();) impl->terms.add(base::hash(words.term()));
    }
  }
  std::vector<Part> parts = divide(texts, base::thread_count(options.threads));
  base::parallel_for(parts.size(), options.threads, [&](std::size_t p, unsigned) {
    impl->count_terms(texts, parts[p], queries.has_value());
  });
  impl->gather(parts);
  const double length = std::accumulate(impl->lengths.begin(), impl->lengths.end(), 0.0);
  impl->mean_length = length > 0 ? length / static_cast<double>(texts.size()) : 1;
  return impl;
}

std::vector<LexicalIndex::Impl::QueryTerm> LexicalIndex::Impl::terms_of(
    std::string_view query) const {
  std::vector<QueryTerm> found;
  WordReader words(options);
  for (words.start(query); words.next();) {
    const std::uint32_t number = terms.find(base::hash(words.term()));
    if (number == TermTable::kNone || postings_of(number).empty()) continue;
    const auto same = std::ranges::find(found, number, &QueryTerm::number);
    if (same != found.end()) {
      ++same->times;
    } else {
      found.push_back({std::string(words.term()), number, 1});
    }
  }
  return found;
}

double LexicalIndex::Impl::idf(std::uint32_t term) const {
  const auto with = static_cast<double>(postings_of(term).size());
  return std::log1p((static_cast<double>(texts) - with + 0.5) / (with + 0.5));
}

/// Returns the BM25 weight of a term in a text, without the idf.
double LexicalIndex::Impl::score(const Posting& posting) const {
  const double relative = lengths[posting.text] / mean_length;
  const double count = posting.count;
  return count * (options.k1 + 1) / (count + options.k1 * (1 - options.b + options.b * relative));
}

LexicalIndex::LexicalIndex(Texts texts, const LexicalOptions& options)
    : impl_(Impl::build(texts, std::nullopt, options)) {}
LexicalIndex LexicalIndex::for_queries(Texts texts, Texts queries, const LexicalOptions& options) {
  return LexicalIndex(Impl::build(texts, queries, options));
}
LexicalIndex::LexicalIndex(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
LexicalIndex::~LexicalIndex() = default;
LexicalIndex::LexicalIndex(LexicalIndex&&) noexcept = default;
LexicalIndex& LexicalIndex::operator=(LexicalIndex&&) noexcept = default;

std::vector<float> LexicalIndex::scores(std::string_view query) const {
  std::vector<double> sums(impl_->texts, 0);
  for (const Impl::QueryTerm& term : impl_->terms_of(query)) {
    const double weight = term.times * impl_->idf(term.number);
    for (const Posting& posting : impl_->postings_of(term.number)) {
      sums[posting.text] += weight * impl_->score(posting);
    }
  }
  return {sums.begin(), sums.end()};
}

std::vector<Hit> LexicalIndex::search(std::string_view query, std::size_t k) const {
  return retrieval::best_of(scores(query), k);
}

std::vector<TermScore> LexicalIndex::explain(std::string_view query, std::size_t text) const {
  if (text >= impl_->texts) {
    throw std::invalid_argument("there is no text with the number " + std::to_string(text));
  }
  std::vector<TermScore> scores;
  for (const Impl::QueryTerm& term : impl_->terms_of(query)) {
    const auto postings = impl_->postings_of(term.number);
    const auto found = std::ranges::lower_bound(postings, text, {}, &Posting::text);
    if (found == postings.end() || found->text != text) continue;
    scores.push_back({.term = term.term,
                      .count = found->count,
                      .score = term.times * impl_->idf(term.number) * impl_->score(*found)});
  }
  return scores;
}

const LexicalOptions& LexicalIndex::options() const noexcept { return impl_->options; }

}  // namespace m2v
