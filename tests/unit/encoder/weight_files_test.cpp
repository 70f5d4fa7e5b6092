#include "encoder/weight_files.h"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "encoder/encoder.h"
#include "encoder/torch_file.h"
#include "m2v/error.h"
#include "reference/bert_reference.h"
#include "support/temp_folder.h"
#include "support/torch_files.h"

using namespace m2v;
using test::pickled;

namespace {

std::string raw(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

/// Parses bytes in memory of their own size, so that sanitizers see every access beyond them.
std::vector<formats::TensorView> parse(const std::string& bytes, std::unique_ptr<char[]>& kept) {
  kept = std::make_unique<char[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), kept.get());
  return encoder::parse_torch_file(std::as_bytes(std::span(kept.get(), bytes.size())), "m.bin");
}

std::string refusal(const std::string& bytes) {
  std::unique_ptr<char[]> kept;
  try {
    parse(bytes, kept);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

std::string with_pickle(const std::string& pickle) {
  return test::zip_of({{"m/data.pkl", pickle}, {"m/data/0", raw({1, 2, 3, 4, 5, 6})}});
}

std::string good() {
  return with_pickle(test::pickled_dict({{"a", test::pickled_tensor("0", {2, 3})}}));
}

/// The file of torch before 1.6: five pickles, then the storages.
std::string good_old() {
  const std::string magic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
  return magic + "\x80\x02M\xe9\x03." + "\x80\x02}." +
         test::pickled_dict({{"a", test::pickled_tensor("17", {2, 3})}}) + "\x80\x02](" +
         pickled("17") + "e." + test::bytes_of(std::uint64_t{6}) + raw({1, 2, 3, 4, 5, 6});
}

void contains(const std::string& message, const char* part) {
  CAPTURE(message);
  CHECK(message.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("tensors of a torch file, zipped or of old") {
  for (const std::string& bytes : {good(), good_old()}) {
    std::unique_ptr<char[]> kept;
    const auto tensors = parse(bytes, kept);
    REQUIRE(tensors.size() == 1);
    CHECK(tensors[0].name == "a");
    CHECK(tensors[0].type == formats::TensorType::kF32);
    CHECK(tensors[0].shape == std::vector<std::size_t>{2, 3});
    CHECK(formats::to_float32(tensors[0], "m.bin") == std::vector<float>{1, 2, 3, 4, 5, 6});
  }
  std::unique_ptr<char[]> kept;
  const auto part = parse(
      with_pickle(test::pickled_dict({{"a", test::pickled_tensor("0", {2}, 3)}, {"n", "K\x05"}})),
      kept);
  REQUIRE(part.size() == 1);
  CHECK(formats::to_float32(part[0], "m.bin") == std::vector<float>{4, 5});
}

TEST_CASE("a torch file executes nothing and hides nothing") {
  contains(refusal(with_pickle("\x80\x02"
                               "cos\nsystem\n" +
                               pickled("true") + "\x85R.")),
           "os.system");
  contains(refusal(with_pickle("\x80\x02"
                               "c__builtin__\neval\n.")),
           "__builtin__.eval");
  contains(refusal(with_pickle("\x80\x04" + pickled("builtins") + pickled("exec") + "\x93.")),
           "builtins.exec");
  contains(refusal(with_pickle("\x80\x02(ios\nsystem\n.")), "opcode 105");  // INST
  contains(refusal(with_pickle("\x80\x02"
                               "cos\nx\n)\x81.")),
           "os.x");                                                   // before NEWOBJ
  contains(refusal(with_pickle("\x80\x02}\x81.")), "opcode 129");     // NEWOBJ
  contains(refusal(with_pickle("\x80\x02\x82\x01.")), "opcode 130");  // EXT1
  contains(refusal(with_pickle("\x80\x02"
                               "ctorch\nFloatStorage\n)R.")),
           "calls");
  contains(refusal(with_pickle("\x80\x02)}b.")), "attributes");
  contains(refusal(test::zip_of({{"m/data.pkl", "x"}}, 8)), "compressed");
  contains(refusal(test::zip_of({{"m/a", ""}, {"m/a", ""}})), "same name");
  contains(refusal(test::zip_of({{"m/a", ""}})), "data.pkl");
  contains(refusal(with_pickle("\x80\x02}.")), "no dictionary of tensors");
  contains(refusal("not a file of torch"), "byte 0");
}

TEST_CASE("a torch file's pickle cannot nest or refer without end") {
  contains(
      refusal(with_pickle("\x80\x02" + std::string(1000000, ']') + std::string(999999, 'a') + ".")),
      "nested");
  std::string tuples = "\x80\x02N";
  for (int i = 0; i < 100000; ++i) tuples += "\x85";
  contains(refusal(with_pickle(tuples + ".")), "nested");
  std::string outside = "\x80\x02N" + std::string(100000, 'Q');
  contains(refusal(with_pickle(outside + ".")), "nested");
  contains(refusal(with_pickle("\x80\x02]q\x01h\x01"
                               "a.")),
           "an element of another value");  // a list in itself
  // B takes A, then A would take C, so that what B recorded as its depth would not be true.
  contains(refusal(with_pickle("\x80\x02]q\x01]h\x01"
                               "a0.")),
           "opcode 48");
  contains(refusal(with_pickle("\x80\x02]q\x01]q\x02h\x01"
                               "ah\x01]a.")),
           "an element of another value");
  contains(refusal(with_pickle("\x80\x02h\x07.")), "undefined memo entry");
  contains(refusal(with_pickle("\x80\x02"
                               "a.")),
           "stack underflow");
  contains(refusal(with_pickle("\x80\x02t.")), "missing mark");
}

TEST_CASE("a torch file's tensors stay within its numbers") {
  const auto tensor = [](const std::string& described) {
    return refusal(with_pickle(test::pickled_dict({{"a", described}})));
  };
  contains(tensor(test::pickled_tensor("0", {7})), "past the end");
  contains(tensor(test::pickled_tensor("0", {2, 3}, 1)), "past the end");
  contains(tensor(test::pickled_tensor("1", {2})), "missing from the archive");
  contains(tensor(test::pickled_tensor("0", {2, 2}, 0, 1)), "not contiguous");
  contains(tensor(test::pickled_tensor("0", {std::size_t{0xFFFFFFFF}})), "negative");
  contains(tensor(test::pickled_tensor("0", {1u << 30, 1u << 30, 1u << 30})), "");
}

TEST_CASE("a torch file that is cut off or bent anywhere is refused or read, and that is all") {
  for (const std::string& bytes : {good(), good_old()}) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CAPTURE(size);
      CHECK(refusal(bytes.substr(0, size)) != "nothing was thrown");
    }
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (const char value : {'\x00', '\xff', '\x7f', '(', 't', 'R', 'Q'}) {
        std::string bent = bytes;
        bent[at] = value;
        refusal(bent);
      }
    }
  }
}

TEST_CASE("a model's weights come in one file or in several, of either kind") {
  const auto model = reference::random_bert({}, 3);
  const std::vector<encoder::Sequence> sequences = {{1, 2, 3}};
  const test::TempFolder one;
  reference::write_bert(one.path(), model);
  const auto expected = encoder::Encoder::load(one.path()).hidden_states(sequences).data;
  const auto load = [&](const test::TempFolder& folder) {
    folder.write("config.json", reference::bert_config(model.shape).dump());
    return encoder::Encoder::load(folder.path()).hidden_states(sequences).data;
  };
  // Two halves of the weights.
  reference::BertModel halves[2];
  std::vector<std::pair<std::string, std::string>> tensors[2];
  test::Members members[2];
  base::Json::Object map, bin_map;
  for (const auto& [name, weight] : model.weights) {
    const std::size_t half = map.size() % 2;
    halves[half].weights[name] = weight;
    const std::string storage = std::to_string(tensors[half].size());
    tensors[half].emplace_back(name, test::pickled_tensor(storage, weight.shape));
    members[half].emplace_back("m/data/" + storage, raw(weight.values));
    map.emplace_back(name, std::to_string(half) + ".safetensors");
    bin_map.emplace_back(name, std::to_string(half) + ".bin");
  }
  const test::TempFolder shards, bin_shards;
  for (std::size_t half = 0; half < 2; ++half) {
    reference::write_weights(shards.path(), halves[half]);
    std::filesystem::rename(shards.path() / "model.safetensors",
                            shards.path() / (std::to_string(half) + ".safetensors"));
    members[half].emplace_back("m/data.pkl", test::pickled_dict(tensors[half]));
    bin_shards.write(std::to_string(half) + ".bin", test::zip_of(members[half]));
  }
  const auto index = [](const base::Json::Object& names) {
    return base::Json(base::Json::Object{{"weight_map", names}}).dump();
  };
  shards.write("model.safetensors.index.json", index(map));
  bin_shards.write("pytorch_model.bin.index.json", index(bin_map));
  CHECK(load(shards) == expected);
  CHECK(load(bin_shards) == expected);
  const auto with_file = [&](const char* file) {
    base::Json::Object wrong = map;
    wrong[0].second = file;
    shards.write("model.safetensors.index.json", index(wrong));
    try {
      encoder::WeightFiles::open(shards.path());
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  contains(with_file("../0.safetensors"), "in the folder of the index");
  contains(with_file("/etc/passwd"), "in the folder of the index");
  contains(with_file("1.safetensors"), "another file");
  contains(with_file("2.safetensors"), "2.safetensors");
}
