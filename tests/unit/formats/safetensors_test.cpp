#include "formats/safetensors.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <limits>

#include "m2v/error.h"
#include "support/temp_folder.h"

using m2v::FormatError;
using m2v::IoError;
using m2v::formats::SafetensorsFile;
using m2v::formats::TensorType;
using m2v::formats::TensorView;
using m2v::test::bytes_of;
using m2v::test::read_file;
using m2v::test::safetensors_file;
using m2v::test::TempFolder;
using m2v::test::write_file;

namespace {

TensorView view(std::string name, TensorType type, std::vector<std::size_t> shape,
                std::string_view bytes) {
  return {std::move(name), type, std::move(shape), std::as_bytes(std::span(bytes))};
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

constexpr TensorType kAllTypes[] = {
    TensorType::kBool, TensorType::kU8,  TensorType::kI8,  TensorType::kF8E5M2, TensorType::kF8E4M3,
    TensorType::kI16,  TensorType::kU16, TensorType::kF16, TensorType::kBF16,   TensorType::kI32,
    TensorType::kU32,  TensorType::kF32, TensorType::kF64, TensorType::kI64,    TensorType::kU64};

}  // namespace

TEST_CASE("every dtype is written and read back") {
  const TempFolder folder;
  const std::string bytes = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL";  // 48 of them
  for (const TensorType type : kAllTypes) {
    const std::size_t size = m2v::formats::tensor_type_size(type);
    const TensorView tensor = view("t", type, {2, 3}, std::string_view(bytes).substr(0, 6 * size));
    write_safetensors(folder / "t.safetensors", std::span(&tensor, 1));
    const SafetensorsFile file = SafetensorsFile::open(folder / "t.safetensors");
    REQUIRE(file.tensors().size() == 1);
    const TensorView& read = file.at("t");
    CHECK(read.type == type);
    CHECK(read.shape == std::vector<std::size_t>{2, 3});
    CHECK(text_of(read.bytes) == bytes.substr(0, 6 * size));
    CHECK(read_file(folder / "t.safetensors").find(m2v::formats::tensor_type_name(type)) !=
          std::string::npos);
  }
}

TEST_CASE("the file's bytes are those of the format's reference") {
  const TempFolder folder;
  const std::string f32 = bytes_of<float>({1.5f, -2.0f});
  const std::string f64 = bytes_of<double>({0.25});
  const std::string i32 = bytes_of<std::int32_t>({7, 8, 9});
  const TensorView tensors[] = {
      view("mapping", TensorType::kI32, {3}, i32), view("b", TensorType::kF32, {2, 1}, f32),
      view("weights", TensorType::kF64, {1}, f64), view("a", TensorType::kF32, {0, 4}, "")};
  write_safetensors(folder / "t.safetensors", tensors);
  std::string header = R"({"weights":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},)"
                       R"("a":{"dtype":"F32","shape":[0,4],"data_offsets":[8,8]},)"
                       R"("b":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]},)"
                       R"("mapping":{"dtype":"I32","shape":[3],"data_offsets":[16,28]}})";
  header.append((8 - header.size() % 8) % 8, ' ');
  CHECK(read_file(folder / "t.safetensors") == safetensors_file(header, f64 + f32 + i32));
  CHECK(m2v::test::names_in(folder.path()) == std::vector<std::string>{"t.safetensors"});

  const std::string once = read_file(folder / "t.safetensors");
  write_safetensors(folder / "t.safetensors", tensors);
  CHECK(read_file(folder / "t.safetensors") == once);
}

TEST_CASE("names and metadata are escaped, and metadata is read over") {
  const TempFolder folder;
  const std::string data = "\x01\x02";
  const TensorView tensor = view("a \"quoted\"\nname é", TensorType::kU8, {2}, data);
  const std::pair<std::string, std::string> metadata[] = {{"format", "np"}, {"k\\", "\"v\""}};
  write_safetensors(folder / "t.safetensors", std::span(&tensor, 1), metadata);
  const SafetensorsFile file = SafetensorsFile::open(folder / "t.safetensors");
  REQUIRE(file.tensors().size() == 1);
  CHECK(file.at(tensor.name).elements() == 2);
  CHECK(read_file(folder / "t.safetensors")
            .find(R"({"__metadata__":{"format":"np","k\\":"\"v\""},)") == 8);
}

TEST_CASE("a file may be without tensors, unpadded, and in another order than its header") {
  const TempFolder folder;
  write_file(folder / "empty", safetensors_file("{}", ""));
  CHECK(SafetensorsFile::open(folder / "empty").tensors().empty());

  const std::string floats = bytes_of<float>({3.5f});
  write_file(folder / "odd",
             safetensors_file(R"({"b":{"dtype":"F32","shape":[],"data_offsets":[1,5]},)"
                              R"("none":{"dtype":"I8","shape":[0],"data_offsets":[1,1]},)"
                              R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}} )",
                              "z" + floats));
  const SafetensorsFile file = SafetensorsFile::open(folder / "odd");
  CHECK(file.tensors().size() == 3);
  CHECK(file.at("b").elements() == 1);
  CHECK(to_float32(file.at("b"), "odd") == std::vector<float>{3.5f});  // unaligned
  CHECK(file.find("c") == nullptr);
  CHECK_THROWS_WITH_AS(file.at("c"),
                       (file.path() + ": $.c: no such tensor; the file has b, none, a").c_str(),
                       FormatError);
}

