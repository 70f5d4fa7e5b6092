#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/thread_pool.h"
#include "m2v/explain.h"
#include "model/explainer.h"
#include "text/unicode.h"

namespace m2v {
namespace {

/// The running sums for one word.
struct Sums {
  std::string word;
  std::size_t texts = 0;
  std::vector<double> effects;

  void add(std::span<const double> more) {
    effects.resize(more.size());
    for (std::size_t o = 0; o < more.size(); ++o) effects[o] += more[o];
  }
};

/// Words in order of first appearance, indexed by their token ids.
struct Words {
  std::vector<Sums> list;
  std::unordered_map<std::u32string, std::size_t> locations;

  Sums& at(const std::u32string& tokens, std::u32string_view surface) {
    const auto [found, is_new] = locations.emplace(tokens, list.size());
    if (is_new) list.emplace_back(Sums{text::to_utf8(surface), 0, {}});
    return list[found->second];
  }
};

/// Returns whether a token continues the word of the token before it.
bool continues(std::u32string_view text, const Token& before, const Token& token) {
  if (token.begin != before.end || token.begin >= text.size() || token.begin == 0) return false;
  const auto is_letter = [](char32_t c) { return text::is_word(c) && !text::is_chinese(c); };
  return is_letter(text[token.begin - 1]) && is_letter(text[token.begin]);
}

std::u32string_view trimmed(std::u32string_view text) {
  while (!text.empty() && text::is_whitespace(text.front())) text.remove_prefix(1);
  while (!text.empty() && text::is_whitespace(text.back())) text.remove_suffix(1);
  return text;
}

/// Adds the words of one text. A word that occurs several times counts as one text.
void add_words(const std::u32string& text, const OutputExplanation& explanation, Words& words) {
  const std::vector<Token>& tokens = explanation.tokens;
  std::unordered_map<std::u32string, std::pair<std::u32string_view, std::vector<double>>> found;
  std::vector<std::u32string> order;
  for (std::size_t first = 0, end = 0; first < tokens.size(); first = end) {
    std::u32string ids;
    std::vector<double> effects(explanation.contributions.cols);
    for (end = first; end < tokens.size(); ++end) {
      if (end > first && !continues(text, tokens[end - 1], tokens[end])) break;
      ids += static_cast<char32_t>(tokens[end].id);
      const auto contribution = explanation.contributions.row(end);
      for (std::size_t o = 0; o < effects.size(); ++o) {
        effects[o] += static_cast<double>(contribution[o]);
      }
    }
    const std::size_t begin = std::min(tokens[first].begin, text.size());
    const std::u32string_view surface =
        trimmed(std::u32string_view(text).substr(begin, tokens[end - 1].end - begin));
    const auto [location, is_new] = found.emplace(ids, std::pair(surface, effects));
    if (is_new) {
      order.push_back(ids);
    } else {
      for (std::size_t o = 0; o < effects.size(); ++o) location->second.second[o] += effects[o];
    }
  }
  for (const std::u32string& ids : order) {
    const auto& [surface, effects] = found.at(ids);
    Sums& sums = words.at(ids, surface);
    sums.add(effects);
    ++sums.texts;
  }
}

void merge(const Words& part, Words& all) {
  std::vector<const std::u32string*> ids(part.list.size());
  for (const auto& [tokens, location] : part.locations) ids[location] = &tokens;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto [found, is_new] = all.locations.emplace(*ids[i], all.list.size());
    if (is_new) all.list.emplace_back(Sums{part.list[i].word, 0, {}});
    all.list[found->second].add(part.list[i].effects);
    all.list[found->second].texts += part.list[i].texts;
  }
}

}  // namespace

std::vector<WordEffect> word_effects(const ModelWithHead& trained, Texts texts, unsigned threads) {
  constexpr std::size_t kBlock = 64;
  std::vector<Words> blocks(base::blocks_of(texts.size(), kBlock));
  std::vector<std::unique_ptr<model::Explainer>> explainers(base::thread_count(threads));
  base::parallel_for(blocks.size(), threads, [&](std::size_t block, unsigned worker) {
    auto& explainer = explainers[worker];
    if (!explainer) explainer = std::make_unique<model::Explainer>(trained);
    const std::size_t first = block * kBlock;
    for (const std::string_view text :
         texts.subspan(first, std::min(kBlock, texts.size() - first))) {
      add_words(text::to_utf32(text), explainer->explain(text), blocks[block]);
    }
  });
  Words all;
  for (const Words& block : blocks) merge(block, all);
  std::vector<WordEffect> result;
  for (Sums& sums : all.list) {
    for (double& effect : sums.effects) effect /= static_cast<double>(sums.texts);
    result.push_back({std::move(sums.word), sums.texts, std::move(sums.effects)});
  }
  return result;
}

}  // namespace m2v
