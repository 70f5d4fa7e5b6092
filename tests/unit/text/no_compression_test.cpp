#include <doctest/doctest.h>

#include <string>

#include "m2v/error.h"
#include "text/text_source.h"

using namespace std::string_literals;

TEST_CASE("compressed data are refused, with the reason") {
  for (const std::string& bytes : {"\x1F\x8B\x08\0rest"s, "\x28\xB5\x2F\xFDrest"s}) {
    std::string problem = "none";
    try {
      auto source = m2v::text::TextSource::of_memory(bytes, "a.gz");
      std::string part(16, '\0');
      source.read(part);
    } catch (const m2v::FormatError& error) {
      problem = error.what();
    }
    CHECK(problem == "a.gz: is compressed, but m2v was built without M2V_WITH_COMPRESSION");
  }
}
