// Loads arbitrary bytes as a saved index, which must throw an Error, or can be searched, changed
// and saved again. The checksum of the header is corrected first, since it would catch nearly every
// mutation.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "formats/section_file.h"
#include "index/saved_index.h"
#include "index/scan.h"
#include "m2v/error.h"
#include "support/section_bytes.h"

namespace {

void ask(const m2v::index::Contents& contents, const m2v::SearchOptions& options,
         const m2v::index::StoredColumn* group_by) {
  using namespace m2v::index;
  const Condition condition(options.filter, contents.columns);
  const std::vector<float> query(contents.dim, 0.25f);
  std::vector<std::vector<m2v::Hit>> hits(1);
  search_tile(contents, m2v::MatrixView(query.data(), 1, contents.dim),
              {std::max<std::size_t>(1, contents.size()), options, condition, group_by}, hits);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace m2v;
  std::vector<std::byte> bytes(size);
  std::transform(data, data + size, bytes.begin(),
                 [](std::uint8_t byte) { return std::byte{byte}; });
  test::seal(bytes);
  try {
    index::Contents contents =
        index::load(formats::parse_section_file(test::aligned_copy(bytes), "fuzz"));
    ask(contents, {.threads = 1}, nullptr);
    for (const index::StoredColumn& column : contents.columns.all()) {
      const bool strings = column.data.index() == 2;
      const Value value = strings ? Value("en") : Value(std::int64_t{1});
      const bool groups = column.data.index() != 1;
      ask(contents, {.threads = 1, .filter = m2v::filter::at_most(column.name, value)},
          groups ? &column : nullptr);
    }
    if (contents.size() > 0) contents.remove(0);
    index::save(contents);
  } catch (const Error&) {
  }
  return 0;
}
