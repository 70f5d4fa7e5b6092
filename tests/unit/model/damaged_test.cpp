#include <doctest/doctest.h>

#include <functional>

#include "formats/safetensors.h"
#include "m2v/error.h"
#include "model/model_folder.h"
#include "support/temp_folder.h"

using m2v::FormatError;
using m2v::IoError;
using m2v::test::bytes_of;
using m2v::test::safetensors_file;
using m2v::test::TempFolder;
using m2v::test::write_file;

namespace {

namespace fs = std::filesystem;

struct DamagedFile {
  const char* name;
  std::string content;
  const char* location;  ///< What the error says, behind the file's name.
  const char* problem;   ///< A part of the rest.
};

/// A header of one tensor "a".
std::string one(std::string_view dtype, std::string_view shape, std::string_view offsets) {
  return "{\"a\":{\"dtype\":" + std::string(dtype) + ",\"shape\":" + std::string(shape) +
         ",\"data_offsets\":" + std::string(offsets) + "}}";
}

/// Tensors of U8, one per pair of offsets, named a, b, ...
std::string several(const std::vector<std::pair<int, int>>& offsets) {
  std::string header = "{";
  char name = 'a';
  for (const auto& [begin, end] : offsets) {
    if (header.size() > 1) header += ',';
    header += std::string("\"") + name++ + R"(":{"dtype":"U8","shape":[)" +
              std::to_string(end - begin) + "],\"data_offsets\":[" + std::to_string(begin) + "," +
              std::to_string(end) + "]}";
  }
  return header + "}";
}

std::vector<DamagedFile> damaged_lengths() {
  const std::string good = safetensors_file(one("\"U8\"", "[8]", "[0,8]"), "12345678");
  return {
      {"empty file", "", "byte 0", "too short"},
      {"half a length", good.substr(0, 7), "byte 0", "too short"},
      {"length only", good.substr(0, 8), "byte 0", "truncated"},
      {"half a header", good.substr(0, 30), "byte 0", "truncated"},
      {"header cut by one", safetensors_file(one("\"U8\"", "[0]", "[0,0]"), "").substr(0, 60),
       "byte 0", "truncated"},
      {"no tensor bytes", good.substr(0, good.size() - 8), "$.a.data_offsets",
       "the file has 0 bytes"},
      {"tensor cut by one", good.substr(0, good.size() - 1), "$.a.data_offsets",
       "the file has 7 bytes"},
      {"one byte too many", good + "9", "byte 69", "1 bytes do not belong to any tensor"},
      {"header length 2^64 - 1", std::string(8, '\xff') + good.substr(8), "byte 0", "at most"},
      {"header length 2^63", bytes_of<std::uint64_t>({1ull << 63}) + good.substr(8), "byte 0",
       "at most"},
      {"header of 100 MB and one", bytes_of<std::uint64_t>({100'000'001}) + good.substr(8),
       "byte 0", "at most 100000000"},
      {"header of 100 MB in a small file", bytes_of<std::uint64_t>({100'000'000}) + good.substr(8),
       "byte 0", "truncated"},
      {"header length 0", safetensors_file("", "12345678"), "byte 8", "must begin"},
      {"text", "This is not a model at all, but a page that a proxy sent.", "byte 0", "at most"},
      {"a zip archive", safetensors_file(std::string("PK\x03\x04\0\0\0\0", 8), ""), "byte 8",
       "must begin"},
      {"zeros", std::string(64, '\0'), "byte 8", "must begin"},
  };
}

std::vector<DamagedFile> damaged_json() {
  const auto file = [](std::string_view header) { return safetensors_file(header, "12345678"); };
  std::string deep = "{\"a\":";
  for (int i = 0; i < 5000; ++i) deep += '[';
  return {
      {"space before the header", file(" {}"), "byte 8", "must begin"},
      {"array", file("[]"), "byte 8", "must begin"},
      {"broken JSON", file("{\"a\":"), "byte 8", "not valid JSON"},
      {"two values", file("{}{}"), "byte 8", "not valid JSON"},
      {"deep JSON", file(deep), "byte 8", "not valid JSON"},
      {"invalid UTF-8", file("{\"\xff\":1}"), "byte 8", "not valid JSON"},
      {"binary behind the header", file(std::string("{}\0\1\2", 5)), "byte 8", "not valid JSON"},
      {"tensor is a number", file("{\"a\":1}"), "$.a", "expected an object"},
      {"tensor is null", file("{\"a\":null}"), "$.a", "expected an object"},
      {"no dtype", file(R"({"a":{"shape":[8],"data_offsets":[0,8]}})"), "$.a", "\"dtype\""},
      {"no shape", file(R"({"a":{"dtype":"U8","data_offsets":[0,8]}})"), "$.a", "\"shape\""},
      {"no offsets", file(R"({"a":{"dtype":"U8","shape":[8]}})"), "$.a", "\"data_offsets\""},
      {"name twice",
       file(R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},)"
            R"("a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})"),
       "$.a", "twice"},
      {"member twice",
       file(R"({"a":{"dtype":"U8","dtype":"I8","shape":[8],"data_offsets":[0,8]}})"), "$.a",
       "\"dtype\" appears twice"},
      {"metadata is a list", file(R"({"__metadata__":[]})"), "$.__metadata__",
       "expected an object"},
      {"metadata of numbers", file(R"({"__metadata__":{"k":1}})"), "$.__metadata__.k",
       "expected a string"},
      {"metadata twice", file(R"({"__metadata__":{},"__metadata__":{}})"), "$.__metadata__",
       "twice"},
      {"metadata key twice", file(R"({"__metadata__":{"k":"1","k":"2"}})"), "$.__metadata__.k",
       "twice"},
  };
}

