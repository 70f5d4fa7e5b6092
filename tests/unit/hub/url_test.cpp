#include "hub/url.h"

#include <doctest/doctest.h>

#include "m2v/error.h"

using namespace m2v::hub;

TEST_CASE("origins") {
  CHECK(origin_of("https://Hub.Example/a?b#c") == "https://hub.example:443");
  CHECK(origin_of("http://hub.example") == "http://hub.example:80");
  CHECK(origin_of("https://hub.example:8443/") == "https://hub.example:8443");
  CHECK(origin_of("https://hub.example") != origin_of("http://hub.example:443"));
  // What is before the @ is no host.
  CHECK(origin_of("https://hub.example@evil.example/") == "https://evil.example:443");
  for (const char* const bad : {"", "https://", "no url", "https://a b/"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(origin_of(bad), m2v::HubError);
  }
}

TEST_CASE("where a redirect leads, by the examples of RFC 3986") {
  const std::string base = "http://a/b/c/d;p?q";
  CHECK(resolved_url(base, "g") == "http://a/b/c/g");
  CHECK(resolved_url(base, "/g") == "http://a/g");
  CHECK(resolved_url(base, "//g/") == "http://g/");
  CHECK(resolved_url(base, "../g") == "http://a/b/g");
  CHECK(resolved_url(base, "https://other/x?y") == "https://other/x?y");
}

TEST_CASE("this machine") {
  for (const char* const url :
       {"http://localhost:80", "http://127.0.0.1", "http://127.9.9.9:1/x", "http://[::1]:5/"}) {
    CAPTURE(url);
    CHECK(is_loopback(url));
  }
  for (const char* const url : {"http://example.org", "http://127.0.0.1.example.org",
                                "http://localhost.example.org", "http://128.0.0.1"}) {
    CAPTURE(url);
    CHECK_FALSE(is_loopback(url));
  }
}

TEST_CASE("what is shown of a URL") {
  CHECK(url_for_display("https://a/b?X-Signature=secret#x") == "https://a/b");
  CHECK(url_for_display("https://a/b") == "https://a/b");
}
