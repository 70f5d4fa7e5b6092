#include "tokenizer/regex/onig_pattern.h"

#include <stdexcept>

#ifdef M2V_WITH_ONIGURUMA

#include <oniguruma.h>

#include <algorithm>
#include <mutex>

#include "base/cancellation.h"
#include "m2v/error.h"
#include "text/unicode.h"

namespace m2v::tokenizer {
namespace {

constexpr unsigned kOnigMatchesBetweenChecks = 1024;

using Region = std::unique_ptr<OnigRegion, void (*)(OnigRegion*)>;
using Parameters = std::unique_ptr<OnigMatchParam, decltype(&onig_free_match_param)>;

/// A text as a pair of pointers for Oniguruma.
struct Bytes {
  const OnigUChar* begin;
  const OnigUChar* end;

  explicit Bytes(std::string_view text)
      : begin(reinterpret_cast<const OnigUChar*>(text.data())), end(begin + text.size()) {}
};

std::string message_of(int code, const OnigErrorInfo* info = nullptr) {
  OnigUChar message[ONIG_MAX_ERROR_MESSAGE_LEN];
  const int length = onig_error_code_to_str(message, code, info);
  return {reinterpret_cast<const char*>(message), static_cast<std::size_t>(length)};
}

void initialize_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
    onig_initialize(encodings, 1);
  });
}

/// Limits the backtracking on one text. Oniguruma only limits single searches, so each search
/// starts with a small allowance and is repeated with a larger one if that is exceeded. Every
/// allowance but the smallest is deducted in full from the total, so patterns with quadratic
/// backtracking fail like those with exponential backtracking.
class Allowance {
 public:
  explicit Allowance(std::size_t text_size)
      : left_(50'000'000 + 20 * static_cast<unsigned long>(text_size)),
        parameters_(onig_new_match_param(), onig_free_match_param) {
    onig_initialize_match_param(parameters_.get());
  }

  /// Returns the result of `attempt(parameters)` with a sufficient allowance, or Oniguruma's error
  /// code for an exceeded limit if the total does not suffice.
  template <typename Attempt>
  int run(Attempt attempt) {
    constexpr unsigned long kMinAllowance = 4'096;
    for (unsigned long limit = kMinAllowance;; limit *= 16) {
      limit = std::min(limit, left_);
      onig_set_retry_limit_in_match_of_match_param(parameters_.get(), limit);
      onig_set_retry_limit_in_search_of_match_param(parameters_.get(), limit);
      const int result = attempt(parameters_.get());
      const bool too_small = result == ONIGERR_RETRY_LIMIT_IN_MATCH_OVER ||
                             result == ONIGERR_RETRY_LIMIT_IN_SEARCH_OVER;
      if (too_small && limit == left_) return result;
      if (too_small || limit > kMinAllowance) left_ = std::max(left_ - limit, kMinAllowance);
      if (!too_small) return result;
    }
  }

 private:
  unsigned long left_;
  Parameters parameters_;
};

/// Returns whether a result code means a match. Throws Error for an error code.
bool matched(int code, const std::string& expression) {
  if (code >= 0 || code == ONIG_MISMATCH) return code >= 0;
  throw Error("the regular expression \"" + expression + "\" fails: " + message_of(code));
}

}  // namespace

OnigPattern::OnigPattern(const std::string& expression, Syntax syntax) : expression_(expression) {
  initialize_once();
  const Bytes bytes(expression);
  if (!onigenc_is_valid_mbc_string(ONIG_ENCODING_UTF8, bytes.begin, bytes.end)) {
    throw std::invalid_argument("not valid UTF-8");
  }
  regex_t* regex = nullptr;
  OnigErrorInfo info{};
  const int code =
      onig_new(&regex, bytes.begin, bytes.end, ONIG_OPTION_NONE, ONIG_ENCODING_UTF8,
               syntax == Syntax::kPython ? ONIG_SYNTAX_PYTHON : ONIG_SYNTAX_ONIGURUMA, &info);
  if (code != ONIG_NORMAL) throw std::invalid_argument(message_of(code, &info));
  regex_ = std::shared_ptr<void>(regex, [](void* used) { onig_free(static_cast<regex_t*>(used)); });
}

bool OnigPattern::matches_start(std::string_view text) const {
  const Bytes bytes(text);
  const int code = Allowance(text.size()).run([&](OnigMatchParam* parameters) {
    return onig_match_with_param(static_cast<regex_t*>(regex_.get()), bytes.begin, bytes.end,
                                 bytes.begin, nullptr, ONIG_OPTION_NONE, parameters);
  });
  return matched(code, expression_);
}

void OnigPattern::find_all(std::string_view text,
                           std::vector<std::pair<std::size_t, std::size_t>>& matches) const {
  const Bytes bytes(text);
  const Region region(onig_region_new(), [](OnigRegion* used) { onig_region_free(used, 1); });
  Allowance allowance(text.size());
  const auto find_from = [&](std::size_t start) {
    return allowance.run([&](OnigMatchParam* parameters) {
      return onig_search_with_param(static_cast<regex_t*>(regex_.get()), bytes.begin, bytes.end,
                                    bytes.begin + start, bytes.end, region.get(), ONIG_OPTION_NONE,
                                    parameters);
    });
  };
  const std::size_t first = matches.size();
  std::size_t start = 0;
  base::CancellationChecks checks(kOnigMatchesBetweenChecks);
  while (start <= text.size() && matched(find_from(start), expression_)) {
    checks.step();
    const auto begin = static_cast<std::size_t>(region->beg[0]);
    const auto end = static_cast<std::size_t>(region->end[0]);
    if (begin == end && matches.size() > first && matches.back().second == end) {
      // An empty match at the end of the previous match: continue after the next character.
      if (start == text.size()) return;
      text::decode_utf8(text, start);
    } else {
      matches.emplace_back(begin, end);
      start = end;
    }
  }
}

}  // namespace m2v::tokenizer

#else

namespace m2v::tokenizer {

OnigPattern::OnigPattern(const std::string& expression, Syntax) : expression_(expression) {
  throw std::invalid_argument(
      "it needs Oniguruma, which this build of m2v is without (M2V_WITH_ONIGURUMA=OFF)");
}

bool OnigPattern::matches_start(std::string_view) const { return false; }

void OnigPattern::find_all(std::string_view,
                           std::vector<std::pair<std::size_t, std::size_t>>&) const {}

}  // namespace m2v::tokenizer

#endif