std::vector<DamagedFile> damaged_tensors() {
  const auto file = [](std::string_view header) { return safetensors_file(header, "12345678"); };
  return {
      {"unknown dtype", file(one("\"F128\"", "[8]", "[0,8]")), "$.a.dtype", "\"F128\""},
      {"dtype in small letters", file(one("\"u8\"", "[8]", "[0,8]")), "$.a.dtype", "\"u8\""},
      {"dtype a number", file(one("8", "[8]", "[0,8]")), "$.a.dtype", "expected a string"},
      {"shape a number", file(one("\"U8\"", "8", "[0,8]")), "$.a.shape", "expected an array"},
      {"shape negative", file(one("\"U8\"", "[-8]", "[0,8]")), "$.a.shape[0]",
       "non-negative integer"},
      {"shape a fraction", file(one("\"U8\"", "[4,2.0]", "[0,8]")), "$.a.shape[1]",
       "expected an integer"},
      {"shape of 2^63", file(one("\"U8\"", "[9223372036854775808]", "[0,8]")), "$.a.shape[0]",
       "expected an integer"},
      {"shape product of 2^64", file(one("\"U8\"", "[4294967296,4294967296]", "[0,0]")),
       "$.a.shape", "overflows"},
      {"shape product wraps to 8", file(one("\"U8\"", "[4611686018427387905,4,2]", "[0,8]")),
       "$.a.shape", "overflows"},
      {"bytes wrap to 8", file(one("\"F64\"", "[2305843009213693953]", "[0,8]")), "$.a.shape",
       "overflows"},
      {"offsets an object", file(one("\"U8\"", "[8]", "{}")), "$.a.data_offsets",
       "expected an array"},
      {"one offset", file(one("\"U8\"", "[8]", "[0]")), "$.a.data_offsets", "two offsets"},
      {"three offsets", file(one("\"U8\"", "[8]", "[0,8,8]")), "$.a.data_offsets", "two offsets"},
      {"negative offset", file(one("\"U8\"", "[8]", "[-8,0]")), "$.a.data_offsets[0]",
       "non-negative integer"},
      {"offset a string", file(one("\"U8\"", "[8]", "[0,\"8\"]")), "$.a.data_offsets[1]",
       "expected an integer"},
      {"offsets reversed", file(one("\"U8\"", "[8]", "[8,0]")), "$.a.data_offsets",
       "behind its end"},
      {"offset behind the end", file(one("\"U8\"", "[9]", "[0,9]")), "$.a.data_offsets",
       "has 8 bytes"},
      {"offset far behind the end",
       file(one("\"U8\"", "[8]", "[9223372036854775799,9223372036854775807]")), "$.a.data_offsets",
       "has 8 bytes"},
      {"shape too small", file(one("\"U8\"", "[7]", "[0,8]")), "$.a.data_offsets", "need 7"},
      {"shape too large", file(one("\"F32\"", "[3]", "[0,8]")), "$.a.data_offsets", "need 12"},
      {"scalar of 8 bytes", file(one("\"F32\"", "[]", "[0,8]")), "$.a.data_offsets", "need 4"},
      {"overlap", file(several({{0, 5}, {4, 8}})), "$.b.data_offsets", "overlaps"},
      {"the same bytes twice", file(several({{0, 8}, {0, 8}})), "$.b.data_offsets", "overlaps"},
      {"one inside another", file(several({{0, 8}, {2, 4}})), "$.b.data_offsets", "overlaps"},
      {"a hole", file(several({{0, 3}, {4, 8}})), "$.b.data_offsets", "hole"},
      {"a hole at the start", file(several({{1, 8}})), "$.a.data_offsets", "hole"},
      {"a rest", file(several({{0, 4}, {4, 7}})), "byte 120",
       "1 bytes do not belong to any tensor"},
      {"bytes, but no tensor", file("{}"), "byte 10", "8 bytes do not belong to any tensor"},
      {"name full of control characters",
       file(R"({"\u0000\u001b[2J":{"dtype":"U8","shape":[7],"data_offsets":[0,8]}})"),
       R"($.\u0000\u001b[2J.data_offsets)", "need 7"},
  };
}

void check_all(const std::vector<DamagedFile>& cases) {
  const TempFolder folder;
  const fs::path path = folder / "model.safetensors";
  for (const DamagedFile& damaged : cases) {
    CAPTURE(damaged.name);
    write_file(path, damaged.content);
    try {
      m2v::formats::SafetensorsFile::open(path);
      FAIL_CHECK("no exception");
    } catch (const FormatError& error) {
      CHECK(error.file() == path.string());
      CHECK(error.location() == damaged.location);
      const std::string message = error.what();
      CHECK(message.starts_with(path.string() + ": " + damaged.location + ": "));
      CHECK_MESSAGE(message.find(damaged.problem) != std::string::npos, message);
    }
  }
}

/// A folder of layout 1 that opens.
void make_model(const fs::path& folder) {
  write_file(folder / "config.json", R"({"model_type": "model2vec", "normalize": true})");
  write_file(folder / "tokenizer.json", "{}");
  write_file(folder / "model.safetensors",
             safetensors_file(R"({"embeddings":{"dtype":"F32","shape":[2,2],)"
                              R"("data_offsets":[0,16]}})",
                              std::string(16, '\0')));
}

/// Puts a table and one more tensor of one element into a folder.
void write_second(const fs::path& folder, const std::string& name, const std::string& dtype,
                  const std::string& shape, std::size_t bytes) {
  write_file(
      folder / "model.safetensors",
      safetensors_file(R"({"embeddings":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},")" +
                           name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
                           ",\"data_offsets\":[4," + std::to_string(4 + bytes) + "]}}",
                       std::string(4 + bytes, '\0')));
}

