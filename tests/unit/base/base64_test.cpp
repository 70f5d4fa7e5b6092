#include "base/base64.h"

#include <doctest/doctest.h>

using m2v::base::decode_base64;
using m2v::base::encode_base64;

// The first are the examples of RFC 4648.
TEST_CASE("base64 is decoded") {
  CHECK(decode_base64("") == "");
  CHECK(decode_base64("Zg==") == "f");
  CHECK(decode_base64("Zm8=") == "fo");
  CHECK(decode_base64("Zm9v") == "foo");
  CHECK(decode_base64("Zm9vYmFy") == "foobar");
  CHECK(decode_base64("+/+/") == "\xFB\xFF\xBF");
  CHECK(decode_base64("AAAA") == std::string(3, '\0'));
}

TEST_CASE("padding may be missing, and nothing else may be wrong") {
  CHECK(decode_base64("Zg") == "f");
  CHECK(decode_base64("Zg=") == "f");
  CHECK(decode_base64("Zm8") == "fo");
  for (const char* const wrong : {"Z", "=", "Zg===", "Zm9v=", "Zm=v", "Zm 9v", "Zm9v\n", "Zm-v",
                                  "Zm_v", "Zh==", "Zm9=", "Zm9v\xC3\xA9"}) {
    CAPTURE(wrong);
    CHECK_FALSE(decode_base64(wrong).has_value());
  }
}

TEST_CASE("base64 is encoded") {
  CHECK(encode_base64("") == "");
  CHECK(encode_base64("f") == "Zg==");
  CHECK(encode_base64("fo") == "Zm8=");
  CHECK(encode_base64("foo") == "Zm9v");
  CHECK(encode_base64("foobar") == "Zm9vYmFy");
  CHECK(encode_base64("\xFB\xFF\xBF") == "+/+/");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (std::size_t size = 0; size <= all.size(); ++size) {
    CHECK(decode_base64(encode_base64(all.substr(0, size))) == all.substr(0, size));
  }
}
