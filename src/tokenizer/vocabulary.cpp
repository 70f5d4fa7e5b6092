#include "tokenize/vocabulary.h"

#include <algorithm>
#include <utility>

namespace m2v::tokenize {
namespace {

constexpr std::string_view kCharacters = ":vocabulary.characters";
constexpr std::string_view kTokens = ":vocabulary.tokens";
constexpr std::string_view kIds = ":vocabulary.ids";
constexpr std::string_view kTrie = ":vocabulary.trie";

/// An entry with the first eight bytes of its token as a number, by which most comparisons end.
struct Sortable {
  std::uint64_t head;
  const Vocabulary::Entry* entry;

  explicit Sortable(const Vocabulary::Entry& of) : head(0), entry(&of) {
    const std::string_view start = of.token.substr(0, sizeof head);
    for (std::size_t i = 0; i < start.size(); ++i) {
      head |= std::uint64_t{static_cast<unsigned char>(start[i])} << (56 - 8 * i);
    }
  }
  bool operator<(const Sortable& other) const noexcept {
    if (head != other.head) return head < other.head;
    const int order = entry->token.compare(other.entry->token);
    return order != 0 ? order < 0 : entry < other.entry;
  }
};

/// In ascending order of the tokens, each token once.
std::vector<Vocabulary::Entry> sorted(const std::vector<Vocabulary::Entry>& entries) {
  std::vector<Sortable> order(entries.begin(), entries.end());
  std::sort(order.begin(), order.end());
  std::vector<Vocabulary::Entry> unique;
  unique.reserve(order.size());
  for (const Sortable& next : order) {
    if (!unique.empty() && unique.back().token == next.entry->token) unique.pop_back();
    unique.push_back(*next.entry);
  }
  return unique;
}

}  // namespace

Vocabulary::Vocabulary(const std::vector<Entry>& entries) {
  std::vector<Entry> unique = sorted(entries);
  std::size_t size = 0;
  std::size_t ids = 0;
  for (const auto& [token, id] : unique) {
    size += token.size();
    ids = std::max<std::size_t>(ids, std::size_t{id} + 1);
  }
  std::vector<char> characters;
  std::vector<Place> places;
  std::vector<std::uint32_t> by_id(ids, kNoPlace);
  characters.reserve(size);
  places.reserve(unique.size());
  for (auto& [token, id] : unique) {
    by_id[id] = static_cast<std::uint32_t>(places.size());
    places.push_back({static_cast<std::uint32_t>(characters.size()),
                      static_cast<std::uint32_t>(token.size()), id});
    const char* const copy = characters.data() + characters.size();
    characters.insert(characters.end(), token.begin(), token.end());
    token = {copy, token.size()};  // side by side, the trie reads them faster
  }
  trie_ = Trie(unique);
  characters_ = std::move(characters);
  places_ = std::move(places);
  by_id_ = std::move(by_id);
}

Vocabulary Vocabulary::load(const core::Sections& sections) {
  Vocabulary vocabulary;
  vocabulary.characters_ = sections.array<char>(kCharacters);
  vocabulary.places_ = sections.array<Place>(kTokens);
  vocabulary.by_id_ = sections.array<std::uint32_t>(kIds);
  vocabulary.trie_ = Trie::load(sections, kTrie);
  return vocabulary;
}

void Vocabulary::save(core::Sections& sections) const {
  sections.add(kCharacters, characters_);
  sections.add(kTokens, places_);
  sections.add(kIds, by_id_);
  trie_.save(sections, kTrie);
}

std::optional<std::uint32_t> Vocabulary::find(std::string_view token) const noexcept {
  if (trie_.empty()) return std::nullopt;
  const std::uint32_t node = trie_.walk(Trie::kRoot, token);
  if (node == Trie::kNone || trie_.value(node) == Trie::kNone) return std::nullopt;
  return trie_.value(node);
}

std::optional<std::string_view> Vocabulary::token(std::uint32_t id) const noexcept {
  if (id >= by_id_.size() || by_id_[id] >= places_.size()) return std::nullopt;
  return token_at(places_[by_id_[id]]);
}

/// Of a place that is damaged, an empty one.
std::string_view Vocabulary::token_at(const Place& place) const noexcept {
  if (place.begin > characters_.size() || place.size > characters_.size() - place.begin) return {};
  return characters_.view().substr(place.begin, place.size);
}

}  // namespace m2v::tokenize
