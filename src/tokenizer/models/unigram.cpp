#include "tokenize/models/unigram.h"

#include <algorithm>
#include <limits>

#include "core/cancellation.h"
#include "m2v/error.h"
#include "tokenize/models/json_score.h"
#include "unicode/unicode.h"

namespace m2v::tokenize {
namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFF;  // no way leads here so far
constexpr unsigned kCharactersBetweenChecks = 65'536;
constexpr double kUnknownPenalty = 10;  // what an unknown character has below the worst token

constexpr std::string_view kScores = ":scores";
constexpr std::string_view kUnknownScore = ":scores.unknown";

}  // namespace

Unigram Unigram::parse(const core::JsonAt& json, const core::Sections* compiled) {
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

void Unigram::parse_vocabulary(const core::JsonAt& json) {
  if (!json.value().is_array()) json.fail("expected an array of tokens and their scores");
  const core::Json::Array& items = json.value().array();
  std::vector<Vocabulary::Entry> entries;
  entries.reserve(items.size());
  std::vector<double> scores;
  scores.reserve(items.size());
  double lowest = std::numeric_limits<double>::infinity();
  for (const core::Json& item : items) {
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

void Unigram::load(const core::Sections& sections) {
  vocabulary_ = Vocabulary::load(sections);
  scores_ = sections.array<double>(kScores);
  const auto unknown = sections.array<double>(kUnknownScore);
  if (unknown.size() != 1) sections.fail(kUnknownScore, "is not one number");
  unknown_score_ = unknown[0];
}

void Unigram::save(core::Sections& sections) const {
  vocabulary_.save(sections);
  sections.add(kScores, scores_);
  sections.add(kUnknownScore, core::FlatArray<double>(std::vector<double>{unknown_score_}));
}

void Unigram::tokenize(std::string_view word, std::vector<Piece>& pieces, Scratch& scratch) const {
  find_best_way(word, scratch);
  collect_backwards(word, scratch);
  for (auto piece = scratch.backwards_.rbegin(); piece != scratch.backwards_.rend(); ++piece) {
    if (piece->id == unknown_.id()) {
      append_unknown(word, *piece, pieces);
    } else {
      pieces.push_back(*piece);
    }
  }
}

void Unigram::find_best_way(std::string_view word, Scratch& scratch) const {
  auto& nodes = scratch.nodes_;
  nodes.assign(word.size() + 1, {0, kNone, 0});
  const Trie& trie = vocabulary_.trie();
  core::CancellationChecks checks(kCharactersBetweenChecks);
  for (std::size_t begin = 0, next; begin < word.size(); begin = next) {
    checks.step();
    next = begin + 1;
    while (next < word.size() && !unicode::starts_character(word[next])) ++next;
    const double score_here = nodes[begin].score;
    // Of equal scores the first stays.
    const auto leads_to = [&](std::size_t end, double score) {
      return nodes[end].begin == kNone || score > nodes[end].score;
    };
    const auto begin32 = static_cast<std::uint32_t>(begin);
    bool character_is_token = false;
    std::uint32_t node = Trie::kRoot;
    for (std::size_t i = begin; i < word.size(); ++i) {
      node = trie.child(node, word[i]);
      if (node == Trie::kNone) break;
      const std::uint32_t id = trie.value(node);
      if (id >= scores_.size()) continue;  // none, or what a damaged file has
      const double score = scores_[id] + score_here;
      if (leads_to(i + 1, score)) nodes[i + 1] = {score, begin32, id};
      if (i + 1 == next) character_is_token = true;
    }
    const double score = unknown_score_ + score_here;
    if (!character_is_token && leads_to(next, score)) {
      if (!unknown_.id())
        throw FormatError(file_, "$.model", "it has no unk_id, but a text needs it");
      nodes[next] = {score, begin32, *unknown_.id()};
    }
  }
}

/// Walks the best way from its end; unknown pieces side by side become one.
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

/// A stretch of unknown pieces may be a token when taken together; otherwise it is spelled in
/// bytes, or is the unknown token.
void Unigram::append_unknown(std::string_view word, const Piece& stretch,
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

}  // namespace m2v::tokenize
