#include "base/json.h"

#include <doctest/doctest.h>

#include <string>

#include "m2v/error.h"

using m2v::FormatError;
using m2v::base::Json;
using m2v::base::JsonAt;
using m2v::base::parse_json;

namespace {

std::string error_of(const auto& action) {
  try {
    action();
  } catch (const FormatError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("JSON survives a round trip in the order of its members") {
  const std::string text =
      R"({"b":[1,-2,0.5,1e-05,true,null],"a":{"nested":"\u0001 \" \\ ü\n"},"empty":[]})";
  CHECK(parse_json(text, "x").dump() == text);
}

TEST_CASE("an indented dump is laid out like Python's") {
  const Json json = parse_json(R"({"a":[1,{"b":2}],"c":{},"d":[]})", "x");
  CHECK(json.dump(2) ==
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}");
}

TEST_CASE("members can be replaced, appended and erased; of equal names the last counts") {
  Json json = parse_json(R"({"a":1,"a":2,"b":3})", "x");
  CHECK(json.find("a")->integer() == 2);
  json.set("b", "new");
  json.set("c", false);
  json.erase("a");
  CHECK(json.dump() == R"({"b":"new","c":false})");
}

TEST_CASE("floats stay floats and integers integers") {
  CHECK(parse_json("[1.0, 1, 0.1]", "x").dump() == "[1.0,1,0.1]");
}

TEST_CASE("integers beyond 64 bits are read as floats, and nothing else changes") {
  const Json json = parse_json(
      R"({"limit": 1000000000000000019884624838656, "text": "1000000000000000019884624838656\"",)"
      R"( "list": [-99999999999999999999, 18446744073709551616, 7, 1234567890123456789, 0.5e2, 1e3],)"
      R"( "12345678901234567890123": true})",
      "t");
  CHECK(json.find("limit")->number() == 1e30);
  CHECK(json.find("text")->string() == "1000000000000000019884624838656\"");
  CHECK(json.find("12345678901234567890123")->boolean());
  const Json::Array& list = json.find("list")->array();
  CHECK(list[0].number() == -1e20);
  CHECK(list[1].number() == 18446744073709551616.0);
  CHECK(list[2].number() == 7);
  CHECK(list[3].number() == 1234567890123456789.0);
  CHECK(list[4].number() == 50);
  CHECK(list[5].number() == 1000);
  CHECK_THROWS_AS(parse_json(R"([99999999999999999999, 01])", "t"), FormatError);
  CHECK_THROWS_AS(parse_json("[99999999999999999999, \"", "t"), FormatError);
}

TEST_CASE("floats are written as Python's repr() writes them") {
  const std::string text =
      "[0.0001,1e-05,9.999e-05,-0.0,1000000.0,123456789012345.6,1e+16,1.5e+300,5e-324]";
  CHECK(parse_json(text, "x").dump() == text);
}

TEST_CASE("errors name the file and the JSON path") {
  const std::string file = "tokenizer.json";
  const Json json = parse_json(R"({"model":{"vocab":[1,"two"],"size":-1}})", file);
  const JsonAt root(json, file);
  CHECK(error_of([&] { root.at("modell"); }).find("tokenizer.json: $: member \"modell\"") == 0);
  CHECK(error_of([&] {
          root.at("model").at("vocab").elements()[1].integer();
        }).find("tokenizer.json: $.model.vocab[1]: expected an integer, found a string") == 0);
  CHECK(error_of([&] {
          root.at("model").natural_or("size", 0);
        }).find("tokenizer.json: $.model.size:") == 0);
  CHECK(error_of([&] { root.at("model").at("size").object(); }).find("$.model.size") !=
        std::string::npos);
}

TEST_CASE("what is no JSON is refused") {
  for (const char* text :
       {"", "{", "[1,]", "\"\xff\"", "nul", "{\"a\" 1}", "\"\\ud800\"", "[1] 2"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_json(text, "x"), FormatError);
  }
}

TEST_CASE("depth is limited") {
  CHECK_NOTHROW(parse_json(std::string(200, '[') + std::string(200, ']'), "x"));
  CHECK_THROWS_AS(parse_json(std::string(100000, '['), "x"), FormatError);
  CHECK_THROWS_AS(parse_json(std::string(300, '[') + std::string(300, ']'), "x"), FormatError);
}
