#include "tokenizer/regex/common_pattern.h"

#include "base/cancellation.h"
#include "m2v/error.h"
#include "text/unicode.h"

namespace m2v::tokenizer {
namespace {

constexpr unsigned kMatchesBetweenChecks = 16'384;

constexpr std::size_t kNoMatch = static_cast<std::size_t>(-1);

}  // namespace

/// A backtracking matcher for one text. It limits the number of steps, so that excessive
/// backtracking is an error.
class CommonPattern::Search {
 public:
  Search(const CommonPattern& pattern, std::string_view text)
      : pattern_(pattern), text_(text), steps_(100'000'000 + 200 * text.size()) {}

  /// Returns the end of the match that starts at `position`, or kNoMatch.
  std::size_t match(std::size_t position) { return walk(pattern_.start_, position); }

 private:
  std::size_t walk(std::uint32_t number, std::size_t position) {
    while (number != kEnd) {
      const Node& node = pattern_.nodes_[number];
      count_step();
      switch (node.kind) {
        case Node::Kind::kRepeat: {
          const auto [shortest, longest] = repeat(node, position);
          if (longest == kNoMatch) return kNoMatch;
          for (position = longest; position > shortest; back(position)) {
            const std::size_t end = walk(node.next, position);
            if (end != kNoMatch) return end;
          }
          break;
        }
        case Node::Kind::kChoice:
          for (std::size_t i = 0; i + 1 < node.branches.size(); ++i) {
            if (!may_start(node.branches[i], position)) continue;
            const std::size_t end = walk(node.branches[i], position);
            if (end != kNoMatch) return end;
          }
          number = node.branches.back();
          if (!may_start(number, position)) return kNoMatch;
          continue;
        case Node::Kind::kAtomic:
          position = walk(node.branches.front(), position);
          if (position == kNoMatch) return kNoMatch;
          break;
        case Node::Kind::kAhead:
        case Node::Kind::kNotAhead: {
          const bool found = walk(node.branches.front(), position) != kNoMatch;
          if (found != (node.kind == Node::Kind::kAhead)) return kNoMatch;
          break;
        }
      }
      number = node.next;
    }
    return position;
  }

  /// A quick test: returns false only if no match can continue from the node with the byte at
  /// `position`.
  bool may_start(std::uint32_t number, std::size_t position) const {
    return number == kEnd || position == text_.size() ||
           pattern_.nodes_[number].firsts[static_cast<unsigned char>(text_[position])];
  }

  /// Returns the ends of the fewest and of the most characters that the node may consume, or
  /// kNoMatch for both if there are too few.
  std::pair<std::size_t, std::size_t> repeat(const Node& node, std::size_t position) {
    const CharacterClass& wanted = pattern_.classes_[node.class_index];
    const std::size_t begin = position;
    std::size_t shortest = position;
    std::uint32_t count = 0;
    while (count < node.most && position < text_.size()) {
      std::size_t end = position;
      if (!wanted.contains(text::decode_utf8(text_, end))) break;
      position = end;
      if (++count == node.least) shortest = position;
    }
    count_steps(position - begin);
    if (count < node.least) return {kNoMatch, kNoMatch};
    return {node.possessive || node.next == kEnd ? position : shortest, position};
  }

  void back(std::size_t& position) const {
    do {
      --position;
    } while (!text::starts_character(text_[position]));
  }

  void count_step() { count_steps(1); }
  void count_steps(std::size_t count) {
    if (steps_ < count) {
      throw Error("the regular expression \"" + pattern_.pattern_ +
                  "\" fails: too much backtracking on this text");
    }
    steps_ -= count;
  }

  const CommonPattern& pattern_;
  std::string_view text_;
  std::size_t steps_;
};

/// Propagates the sets from the ends of the graph until nothing changes. The graph has no cycles.
void CommonPattern::find_firsts() {
  for (bool changed = true; changed;) {
    changed = false;
    for (Node& node : nodes_) {
      const std::bitset<256> firsts = firsts_of(node);
      changed |= firsts != node.firsts;
      node.firsts = firsts;
    }
  }
}

std::bitset<256> CommonPattern::firsts_of(const Node& node) const {
  std::bitset<256> bytes;
  switch (node.kind) {
    case Node::Kind::kRepeat:
      for (char32_t c = 0; c < 0x80; ++c) bytes[c] = classes_[node.class_index].contains(c);
      for (std::size_t lead = 0x80; lead < bytes.size(); ++lead) bytes.set(lead);
      return node.least == 0 ? bytes | firsts_from(node.next) : bytes;
    case Node::Kind::kChoice:
      for (const std::uint32_t branch : node.branches) bytes |= firsts_from(branch);
      return bytes;
    case Node::Kind::kAtomic:
    case Node::Kind::kAhead:
    case Node::Kind::kNotAhead:
      break;
  }
  return bytes.set();  // a smaller set would not be worth the effort
}

std::bitset<256> CommonPattern::firsts_from(std::uint32_t number) const {
  return number == kEnd ? std::bitset<256>().set() : nodes_[number].firsts;
}

void CommonPattern::find_all(std::string_view utf8,
                             std::vector<std::pair<std::size_t, std::size_t>>& matches) const {
  Search search(*this, utf8);
  const std::size_t first = matches.size();
  std::size_t begin = 0;
  base::CancellationChecks checks(kMatchesBetweenChecks);
  while (true) {
    checks.step();
    const std::size_t end = search.match(begin);
    const bool repeated = end == begin && matches.size() > first && matches.back().second == end;
    if (end != kNoMatch && !repeated) {
      matches.emplace_back(begin, end);
      if (end > begin) {
        begin = end;
        continue;
      }
    }
    if (begin == utf8.size()) return;
    text::decode_utf8(utf8, begin);
  }
}

}  // namespace m2v::tokenizer
