#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "m2v/event.h"

namespace m2v::hub {

/// A text from elsewhere as part of a message: on one line, without anything that a terminal would
/// obey. White space is a space; control, format (bidirectional ones among them), private and
/// unassigned characters are written as \uXXXX, ill-formed bytes as U+FFFD. At most `longest`
/// characters; "..." stands for the rest.
std::string shown(std::string_view text, std::size_t longest = 300);

/// Takes the token out of texts: the whole of it, parts of it that are at least eight letters and
/// digits long, and what stands for them: percent-encoding, escapes of JSON and HTML (also of one
/// another), base64, other case, anything in between that is no letter, no digit and no blank.
class Redactor {
 public:
  explicit Redactor(const std::optional<std::string>& token);

  /// The text with "[token]" in place of each part.
  std::string operator()(std::string_view text) const;

 private:
  // Of the token and its base64, letters and digits in lower case: each part of this size.
  std::set<std::string, std::less<>> parts_;
  std::size_t part_size_ = 0;  // 0: nothing is taken out
};

/// Runs `work` with events whose messages hold neither the token nor what a terminal would obey;
/// the same is true of everything that it throws, which keeps its type.
void with_safe_messages(const std::optional<std::string>& token, const OnEvent& on_event,
                        const std::function<void(const OnEvent&)>& work);

}  // namespace m2v::hub
