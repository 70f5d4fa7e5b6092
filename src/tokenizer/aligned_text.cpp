#include "tokenizer/aligned_text.h"

#include <utility>

#include "base/cancellation.h"
#include "text/unicode.h"

namespace m2v::tokenizer {
namespace {

constexpr unsigned kCharactersBetweenChecks = 65'536;

}  // namespace

AlignedText::AlignedText(std::string_view utf8, std::size_t begin)
    : characters_(text::to_utf32(utf8)) {
  spans_.reserve(characters_.size());
  base::CancellationChecks checks(kCharactersBetweenChecks);
  for (std::size_t i = 0; i < characters_.size(); ++i) {
    checks.step();
    const auto location = static_cast<std::uint32_t>(begin + i);
    spans_.push_back({location, location + 1});
  }
}

std::string AlignedText::utf8() const { return text::to_utf8(characters_); }

void AlignedText::append(const AlignedText& other, std::size_t begin, std::size_t end) {
  characters_.append(other.characters_, begin, end - begin);
  const auto first = other.spans_.begin();
  spans_.insert(spans_.end(), first + static_cast<std::ptrdiff_t>(begin),
                first + static_cast<std::ptrdiff_t>(end));
}

void AlignedText::prepend(std::u32string_view characters) {
  characters_.insert(0, characters);
  spans_.insert(spans_.begin(), characters.size(), spans_.front());
}

void AlignedText::rewrite(std::span<const text::Rewritten> text) {
  std::u32string characters;
  std::vector<Span> spans;
  characters.reserve(text.size());
  spans.reserve(text.size());
  std::size_t next = 0;
  base::CancellationChecks checks(kCharactersBetweenChecks);
  for (const text::Rewritten& rewritten : text) {
    checks.step();
    characters += rewritten.character;
    spans.push_back(spans_[rewritten.taken > 0 || next == 0 ? next : next - 1]);
    next += rewritten.taken;
  }
  characters_ = std::move(characters);
  spans_ = std::move(spans);
}

AlignedText AlignedText::slice(std::size_t begin, std::size_t end) const {
  base::check_cancelled();
  AlignedText part;
  part.append(*this, begin, end);
  return part;
}

}  // namespace m2v::tokenizer
