// Loads arbitrary bytes as a compiled model, which must throw an Error or encode any text. The
// checksum of the header is corrected first, since it would catch nearly every mutation.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/impl_access.h"
#include "formats/section_file.h"
#include "m2v/error.h"
#include "m2v/static_model.h"
#include "model/model_impl.h"
#include "support/section_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace m2v;
  std::vector<std::byte> bytes(size);
  std::transform(data, data + size, bytes.begin(),
                 [](std::uint8_t byte) { return std::byte{byte}; });
  test::seal(bytes);
  try {
    const auto model = ImplAccess::make<StaticModel>(
        model::load_compiled(formats::parse_section_file(test::aligned_copy(bytes), "fuzz")));
    const std::string_view own(reinterpret_cast<const char*>(data),
                               std::min<std::size_t>(size, 300));
    for (const std::string_view text :
         {std::string_view("Hello, w\xC3\xB6rld! the ab's \xE6\x9D\xB1 12 <x>"), own}) {
      std::ignore = model.encode(text);
      for (const Token& token : model.tokenizer().encode_with_offsets(text)) {
        std::ignore = model.tokenizer().token(token.id);
      }
    }
  } catch (const Error&) {
  }
  return 0;
}