void write_table(const fs::path& folder, const std::string& dtype, const std::string& shape,
                 std::size_t bytes) {
  write_file(folder / "model.safetensors",
             safetensors_file(R"({"embeddings":{"dtype":")" + dtype + "\",\"shape\":" + shape +
                                  ",\"data_offsets\":[0," + std::to_string(bytes) + "]}}",
                              std::string(bytes, '\0')));
}

void make_nested(const fs::path& folder) {
  make_model(folder / "0_StaticEmbedding");
  fs::remove(folder / "0_StaticEmbedding/config.json");
  write_file(folder / "config_sentence_transformers.json", "{}");
  write_file(folder / "0_StaticEmbedding/model.safetensors",
             safetensors_file(R"({"embedding.weight":{"dtype":"F32","shape":[1,1],)"
                              R"("data_offsets":[0,4]}})",
                              std::string(4, '\0')));
}

struct DamagedFolder {
  const char* name;
  std::function<void(const fs::path&)> damage;
  const char* file;      ///< Inside the folder; "" for the folder itself.
  const char* location;  ///< "" for the whole file.
  const char* problem;   ///< A part of the message.
};

const std::vector<DamagedFolder>& damaged_folders() {
  static const std::vector<DamagedFolder> cases = {
      {"no tokenizer.json", [](const fs::path& f) { fs::remove(f / "tokenizer.json"); }, "", "",
       "Layout \"model2vec\" lacks tokenizer.json."},
      {"no model.safetensors", [](const fs::path& f) { fs::remove(f / "model.safetensors"); }, "",
       "", "Layout \"model2vec\" lacks model.safetensors."},
      {"no config.json", [](const fs::path& f) { fs::remove(f / "config.json"); }, "", "",
       "Layout \"Sentence Transformers\" lacks config_sentence_transformers.json."},
      {"nothing at all",
       [](const fs::path& f) {
         fs::remove_all(f);
         fs::create_directory(f);
       },
       "", "",
       "Layout \"Sentence Transformers, nested\" lacks config_sentence_transformers.json, "
       "0_StaticEmbedding/model.safetensors, 0_StaticEmbedding/tokenizer.json."},
      {"a teacher without tokenizer.json",
       [](const fs::path& f) {
         fs::remove(f / "tokenizer.json");
         write_file(f / "config.json", R"({"model_type": "bert"})");
       },
       "", "", "distil it first"},
      {"a teacher",
       [](const fs::path& f) {
         write_file(f / "config.json", R"({"model_type": "bert"})");
         write_file(f / "model.safetensors", safetensors_file("{}", ""));
       },
       "model.safetensors", "$.embeddings", "(model_type \"bert\") to be distilled"},
      {"no table",
       [](const fs::path& f) { write_file(f / "model.safetensors", safetensors_file("{}", "")); },
       "model.safetensors", "$.embeddings", "the file has nothing"},
      {"config an array", [](const fs::path& f) { write_file(f / "config.json", "[1]"); },
       "config.json", "$", "expected an object, found an array"},
      {"config null", [](const fs::path& f) { write_file(f / "config.json", "null"); },
       "config.json", "$", "expected an object"},
      {"config empty", [](const fs::path& f) { write_file(f / "config.json", ""); }, "config.json",
       "", "not valid JSON"},
      {"config cut off", [](const fs::path& f) { write_file(f / "config.json", "{\"a\": [1,"); },
       "config.json", "", "not valid JSON"},
      {"config deep",
       [](const fs::path& f) { write_file(f / "config.json", std::string(100000, '[')); },
       "config.json", "", "not valid JSON"},
      {"config binary",
       [](const fs::path& f) { write_file(f / "config.json", std::string("\0\xff\xfe{}", 5)); },
       "config.json", "", "not valid JSON"},
  };
  return cases;
}

