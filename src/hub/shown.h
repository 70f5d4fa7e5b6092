#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "m2v/event.h"

namespace m2v::hub {

/// Makes untrusted text safe to show in a message: one line, without terminal control
/// sequences. ASCII whitespace becomes a space; control, format (including bidirectional),
/// private-use and unassigned characters become \uXXXX, and ill-formed bytes U+FFFD. Texts of more
/// than `longest` characters are cut and end with "...".
std::string sanitized(std::string_view text, std::size_t longest = 300);

/// Removes the token from texts: the whole token and any part of it with at least eight letters and
/// digits, also in encoded form (percent-encoding, JSON and HTML escapes, nested up to four times;
/// base64), in another case, or with characters interspersed that are neither letters, digits nor
/// spaces. Tokens with fewer than four letters and digits are not searched for.
class Redactor {
 public:
  /// No value: nothing is removed.
  explicit Redactor(const std::optional<std::string>& token);

  /// Returns the text with each occurrence replaced by "[token]".
  std::string operator()(std::string_view text) const;

 private:
  // Every part of this size of the token and of its base64, letters and digits in lower case.
  std::set<std::string, std::less<>> parts_;
  std::size_t part_size_ = 0;  // 0: remove nothing
};

/// Runs `work` with a callback whose messages contain neither the token nor terminal control
/// sequences. Exceptions thrown by `work` are rethrown with the same types and sanitized messages.
void with_safe_messages(const std::optional<std::string>& token, const OnEvent& on_event,
                        const std::function<void(const OnEvent&)>& work);

}  // namespace m2v::hub
