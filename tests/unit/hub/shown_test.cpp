#include "hub/shown.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <stdexcept>

#include "base/base64.h"
#include "m2v/error.h"

using m2v::hub::Redactor;
using m2v::hub::sanitized;
using m2v::hub::with_safe_messages;

namespace {

constexpr char kToken[] = "hf_AbCdEfGhIjKlMnOpQrStUvWxYz0123456";

std::string redacted(const std::string& text) { return Redactor(std::string(kToken))(text); }

}  // namespace

TEST_CASE("what a terminal would obey is written as an escape") {
  CHECK(sanitized("plain, \xC3\xA4\xE4\xB8\x80") == "plain, \xC3\xA4\xE4\xB8\x80");
  CHECK(sanitized("a\tb\r\nc") == "a b  c");
  CHECK(sanitized("esc\x1B[31m \x7F \xC2\x9B") == "esc\\u001B[31m \\u007F \\u009B");
  CHECK(sanitized("\xE2\x80\xAE"
                  "abc"
                  "\xE2\x81\xA6") == "\\u202Eabc\\u2066");  // bidi
  CHECK(sanitized("a\xE2\x80\x8B"
                  "b\xEF\xBB\xBF") == "a\\u200Bb\\uFEFF");             // of no width
  CHECK(sanitized("\xE2\x80\xA8 \xE2\x80\xA9") == "\\u2028 \\u2029");  // separators
  CHECK(sanitized("\xF3\xA0\x81\x81") == "\\U000E0041");               // tags
  CHECK(sanitized("\xEE\x80\x80") == "\\uE000");                       // private
  CHECK(sanitized("\xFF") == "\xEF\xBF\xBD");
  CHECK(sanitized(sanitized("\xE2\x80\xAE")) == "\\u202E");
}

TEST_CASE("texts are cut by characters") {
  CHECK(sanitized(std::string(300, 'x')) == std::string(300, 'x'));
  CHECK(sanitized(std::string(90'000, 'x')) == std::string(300, 'x') + "...");
  CHECK(sanitized("\xC3\xA4\xC3\xA4\xC3\xA4", 2) == "\xC3\xA4\xC3\xA4...");
}

TEST_CASE("a token is taken out, however it is written") {
  const std::string token = kToken;
  CHECK(redacted("bad token " + token + "!") == "bad token [token]!");
  CHECK(redacted(token + token) == "[token][token]");
  CHECK(redacted("a " + token.substr(0, 12) + " b") == "a [token] b");
  CHECK(redacted("a " + token.substr(20) + "...") == "a [token]...");
  std::string percent, unicode, hexadecimal, html, upper, split;
  for (const char c : token) {
    char text[16];
    std::snprintf(text, sizeof text, "%%%02X", static_cast<unsigned>(c));
    percent += text;
    std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(c));
    unicode += text;
    std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned>(c));
    hexadecimal += text;
    html += "&#" + std::to_string(static_cast<int>(c)) + ";";
    upper += static_cast<char>(std::toupper(c));
    split += std::string(1, c) + "\xE2\x80\x8B";
  }
  std::string twice;
  for (const char c : percent) twice += c == '%' ? "%25" : std::string(1, c);
  for (const std::string& text : {percent, unicode, hexadecimal, html, upper, split, twice}) {
    CAPTURE(text);
    CHECK(redacted("x=" + text + " y").starts_with("x=[token]"));
    CHECK(redacted("x=" + text + " y").ends_with(" y"));
  }
  for (const char* const before : {"", "u", "me", "me:", "Bearer "}) {
    const std::string encoded = m2v::base::encode_base64(before + token);
    CAPTURE(encoded);
    const std::string left = redacted("Basic " + encoded);
    CHECK(left.find("[token]") != std::string::npos);
    CHECK(left.size() < 30);
  }
}

TEST_CASE("what is no token stays") {
  for (const char* const text : {"", "hf_", "HF_TOKEN", "the token of me", "100% %zz \\u12 &#; &#x",
                                 "abcdefg", "\xFF\xFE"}) {
    CHECK(redacted(text) == text);
  }
  CHECK(Redactor(std::nullopt)("anything") == "anything");
  CHECK(Redactor(std::string("a"))("a banana") == "a banana");
  CHECK(Redactor(std::string("hf_theTokenOfMe"))("what the token may do") ==
        "what the token may do");
}

TEST_CASE("errors keep their types, and lose the token") {
  const auto run = [](const auto& error) {
    with_safe_messages(std::string(kToken), {}, [&](const m2v::OnEvent&) { throw error; });
  };
  const std::string token = kToken;
  try {
    run(m2v::HubError("\xE2\x80\xAE" + token, "http://x/" + token, 404));
    FAIL("nothing thrown");
  } catch (const m2v::HubError& error) {
    CHECK(std::string(error.what()) == "\\u202E[token]");
    CHECK(error.url() == "http://x/[token]");
    CHECK(error.status() == 404);
  }
  try {
    run(m2v::FormatError(token, "$.a", "is " + token));
    FAIL("nothing thrown");
  } catch (const m2v::FormatError& error) {
    CHECK(std::string(error.what()) == "[token]: $.a: is [token]");
    CHECK(error.location() == "$.a");
  }
  try {
    run(m2v::IoError("cannot open", "/a/" + token, ENOENT));
    FAIL("nothing thrown");
  } catch (const m2v::IoError& error) {
    CHECK(std::string(error.what()) == "cannot open /a/[token]: No such file or directory");
    CHECK(error.error_number() == ENOENT);
  }
  CHECK_THROWS_AS(run(m2v::Cancelled()), m2v::Cancelled);
  CHECK_THROWS_AS(run(std::invalid_argument(token)), std::invalid_argument);
  CHECK_THROWS_AS(run(std::bad_alloc()), std::bad_alloc);
}

TEST_CASE("events lose the token as well") {
  std::vector<std::string> messages;
  const m2v::OnEvent on_event = [&](const m2v::Event& event) {
    messages.push_back(event.message);
    return true;
  };
  with_safe_messages(std::string(kToken), on_event, [](const m2v::OnEvent& events) {
    events({.stage = "stage", .message = "said " + std::string(kToken)});
  });
  CHECK(messages == std::vector<std::string>{"said [token]"});
}
