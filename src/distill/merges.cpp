#include "distill/merges.h"

#include <limits>
#include <set>

#include "text/unicode.h"

namespace m2v::distillation {
namespace {

/// Returns both tokens as one unique string; the length of the first tells "ab"+"c" from "a"+"bc".
std::string key(std::string_view left, std::string_view right) {
  std::string both = std::to_string(left.size()) + ':';
  return both.append(left).append(right);
}

std::vector<std::string> characters(std::string_view word) {
  std::vector<std::string> parts;
  std::size_t position = 0;
  while (position < word.size()) {
    const std::size_t begin = position;
    text::decode_utf8(word, position);
    parts.emplace_back(word.substr(begin, position - begin));
  }
  return parts;
}

Merges::Merge read_merge(const base::JsonAt& json) {
  if (!json.value().is_string()) {
    const auto parts = json.elements();
    if (parts.size() != 2) json.fail("must be the two tokens of a merge");
    return {parts[0].string(), parts[1].string()};
  }
  const std::string& text = json.string();
  const std::size_t space = text.find(' ');
  if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) {
    json.fail("must be two tokens with a space between them");
  }
  return {text.substr(0, space), text.substr(space + 1)};
}

}  // namespace

Merges Merges::read(const base::JsonAt& json) {
  Merges merges;
  for (const base::JsonAt& merge : json.elements()) {
    // Files in the old format begin with a version line.
    if (merge.value().is_string() && merge.string().starts_with("#version")) continue;
    merges.list_.push_back(read_merge(merge));
  }
  merges.index();
  return merges;
}

base::Json Merges::as_json() const {
  base::Json::Array json;
  json.reserve(list_.size());
  for (const auto& [left, right] : list_) json.push_back(base::Json::Array{left, right});
  return json;
}

void Merges::index() {
  ranks_.clear();
  ranks_.reserve(list_.size());
  for (std::size_t i = 0; i < list_.size(); ++i) ranks_[key(list_[i].first, list_[i].second)] = i;
}

void Merges::add(const std::string& left, const std::string& right) {
  if (ranks_.emplace(key(left, right), list_.size()).second) list_.emplace_back(left, right);
}

void Merges::merge_all(std::vector<std::string>& parts, std::vector<std::string>* made) const {
  while (parts.size() > 1) {
    std::size_t best = std::numeric_limits<std::size_t>::max();
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const auto found = ranks_.find(key(parts[i], parts[i + 1]));
      if (found != ranks_.end() && found->second < best) best = found->second;
    }
    if (best == std::numeric_limits<std::size_t>::max()) return;
    const Merge& merge = list_[best];
    std::size_t kept = 0;
    for (std::size_t i = 0; i < parts.size(); ++kept) {
      const bool joins =
          i + 1 < parts.size() && parts[i] == merge.first && parts[i + 1] == merge.second;
      std::string part = joins ? merge.first + merge.second : std::move(parts[i]);
      i += joins ? 2 : 1;
      if (joins && made != nullptr) made->push_back(part);
      parts[kept] = std::move(part);
    }
    parts.resize(kept);
  }
}

std::vector<std::string> Merges::steps(std::string_view word) const {
  std::vector<std::string> parts = characters(word);
  std::vector<std::string> made = parts;
  merge_all(parts, &made);
  return made;
}

std::vector<std::string> Merges::add_word(std::string_view word) {
  std::set<std::string> joined;
  std::vector<std::string> parts = characters(word);
  merge_all(parts, nullptr);
  while (parts.size() > 1) {
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
      add(parts[i], parts[i + 1]);
      joined.insert({parts[i], parts[i + 1]});
    }
    merge_all(parts, nullptr);  // earlier merges stay valid, since new merges come last
  }
  return {joined.begin(), joined.end()};
}

}  // namespace m2v::distillation
