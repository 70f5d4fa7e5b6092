// Any bytes as a saved index: they are refused with an error, or are searched, changed and saved
// again. The checksum of the header is put right first: it would keep nearly every change from
// getting further.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/section_file.h"
#include "m2v/error.h"
#include "search/saved_index.h"
#include "search/scan.h"
#include "support/section_bytes.h"

namespace {

void ask(const m2v::search::Contents& contents, const m2v::SearchOptions& options,
         const m2v::search::StoredColumn* group_by) {
  using namespace m2v::search;
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
    search::Contents contents =
        search::load(core::parse_section_file(test::aligned_copy(bytes), "fuzz"));
    ask(contents, {.threads = 1}, nullptr);
    for (const search::StoredColumn& column : contents.columns.all()) {
      const bool strings = column.data.index() == 2;
      const Value value = strings ? Value("en") : Value(std::int64_t{1});
      const bool groups = column.data.index() != 1;
      ask(contents, {.threads = 1, .filter = at_most(column.name, value)},
          groups ? &column : nullptr);
    }
    if (contents.size() > 0) contents.remove(0);
    search::save(contents);
  } catch (const Error&) {
  }
  return 0;
}
