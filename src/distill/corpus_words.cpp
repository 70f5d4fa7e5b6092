#include "distill/corpus_words.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "text/unicode.h"

namespace m2v::distillation {
namespace {

constexpr std::size_t kLongest = 100;       // bytes; longer runs are not words
constexpr std::size_t kMinOccurrences = 2;  // a word that occurs once is not frequent

using Counts = std::unordered_map<std::string_view, std::size_t>;

void count_words(std::string_view text, Counts& counts) {
  std::size_t begin = 0, position = 0;
  const auto end_word = [&](std::size_t end) {
    if (end > begin && end - begin <= kLongest) ++counts[text.substr(begin, end - begin)];
  };
  while (position < text.size()) {
    const std::size_t start = position;
    if (text::is_word(text::decode_utf8(text, position))) continue;
    end_word(start);
    begin = position;
  }
  end_word(text.size());
}

}  // namespace

std::vector<std::string> corpus_words(Texts corpus, std::size_t count,
                                      const PreTokenization& cutter, const IsToken& is_known,
                                      const IsToken& is_unwanted) {
  Counts spellings;
  for (const std::string_view text : corpus) count_words(text, spellings);
  // Spellings that are the same word to the tokenizer count together; the first in byte order
  // represents them.
  std::unordered_map<std::string, std::pair<std::size_t, std::string_view>> words;
  for (const auto& [spelling, times] : spellings) {
    const std::vector<std::string> parts = cutter.cut(spelling);
    if (parts.size() != 1 || is_known(parts[0]) || is_unwanted(parts[0])) continue;
    auto& [sum, first] = words.try_emplace(parts[0], 0, spelling).first->second;
    sum += times;
    first = std::min(first, spelling);
  }
  std::vector<std::pair<std::size_t, std::string_view>> frequent;
  for (const auto& [word, found] : words) {
    if (found.first >= kMinOccurrences) frequent.push_back(found);
  }
  std::ranges::sort(frequent, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  frequent.resize(std::min(count, frequent.size()));
  std::vector<std::string> result;
  result.reserve(frequent.size());
  for (const auto& [times, spelling] : frequent) result.emplace_back(spelling);
  return result;
}

}  // namespace m2v::distillation
