#include "hub/digest.h"

#include <doctest/doctest.h>

#include <string_view>

using m2v::hub::Digest;

namespace {

std::string of(Digest digest, std::string_view text) {
  digest.update(std::as_bytes(std::span(text)));
  return digest.hex();
}

}  // namespace

TEST_CASE("SHA-256 of the examples of FIPS 180") {
  CHECK(of(Digest::sha256(), "abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(of(Digest::sha256(), "") ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("git's name of a content, as Pro Git works it out") {
  constexpr std::string_view kText = "what is up, doc?";
  CHECK(of(Digest::git_blob(kText.size()), kText) == "bd9dbf5aae1a3862dd1526723246b20206e5fc37");
  CHECK(of(Digest::git_blob(0), "") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
}

TEST_CASE("in pieces") {
  Digest digest = Digest::sha256();
  for (const std::string_view piece : {"a", "", "bc"}) {
    digest.update(std::as_bytes(std::span(piece)));
  }
  CHECK(digest.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
