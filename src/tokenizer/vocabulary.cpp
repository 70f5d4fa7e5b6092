#include "tokenizer/vocabulary.h"

#include <algorithm>
#include <utility>

namespace m2v::tokenizer {
namespace {

constexpr std::string_view kCharacters = ":vocabulary.characters";
constexpr std::string_view kTokens = ":vocabulary.tokens";
constexpr std::string_view kIds = ":vocabulary.ids";
constexpr std::string_view kTrie = ":vocabulary.trie";

/// An entry with the first eight bytes of its token as a number, which decides most comparisons.
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

/// Returns the entries in ascending byte order of the tokens, keeping the last one for each token.
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
  std::vector<Location> locations;
  std::vector<std::uint32_t> by_id(ids, kNoSlot);
  characters.reserve(size);
  locations.reserve(unique.size());
  for (auto& [token, id] : unique) {
    by_id[id] = static_cast<std::uint32_t>(locations.size());
    locations.push_back({static_cast<std::uint32_t>(characters.size()),
                         static_cast<std::uint32_t>(token.size()), id});
    const char* const copy = characters.data() + characters.size();
    characters.insert(characters.end(), token.begin(), token.end());
    token = {copy, token.size()};  // contiguous tokens make building the trie faster
  }
  trie_ = Trie(unique);
  characters_ = std::move(characters);
  slots_ = std::move(locations);
  by_id_ = std::move(by_id);
}

Vocabulary Vocabulary::load(const formats::Sections& sections) {
  Vocabulary vocabulary;
  vocabulary.characters_ = sections.array<char>(kCharacters);
  vocabulary.slots_ = sections.array<Location>(kTokens);
  vocabulary.by_id_ = sections.array<std::uint32_t>(kIds);
  vocabulary.trie_ = Trie::load(sections, kTrie);
  return vocabulary;
}

void Vocabulary::save(formats::Sections& sections) const {
  sections.add(kCharacters, characters_);
  sections.add(kTokens, slots_);
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
  if (id >= by_id_.size() || by_id_[id] >= slots_.size()) return std::nullopt;
  return token_at(slots_[by_id_[id]]);
}

/// Returns an empty token if the location is out of bounds, which is possible only in a damaged
/// file.
std::string_view Vocabulary::token_at(const Location& location) const noexcept {
  if (location.begin > characters_.size() || location.size > characters_.size() - location.begin)
    return {};
  return characters_.view().substr(location.begin, location.size);
}

}  // namespace m2v::tokenizer