const std::vector<DamagedFolder>& damaged_tables() {
  static const std::vector<DamagedFolder> cases = {
      {"table of integers", [](const fs::path& f) { write_table(f, "I32", "[2,2]", 16); },
       "model.safetensors", "$.embeddings.dtype", "found I32"},
      {"table of unsigned bytes", [](const fs::path& f) { write_table(f, "U8", "[2,2]", 4); },
       "model.safetensors", "$.embeddings.dtype", "found U8"},
      {"table a vector", [](const fs::path& f) { write_table(f, "F32", "[4]", 16); },
       "model.safetensors", "$.embeddings.shape", "found 1 dimensions"},
      {"table a cube", [](const fs::path& f) { write_table(f, "F32", "[1,2,2]", 16); },
       "model.safetensors", "$.embeddings.shape", "found 3 dimensions"},
      {"table a scalar", [](const fs::path& f) { write_table(f, "F32", "[]", 4); },
       "model.safetensors", "$.embeddings.shape", "found 0 dimensions"},
      {"table of width zero", [](const fs::path& f) { write_table(f, "F32", "[5,0]", 0); },
       "model.safetensors", "$.embeddings.shape", "5 rows of 0 values"},
      {"table without rows", [](const fs::path& f) { write_table(f, "F16", "[0,256]", 0); },
       "model.safetensors", "$.embeddings.shape", "0 rows of 256 values"},
      {"weights of integers", [](const fs::path& f) { write_second(f, "weights", "I8", "[1]", 1); },
       "model.safetensors", "$.weights.dtype", "found I8"},
      {"weights a matrix", [](const fs::path& f) { write_second(f, "weights", "F64", "[1,1]", 8); },
       "model.safetensors", "$.weights.shape", "found 2 dimensions"},
      {"mapping of floats", [](const fs::path& f) { write_second(f, "mapping", "F32", "[1]", 4); },
       "model.safetensors", "$.mapping.dtype", "found F32"},
      {"mapping of unsigned",
       [](const fs::path& f) { write_second(f, "mapping", "U32", "[1]", 4); }, "model.safetensors",
       "$.mapping.dtype", "found U32"},
      {"mapping a matrix", [](const fs::path& f) { write_second(f, "mapping", "I64", "[1,1]", 8); },
       "model.safetensors", "$.mapping.shape", "found 2 dimensions"},
      {"mapping a scalar", [](const fs::path& f) { write_second(f, "mapping", "I32", "[]", 4); },
       "model.safetensors", "$.mapping.shape", "found 0 dimensions"},
      {"truncated table", [](const fs::path& f) { fs::resize_file(f / "model.safetensors", 80); },
       "model.safetensors", "$.embeddings.data_offsets", "ends at 16"},
  };
  return cases;
}

