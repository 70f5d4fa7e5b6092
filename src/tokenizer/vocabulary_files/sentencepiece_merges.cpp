#include "tokenizer/vocabulary_files/sentencepiece_merges.h"

#include <algorithm>
#include <tuple>

#include "text/unicode.h"

namespace m2v::tokenizer {
namespace {

struct Merge {
  double score;
  std::size_t left_length, right_length;  // in characters
  std::uint32_t left, right;              // ids
  std::string_view left_text, right_text;
};

/// Appends the ways to split a piece into two pieces, in ascending order of the ids of the parts.
void append_cuts(const SentencePieceModel::Piece& piece, const Vocabulary& vocabulary,
                 std::vector<Merge>& merges) {
  const std::size_t before = merges.size();
  const std::string_view text = piece.text;
  const Trie& trie = vocabulary.trie();
  std::uint32_t node = Trie::kRoot;
  for (std::size_t cut = 1; cut < text.size(); ++cut) {
    node = trie.child(node, text[cut - 1]);
    if (node == Trie::kNone) break;
    if (trie.value(node) == Trie::kNone) continue;
    const auto right = vocabulary.find(text.substr(cut));
    if (!right) continue;
    const std::string_view left_text = text.substr(0, cut);
    const std::string_view right_text = text.substr(cut);
    merges.push_back({piece.score, text::count_characters(left_text),
                      text::count_characters(right_text), trie.value(node), *right, left_text,
                      right_text});
  }
  std::sort(merges.begin() + static_cast<std::ptrdiff_t>(before), merges.end(),
            [](const Merge& a, const Merge& b) {
              return std::tie(a.left, a.right) < std::tie(b.left, b.right);
            });
}

}  // namespace

base::Json::Array merges_of(const std::vector<SentencePieceModel::Piece>& pieces,
                            const Vocabulary& vocabulary) {
  std::vector<Merge> merges;
  for (const auto& piece : pieces) append_cuts(piece, vocabulary, merges);
  std::stable_sort(merges.begin(), merges.end(), [](const Merge& a, const Merge& b) {
    return std::tie(a.score, a.left_length, a.right_length) >
           std::tie(b.score, b.left_length, b.right_length);
  });
  base::Json::Array pairs;
  pairs.reserve(merges.size());
  for (const Merge& merge : merges) {
    pairs.emplace_back(base::Json::Array{merge.left_text, merge.right_text});
  }
  return pairs;
}

}  // namespace m2v::tokenizer
