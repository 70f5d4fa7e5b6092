#include "text/graphemes.h"

#include "text/look_up.h"
#include "text/tables_generated.h"

namespace m2v::text {
namespace {

using enum GraphemeClass;

template <class... Classes>
bool is_one_of(GraphemeClass c, Classes... classes) noexcept {
  return ((c == classes) || ...);
}

bool joins_hangul(GraphemeClass before, GraphemeClass after) noexcept {
  switch (before) {
    case kHangulL:
      return is_one_of(after, kHangulL, kHangulV, kHangulLv, kHangulLvt);
    case kHangulV:
    case kHangulLv:
      return is_one_of(after, kHangulV, kHangulT);
    case kHangulT:
    case kHangulLvt:
      return after == kHangulT;
    default:
      return false;
  }
}

/// The state of a cluster that decides whether the next character belongs to it. Three rules depend
/// on more than the last character.
class Cluster {
 public:
  explicit Cluster(GraphemeClass first) noexcept { add(first); }

  void add(GraphemeClass c) noexcept {
    flag_is_open_ = c == kRegional && !flag_is_open_;
    if (c == kPictograph) {
      pictograph_ = true;
    } else if (last_ == kJoiner || !is_one_of(c, kExtend, kNonJoiner, kLinker, kJoiner)) {
      pictograph_ = false;
    }
    if (c == kConsonant) {
      consonant_ = true;
      linked_ = false;
    } else if (c == kLinker) {
      linked_ = true;
    } else if (!is_one_of(c, kExtend, kJoiner)) {
      consonant_ = false;
    }
    last_ = c;
  }

  /// Whether c continues the cluster, by the rules GB3 to GB999 of the annex in their order.
  bool takes(GraphemeClass c) const noexcept {
    if (last_ == kCr && c == kLf) return true;
    if (is_one_of(last_, kControl, kCr, kLf) || is_one_of(c, kControl, kCr, kLf)) return false;
    if (joins_hangul(last_, c)) return true;
    if (is_one_of(c, kExtend, kNonJoiner, kLinker, kJoiner, kSpacingMark)) return true;
    if (last_ == kPrepend) return true;
    if (c == kConsonant) return consonant_ && linked_;
    if (c == kPictograph) return pictograph_ && last_ == kJoiner;
    return c == kRegional && flag_is_open_;
  }

 private:
  GraphemeClass last_ = kOther;
  bool flag_is_open_ = false;  // after an odd number of regional indicators
  bool pictograph_ = false;    // after a pictograph followed only by extending characters
  bool consonant_ = false;  // after a consonant followed only by extending characters and linkers
  bool linked_ = false;     // whether there was a linker since that consonant
};

}  // namespace

GraphemeClass grapheme_class(char32_t c) noexcept {
  return static_cast<GraphemeClass>(look_up<tables::kGraphemeClassShift>(
      tables::kGraphemeClassBlocks, tables::kGraphemeClassValues, c));
}

std::size_t grapheme_end(std::u32string_view text, std::size_t begin) noexcept {
  Cluster cluster(grapheme_class(text[begin]));
  std::size_t end = begin + 1;
  for (; end < text.size(); ++end) {
    const GraphemeClass next = grapheme_class(text[end]);
    if (!cluster.takes(next)) break;
    cluster.add(next);
  }
  return end;
}

}  // namespace m2v::text