void check_damaged(const std::vector<DamagedFolder>& cases) {
  for (const DamagedFolder& damaged : cases) {
    CAPTURE(damaged.name);
    const TempFolder folder;
    const fs::path model = folder / "model";
    make_model(model);
    CHECK_NOTHROW(m2v::model::open_model_folder(model, ""));
    damaged.damage(model);
    const std::string file = *damaged.file ? (model / damaged.file).string() : model.string();
    try {
      m2v::model::open_model_folder(model, "");
      FAIL_CHECK("no exception");
    } catch (const FormatError& error) {
      CHECK(error.file() == file);
      CHECK(error.location() == damaged.location);
      const std::string message = error.what();
      CHECK(message.starts_with(*damaged.location ? file + ": " + damaged.location + ": "
                                                  : file + ": "));
      CHECK_MESSAGE(message.find(damaged.problem) != std::string::npos, message);
    }
  }
}

}  // namespace

TEST_CASE("damaged safetensors: lengths") { check_all(damaged_lengths()); }
TEST_CASE("damaged safetensors: JSON") { check_all(damaged_json()); }
TEST_CASE("damaged safetensors: tensors") { check_all(damaged_tensors()); }

TEST_CASE("a file cut off anywhere is refused, never read beyond its end") {
  const TempFolder folder;
  const std::string good = safetensors_file(
      R"({"__metadata__":{"k":"v"},"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},)"
      R"("b":{"dtype":"I8","shape":[3],"data_offsets":[4,7]}})",
      "1234567");
  for (std::size_t size = 0; size < good.size(); ++size) {
    // A buffer of its own, of exactly this size, so that a sanitizer sees any read beyond.
    const std::vector<char> part(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK_THROWS_AS(m2v::formats::parse_safetensors(std::as_bytes(std::span(part)), "part"),
                    FormatError);
  }
  CHECK(m2v::formats::parse_safetensors(std::as_bytes(std::span(good)), "whole").size() == 2);
}

TEST_CASE("damaged folders: format: files") { check_damaged(damaged_folders()); }
TEST_CASE("damaged folders: format: tensors") { check_damaged(damaged_tables()); }

TEST_CASE("damaged folders: what the system refuses") {
  const auto check = [](const std::function<void(const fs::path&)>& damage, const char* file,
                        int number, const std::string& subfolder = "") {
    const TempFolder folder;
    const fs::path model = folder / "model";
    make_model(model);
    damage(model);
    const fs::path expected = *file ? model / file : model;
    try {
      m2v::model::open_model_folder(model, subfolder);
      FAIL_CHECK("no exception for " << file);
    } catch (const IoError& error) {
      CHECK(error.path() == expected);
      CHECK(error.error_number() == number);
      CHECK(std::string(error.what()).find(expected.string()) != std::string::npos);
    }
  };
  const auto folder_instead = [](const char* name) {
    return [name](const fs::path& f) {
      fs::remove(f / name);
      fs::create_directory(f / name);
    };
  };
  check(folder_instead("config.json"), "config.json", EISDIR);
  check(folder_instead("model.safetensors"), "model.safetensors", EISDIR);
  check(folder_instead("tokenizer.json"), "tokenizer.json", EISDIR);
  check([](const fs::path& f) { fs::remove_all(f); }, "", ENOENT);
  check(
      [](const fs::path& f) {
        fs::remove_all(f);
        write_file(f, "text");
      },
      "", ENOTDIR);
  check([](const fs::path&) {}, "sub", ENOENT, "sub");
}

TEST_CASE("damaged modules.json of a Sentence Transformers folder") {
  const TempFolder folder;
  make_nested(folder.path());
  const std::string file = (folder / "modules.json").string();
  const auto check = [&](const char* content, const std::string& message) {
    write_file(folder / "modules.json", content);
    CHECK_THROWS_WITH_AS(m2v::model::open_model_folder(folder.path(), ""),
                         (file + ": " + message).c_str(), FormatError);
  };
  CHECK_NOTHROW(m2v::model::open_model_folder(folder.path(), ""));
  check("{}", "$: expected an array, found an object");
  check("[1]", "$[0]: expected an object, found an integer");
  check("[{}]", "$[0]: member \"type\" is missing");
  check(R"([{"type": "a"}, {"type": 7}])", "$[1].type: expected a string, found an integer");
}
