#include "documents/passages.h"

#include <algorithm>
#include <utility>

#include "base/ascii_space.h"
#include "documents/sentences.h"

namespace m2v::documents {
namespace {

constexpr std::size_t kLevels = 6;
// The approximate size of a token in languages with spaces. It gives first estimates only; counted
// tokens decide.
constexpr std::size_t kBytesPerToken = 4;

std::string_view text_of(const Document& document, const Block& block) {
  return std::string_view(document.text).substr(block.begin, block.end - block.begin);
}

/// Updates the path of headings for the given block.
void descend(const Document& document, const Block& block, std::vector<std::string>& path) {
  if (block.starts_record) path.assign(kLevels, "");
  if (block.level == 0) return;
  std::fill(path.begin() + block.level - 1, path.end(), "");
  std::string& heading = path[block.level - 1u];
  for (const char c : text_of(document, block)) heading += base::is_ascii_space(c) ? ' ' : c;
}

std::string title_of(const Document& document, const std::vector<std::string>& path) {
  std::string title = document.title;
  for (const std::string& heading : path) {
    if (heading.empty() || heading == title) continue;
    if (!title.empty()) title += " \u203A ";
    title += heading;
  }
  return title;
}

/// Fills passages with the blocks of a stretch.
class Cutter {
 public:
  Cutter(const Document& document, const PassageSizes& sizes, const CountTokens& count)
      : document_(document), sizes_(sizes), count_(count) {}

  Pieces cut(const Stretch& stretch) {
    path_ = stretch.path;
    for (const Block& block : stretch.blocks) {
      // A heading without text of its own joins the text that follows it.
      if (block.starts_record || (block.level > 0 && has_body_)) close();
      if (block.starts_record || block.level > 0) {
        descend(document_, block, path_);
        title_is_current_ = false;
      }
      add(block);
    }
    close();
    return std::move(result_);
  }

 private:
  void add(const Block& block) {
    const std::string_view text = text_of(document_, block);
    if (text.empty()) return;
    // Text of this size is too long for a passage, and counting its tokens would be slow.
    const bool huge = text.size() > 16 * kBytesPerToken * sizes_.tokens;
    const std::size_t tokens = huge ? sizes_.tokens + 1 : count_(text);
    if (has_body_ && tokens_ + tokens > sizes_.tokens) close();
    if (tokens_ + tokens <= sizes_.tokens) {
      extend(block, block.begin, block.end, tokens);
    } else {
      add_sentences(block);
    }
    if (block.level == 0) has_body_ = true;
  }

  void add_sentences(const Block& block) {
    const std::string_view text = text_of(document_, block);
    for (const Span& sentence :
         cut_into_sentences(text, document_.cut_at_lines, kBytesPerToken * sizes_.tokens)) {
      add_sentence(block, block.begin + sentence.begin, block.begin + sentence.end);
    }
    sentences_.clear();
  }

  void add_sentence(const Block& block, std::size_t begin, std::size_t end) {
    while (begin < end && base::is_ascii_space(document_.text[begin])) ++begin;
    const std::string_view text = std::string_view(document_.text).substr(begin, end - begin);
    const std::size_t tokens = count_(text);
    if (tokens > sizes_.tokens && text.size() > 8) {
      const std::size_t middle = begin + cut_position(text, text.size() / 2);
      add_sentence(block, begin, middle);
      return add_sentence(block, middle, end);
    }
    if (tokens_ > 0 && tokens_ + tokens > sizes_.tokens) {
      close();
      repeat_sentences(block, sizes_.tokens - std::min(tokens, sizes_.tokens));
    }
    extend(block, begin, end, tokens);
    sentences_.push_back({begin, end, tokens});
  }

  /// Begins a passage with the last sentences of the one before, of at most `max_tokens` tokens.
  void repeat_sentences(const Block& block, std::size_t max_tokens) {
    max_tokens = std::min(max_tokens, sizes_.overlap);
    std::size_t tokens = 0, first = sentences_.size();
    while (first > 0 && tokens + sentences_[first - 1].tokens <= max_tokens) {
      tokens += sentences_[--first].tokens;
    }
    if (first < sentences_.size()) {
      extend(block, sentences_[first].begin, sentences_.back().end, tokens);
    }
    sentences_.erase(sentences_.begin(), sentences_.begin() + static_cast<std::ptrdiff_t>(first));
  }

  void extend(const Block& block, std::size_t begin, std::size_t end, std::size_t tokens) {
    if (!std::exchange(title_is_current_, true))
      result_.titles.push_back(title_of(document_, path_));
    if (!open_) result_.pieces.push_back({.begin = begin, .location = location_of(block, begin)});
    open_ = true;
    result_.pieces.back().end = end;
    if (!has_body_) {
      result_.pieces.back().title = static_cast<std::uint32_t>(result_.titles.size() - 1);
    }
    tokens_ += tokens;
  }

  /// Returns the line or page of the file for a position in a block.
  std::uint32_t location_of(const Block& block, std::size_t position) {
    if (document_.locations != LocationUnit::kLines) return block.location;
    if (block.begin >= known_position_ || position < known_position_) {
      known_position_ = block.begin;
      known_line_ = block.location;
    }
    const std::string_view between =
        std::string_view(document_.text).substr(known_position_, position - known_position_);
    known_line_ += static_cast<std::uint32_t>(std::ranges::count(between, '\n'));
    known_position_ = position;
    return known_line_;
  }

  void close() {
    open_ = has_body_ = false;
    tokens_ = 0;
  }

  const Document& document_;
  const PassageSizes& sizes_;
  const CountTokens& count_;
  Pieces result_;
  std::vector<std::string> path_;
  bool title_is_current_ = false;   // the last title is that of path_
  bool open_ = false;               // the last passage can be extended
  bool has_body_ = false;           // it has more than headings
  std::size_t tokens_ = 0;          // number of its tokens
  std::size_t known_position_ = 0;  // a position whose line is known_line_
  std::uint32_t known_line_ = 1;
  struct Sentence {
    std::size_t begin, end, tokens;
  };
  std::vector<Sentence> sentences_;  // those of the paragraph being cut that the last passage has
};

}  // namespace

std::vector<Stretch> divide(const Document& document, std::size_t bytes) {
  std::vector<Stretch> stretches;
  const std::span<const Block> blocks = document.blocks;
  std::vector<std::string> path(kLevels);
  for (std::size_t first = 0; first < blocks.size();) {
    Stretch stretch{{}, path};
    std::size_t end = first;
    while (end < blocks.size()) {
      const bool enough = end > first && blocks[end].begin - blocks[first].begin >= bytes;
      // Keep headings together with the text below them.
      if (enough && blocks[end - 1].level == 0) break;
      descend(document, blocks[end++], path);
    }
    stretch.blocks = blocks.subspan(first, end - first);
    stretches.push_back(std::move(stretch));
    first = end;
  }
  return stretches;
}

Pieces cut_into_passages(const Document& document, const Stretch& stretch,
                         const PassageSizes& sizes, const CountTokens& count) {
  return Cutter(document, sizes, count).cut(stretch);
}

}  // namespace m2v::documents