TEST_CASE("float types are widened, others refused") {
  const std::string half = bytes_of<std::uint16_t>({0x3c00, 0xc000, 0x0001});
  const std::string brain = bytes_of<std::uint16_t>({0x3f80, 0xc000});
  const std::string doubles = bytes_of<double>({0.1, -3});
  const std::string floats = bytes_of<float>({0.1f});
  using m2v::formats::to_float32;
  using m2v::formats::to_float64;
  CHECK(to_float32(view("h", TensorType::kF16, {3}, half), "f") ==
        std::vector<float>{1, -2, 0x1p-24f});
  CHECK(to_float64(view("b", TensorType::kBF16, {2}, brain), "f") == std::vector<double>{1, -2});
  CHECK(to_float32(view("d", TensorType::kF64, {2}, doubles), "f") == std::vector<float>{0.1f, -3});
  CHECK(to_float64(view("d", TensorType::kF64, {2}, doubles), "f") == std::vector<double>{0.1, -3});
  CHECK(to_float64(view("s", TensorType::kF32, {1}, floats), "f") ==
        std::vector<double>{double{0.1f}});
  CHECK_THROWS_WITH_AS(to_float32(view("i", TensorType::kI8, {2}, "ab"), "f"),
                       "f: $.i.dtype: expected F16, BF16, F32 or F64, found I8", FormatError);
}

TEST_CASE("tensors that contradict themselves are not written") {
  const TempFolder folder;
  const auto refused = [&](std::vector<TensorView> tensors) {
    CHECK_THROWS_AS(write_safetensors(folder / "t.safetensors", tensors), std::invalid_argument);
  };
  refused({view("a", TensorType::kF32, {2}, "1234")});
  refused({view("a", TensorType::kU8, {1}, "1"), view("a", TensorType::kU8, {1}, "2")});
  refused({view("__metadata__", TensorType::kU8, {1}, "1")});
  refused({view("a", TensorType::kF64, {std::numeric_limits<std::size_t>::max(), 2}, "")});
  CHECK(m2v::test::names_in(folder.path()).empty());
}

TEST_CASE("writing where nothing can be written is an IoError that names the file") {
  const TempFolder folder;
  const TensorView tensor = view("a", TensorType::kU8, {1}, "1");
  try {
    write_safetensors(folder / "missing/t.safetensors", std::span(&tensor, 1));
    FAIL("no exception");
  } catch (const IoError& error) {
    CHECK(error.path() == folder / "missing/t.safetensors");
    CHECK(error.error_number() == ENOENT);
  }
}

TEST_CASE("files written by the format's own library, if the shared data is there") {
  const char* shared = std::getenv("M2V_SHARED");
  if (shared == nullptr) return;
  const TempFolder folder;
  std::size_t files = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::filesystem::path(shared) / "reference")) {
    if (entry.path().extension() != ".safetensors") continue;
    const SafetensorsFile file = SafetensorsFile::open(entry.path());
    const std::string original = read_file(entry.path());
    const bool has_metadata = original.find("{\"__metadata__\":{\"format\":\"pt\"}") == 8;
    const std::vector<std::pair<std::string, std::string>> metadata = {{"format", "pt"}};
    write_safetensors(folder / "copy", file.tensors(),
                      std::span(metadata).first(has_metadata ? 1 : 0));
    CHECK_MESSAGE(read_file(folder / "copy") == original, entry.path().string());
    ++files;
  }
  CHECK(files > 0);
}
