#include "tokenizer/id_buffer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using m2v::tokenizer::IdBuffer;

TEST_CASE("ids stay in order while the buffer grows, and its memory while it is emptied") {
  IdBuffer buffer;
  CHECK(buffer.ids().empty());
  std::vector<std::uint32_t> expected;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    std::uint32_t* end = buffer.reserve_more(3);
    *end++ = 2 * i;
    *end++ = 2 * i + 1;
    buffer.set_end(end);  // the third was not needed
    buffer.push_back(i);
    expected.insert(expected.end(), {2 * i, 2 * i + 1, i});
  }
  CHECK(std::ranges::equal(buffer.ids(), expected));
  buffer.shrink(10);
  CHECK(std::ranges::equal(buffer.ids(), std::vector(expected.begin(), expected.begin() + 10)));
  const std::uint32_t* const memory = buffer.data();
  buffer.clear();
  CHECK(buffer.size() == 0);
  buffer.push_back(5);
  CHECK(buffer.data() == memory);
}
