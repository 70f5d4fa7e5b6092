#include "tokenizer/charsmap.h"

#include <bit>
#include <cstring>
#include <string>
#include <unordered_set>
#include <vector>

#include "text/unicode.h"

namespace m2v::tokenizer {
namespace {

constexpr std::size_t kUnitSize = 4;
constexpr std::uint32_t kLeafBit = 1u << 31;
constexpr std::uint32_t kLabelBits = kLeafBit | 0xFF;  // with the leaf bit, no leaf matches a label

static_assert(std::endian::native == std::endian::little, "units are used as they lie");

}  // namespace

Charsmap Charsmap::parse(const base::FlatArray<char>& bytes, const base::JsonAt& where) {
  const Charsmap map = load(bytes, where);
  const std::string_view replacements = map.replacements_.view();
  if (text::to_utf8(text::to_utf32(replacements)) != replacements) {
    where.fail("the character map's replacements are not UTF-8");
  }
  map.check_steps(where);
  return map;
}

Charsmap Charsmap::load(const base::FlatArray<char>& bytes, const base::JsonAt& where) {
  if (bytes.size() < kUnitSize) where.fail("the character map has no size");
  std::uint32_t size;
  std::memcpy(&size, bytes.data(), kUnitSize);
  const std::size_t units = size / kUnitSize;
  if (units == 0) where.fail("the character map is empty");
  if (units > bytes.size() / kUnitSize - 1) where.fail("the character map is truncated");
  const char* const first = bytes.data() + kUnitSize;
  if (reinterpret_cast<std::uintptr_t>(first) % alignof(std::uint32_t) != 0) {
    where.fail("the character map is not aligned to 4 bytes");
  }
  Charsmap map;
  map.units_ = {{reinterpret_cast<const std::uint32_t*>(first), units}, bytes.owner()};
  map.replacements_ = {bytes.span().subspan((1 + units) * kUnitSize), bytes.owner()};
  return map;
}

std::optional<std::string_view> Charsmap::find(std::string_view key) const noexcept {
  std::uint32_t start = start_from(0);
  for (const char byte : key) {
    const auto next = step(start, static_cast<unsigned char>(byte));
    if (!next) return std::nullopt;
    start = next->start;
    if (next->has_leaf) {
      if (start >= units_.size() || replacement_at(start) > replacements_.size()) {
        return std::nullopt;  // possible only in a damaged file
      }
      const std::string_view rest = replacements_.view().substr(replacement_at(start));
      return rest.substr(0, rest.find('\0'));
    }
  }
  return std::nullopt;
}

std::uint32_t Charsmap::start_from(std::uint32_t location) const noexcept {
  const std::uint32_t unit = units_[location];
  return location ^ unit >> 10 << ((unit >> 9 & 1) * 8);
}

std::optional<Charsmap::Step> Charsmap::step(std::uint32_t start,
                                             unsigned char byte) const noexcept {
  const std::uint32_t location = start ^ byte;
  if (byte == 0 || location >= units_.size()) return std::nullopt;
  if ((units_[location] & kLabelBits) != byte) return std::nullopt;
  return Step{start_from(location), (units_[location] >> 8 & 1) != 0};
}

std::size_t Charsmap::replacement_at(std::uint32_t leaf) const noexcept {
  return units_[leaf] & ~kLeafBit;
}

void Charsmap::check_replacement(std::uint32_t leaf, const base::JsonAt& where) const {
  if (leaf >= units_.size()) where.fail("the character map has a leaf that is out of bounds");
  const std::size_t location = replacement_at(leaf);
  if (location > replacements_.size() ||
      (location < replacements_.size() && !text::starts_character(replacements_[location]))) {
    where.fail("the character map has a replacement that is out of bounds");
  }
}

void Charsmap::check_steps(const base::JsonAt& where) const {
  std::vector<std::uint32_t> open{start_from(0)};
  std::unordered_set<std::uint32_t> seen(open.begin(), open.end());
  while (!open.empty()) {
    const std::uint32_t start = open.back();
    open.pop_back();
    for (unsigned byte = 1; byte < 256; ++byte) {
      const auto next = step(start, static_cast<unsigned char>(byte));
      if (!next) continue;
      if (next->has_leaf) {
        check_replacement(next->start, where);  // find() never goes past a leaf
      } else if (seen.insert(next->start).second) {
        open.push_back(next->start);
      }
    }
  }
}

}  // namespace m2v::tokenizer
