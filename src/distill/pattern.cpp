#include "distill/pattern.h"

#include <oniguruma.h>

#include <mutex>
#include <stdexcept>

namespace m2v::distillation {
namespace {

// Backtracking steps on one token: far more than any sensible expression takes.
constexpr unsigned long kMostRetries = 10'000'000;

/// A text as Oniguruma takes it.
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
    onig_set_retry_limit_in_match(kMostRetries);
  });
}

}  // namespace

Pattern::Pattern(const std::string& expression) : expression_(expression) {
  initialize_once();
  const Bytes bytes(expression);
  if (!onigenc_is_valid_mbc_string(ONIG_ENCODING_UTF8, bytes.begin, bytes.end))
    fail("not valid UTF-8");
  regex_t* regex = nullptr;
  OnigErrorInfo info{};
  const int code = onig_new(&regex, bytes.begin, bytes.end, ONIG_OPTION_NONE, ONIG_ENCODING_UTF8,
                            ONIG_SYNTAX_PYTHON, &info);
  if (code != ONIG_NORMAL) fail(message_of(code, &info));
  regex_ = std::shared_ptr<void>(regex, [](void* used) { onig_free(static_cast<regex_t*>(used)); });
}

bool Pattern::matches_start(std::string_view text) const {
  const Bytes bytes(text);
  const int code = onig_match(static_cast<regex_t*>(regex_.get()), bytes.begin, bytes.end,
                              bytes.begin, nullptr, ONIG_OPTION_NONE);
  if (code < 0 && code != ONIG_MISMATCH) fail(message_of(code));
  return code >= 0;
}

void Pattern::fail(const std::string& problem) const {
  throw std::invalid_argument("token_remove_pattern \"" + expression_ +
                              "\" is not a usable regular expression: " + problem);
}

}  // namespace m2v::distillation
