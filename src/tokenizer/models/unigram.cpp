#include "tokenizer/models/unigram.h"

#include <algorithm>
#include <limits>

#include "base/cancellation.h"
#include "m2v/error.h"
#include "text/unicode.h"
#include "tokenizer/models/json_score.h"

namespace m2v::tokenizer {
namespace {

constexpr std::uint32_t kUnreached = 0xFFFFFFFF;  // no path leads here so far
constexpr unsigned kBytesBetweenChecks = 65'536;
/// The difference between the score of the worst token and that of an unknown character.
constexpr double kUnknownPenalty = 10;

constexpr std::string_view kScores = ":scores";
constexpr std::string_view kUnknownScore = ":scores.unknown";

}  // namespace

Unigram Unigram::parse(const base::JsonAt& json, const formats::Sections* compiled) {
  Unigram model;
  model.file_ = json.file();
  if (compiled != nullptr) {
    model.load(*compiled);
  } else {
    model.parse_vocabulary(json.at("vocab"));
  }
  if (const auto unknown = json.get("unk_id")) {
    const std::uint64_t id = unknown->natural();
    if (id >= model.size()) {
      unknown->fail("the vocabulary has only " + std::to_string(model.size()) + " tokens");
    }
    const std::string& token = compiled != nullptr
                                   ? json.at(kUnknownToken).string()
                                   : json.at("vocab").value().array()[id].array()[0].string();
    model.unknown_ = UnknownToken(*unknown, token, static_cast<std::uint32_t>(id));
  }
  if (const auto fallback = json.find("byte_fallback")) model.byte_fallback_ = fallback->boolean();
  model.byte_tokens_ = find_byte_tokens(model.vocabulary_);
  return model;
}

void Unigram::parse_vocabulary(const base::JsonAt& json) {
  if (!json.value().is_array()) json.fail("expected an array of tokens and their scores");
  const base::Json::Array& items = json.value().array();
  std::vector<Vocabulary::Entry> entries;
  entries.reserve(items.size());
  std::vector<double> scores;
  scores.reserve(items.size());
  double lowest = std::numeric_limits<double>::infinity();
  for (const base::Json& item : items) {
    const bool fits = item.is_array() && item.array().size() == 2 && item.array()[0].is_string() &&
                      item.array()[1].is_number();
    if (!fits) {
      throw FormatError(file_, json.path() + "[" + std::to_string(scores.size()) + "]",
                        "expected a token and its score");
    }
    entries.push_back({item.array()[0].string(), static_cast<std::uint32_t>(scores.size())});
    scores.push_back(as_read_by_tokenizers(item.array()[1].number()));
    lowest = std::min(lowest, scores.back());
  }
  unknown_score_ = lowest - kUnknownPenalty;
  scores_ = std::move(scores);
  vocabulary_ = Vocabulary(entries);
}

void Unigram::load(const formats::Sections& sections) {
  vocabulary_ = Vocabulary::load(sections);
  scores_ = sections.array<double>(kScores);
  const auto unknown = sections.array<double>(kUnknownScore);
  if (unknown.size() != 1) sections.fail(kUnknownScore, "does not hold exactly one number");
  unknown_score_ = unknown[0];
}

void Unigram::save(formats::Sections& sections) const {
  vocabulary_.save(sections);
  sections.add(kScores, scores_);
  sections.add(kUnknownScore, base::FlatArray<double>(std::vector<double>{unknown_score_}));
}

void Unigram::tokenize(std::string_view word, std::vector<Piece>& pieces, Scratch& scratch) const {
  find_best_path(word, scratch);
  collect_backwards(word, scratch);
  for (auto piece = scratch.backwards_.rbegin(); piece != scratch.backwards_.rend(); ++piece) {
    if (piece->id == unknown_.id()) {
      append_uncached(word, *piece, pieces);
    } else {
      pieces.push_back(*piece);
    }
  }
}

void Unigram::find_best_path(std::string_view word, Scratch& scratch) const {
  auto& nodes = scratch.nodes_;
  nodes.assign(word.size() + 1, {0, kUnreached, 0});
  const Trie& trie = vocabulary_.trie();
  base::CancellationChecks checks(kBytesBetweenChecks);
  for (std::size_t begin = 0, next; begin < word.size(); begin = next) {
    checks.step();
    next = begin + 1;
    while (next < word.size() && !text::starts_character(word[next])) ++next;
    const double score_here = nodes[begin].score;
    // If the scores are equal, the first path is kept.
    const auto leads_to = [&](std::size_t end, double score) {
      return nodes[end].begin == kUnreached || score > nodes[end].score;
    };
    const auto begin32 = static_cast<std::uint32_t>(begin);
    bool character_is_token = false;
    std::uint32_t node = Trie::kRoot;
    for (std::size_t i = begin; i < word.size(); ++i) {
      node = trie.child(node, word[i]);
      if (node == Trie::kNone) break;
      const std::uint32_t id = trie.value(node);
      if (id >= scores_.size()) continue;  // no token, or an invalid id in a damaged file
      const double score = scores_[id] + score_here;
      if (leads_to(i + 1, score)) nodes[i + 1] = {score, begin32, id};
      if (i + 1 == next) character_is_token = true;
    }
    const double score = unknown_score_ + score_here;
    if (!character_is_token && leads_to(next, score)) {
      if (!unknown_.id())
        throw FormatError(file_, "$.model", "the model has no unk_id, but a text needs it");
      nodes[next] = {score, begin32, *unknown_.id()};
    }
  }
}

/// Follows the best path backwards from its end and joins adjacent unknown pieces.
void Unigram::collect_backwards(std::string_view word, Scratch& scratch) const {
  auto& backwards = scratch.backwards_;
  backwards.clear();
  for (std::size_t end = word.size(); end > 0;) {
    const Scratch::Node& node = scratch.nodes_[end];
    const bool fuses =
        node.id == unknown_.id() && !backwards.empty() && backwards.back().id == unknown_.id();
    if (fuses) {
      backwards.back().begin = node.begin;
    } else {
      backwards.push_back({node.id, node.begin, end});
    }
    end = node.begin;
  }
}

/// Appends a stretch of unknown pieces: as one token if the whole stretch is in the vocabulary,
/// otherwise as byte tokens if possible, otherwise as the unknown token.
void Unigram::append_uncached(std::string_view word, const Piece& stretch,
                              std::vector<Piece>& pieces) const {
  const std::string_view text = word.substr(stretch.begin, stretch.end - stretch.begin);
  const auto byte_token = [&](char byte) { return byte_tokens_[static_cast<unsigned char>(byte)]; };
  if (const auto id = vocabulary_.find(text)) {
    pieces.push_back({*id, stretch.begin, stretch.end});
  } else if (byte_fallback_ && std::all_of(text.begin(), text.end(), byte_token)) {
    for (const char byte : text) pieces.push_back({*byte_token(byte), stretch.begin, stretch.end});
  } else {
    pieces.push_back(stretch);
  }
}

}  // namespace m2v::tokenizer
