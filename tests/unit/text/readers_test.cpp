#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "m2v/error.h"
#include "text/csv_reader.h"
#include "text/json_fields.h"
#include "text/line_reader.h"

using m2v::FormatError;
using m2v::text::ByteSource;
using m2v::text::CsvReader;
using m2v::text::JsonFields;
using m2v::text::LineReader;
using m2v::text::TextSource;
using namespace std::string_literals;
using Strings = std::vector<std::string>;

namespace {

Strings lines_of(std::string_view bytes) {
  LineReader reader(TextSource::of_memory(bytes, "name"));
  Strings lines;
  while (reader.next_block()) {
    for (std::span<char> line; reader.next(line);) {
      lines.emplace_back(line.data(), line.size());
      CHECK(reader.line() == lines.size());
    }
  }
  return lines;
}

/// Records with the lines on which they begin.
using Records = std::vector<std::pair<std::size_t, Strings>>;

Records records_of(std::string_view bytes) {
  CsvReader reader(TextSource::of_memory(bytes, "name"));
  Records records;
  std::vector<std::string_view> fields;
  while (reader.next_block()) {
    while (reader.next(fields)) {
      records.emplace_back(reader.line(), Strings(fields.begin(), fields.end()));
    }
  }
  return records;
}

std::string problem_of(std::string_view bytes) {
  try {
    records_of(bytes);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "no problem";
}

/// The field `text` of an object.
std::string field_of(std::string json) {
  const std::size_t size = json.size();
  json += std::string(m2v::base::JsonMembers::kPadding, '"');
  JsonFields fields({"text", "other"});
  const std::string file = "name";
  fields.read(std::span(json).first(size), file, 7);
  return std::string(fields.string(0));
}

}  // namespace

TEST_CASE("lines") {
  CHECK(lines_of("").empty());
  CHECK(lines_of("\n") == Strings{""});
  CHECK(lines_of("a\n\nb") == Strings{"a", "", "b"});
  CHECK(lines_of("\r\na\r\r\n\rb\r") == Strings{"", "a\r", "\rb"});
  CHECK(lines_of("\xFF\xFE"
                 "a\0\r\0\n\0b\0\r\0\n\0"s) == Strings{"a", "b"});
  const std::string long_line(std::size_t{9} << 20, 'x');
  CHECK(lines_of("a\n" + long_line + "\nb\n" + long_line) ==
        Strings{"a", long_line, "b", long_line});
}

TEST_CASE("CSV records") {
  CHECK(records_of("").empty());
  CHECK(records_of("\n\r\n\n").empty());
  CHECK(records_of("a") == Records{{1, {"a"}}});
  CHECK(records_of("a,b\r\n\r\n,\n") == Records{{1, {"a", "b"}}, {3, {"", ""}}});
  CHECK(records_of("\"a\n\"\"b\"\"\",\"\"\nc,\"d\"\r") ==
        Records{{1, {"a\n\"b\"", ""}}, {3, {"c", "d"}}});
  CHECK(records_of("it's \"fine\", \"x\" ,a\rb\n") ==
        Records{{1, {"it's \"fine\"", " \"x\" ", "a\rb"}}});
  const std::string field(std::size_t{9} << 20, '\n');
  CHECK(records_of("\"" + field + "\",z\nlast\n") ==
        Records{{1, {field, "z"}}, {field.size() + 2, {"last"}}});
}

TEST_CASE("CSV: what is wrong is told with its line") {
  CHECK(problem_of("a,b\n\"c\nd\",\"e\nf,g\n") == "name: line 3: unterminated quoted field");
  CHECK(
      problem_of("\"a\nb\"c,d\n") ==
      "name: line 2: unexpected text after a quoted field; quotes within a field must be doubled");
  CHECK(problem_of("\"") == "name: line 1: unterminated quoted field");
}

TEST_CASE("fields of JSON: escapes") {
  CHECK(field_of(R"({"text": "a"})") == "a");
  CHECK(field_of(R"({"text":"\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\uDE00"})") ==
        "\"\\/\b\f\n\r\tA\u00E9\u20AC\U0001F600");
  // The same on the path that reads what is not valid throughout.
  CHECK(field_of(R"({"text":"\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\uDE00", "x": NaN})") ==
        "\"\\/\b\f\n\r\tA\u00E9\u20AC\U0001F600");
  CHECK(field_of(R"({"text":"\ud83d"})") == "\uFFFD");
  CHECK(field_of(R"({"text":"\ude00\ud83d"})") == "\uFFFD\uFFFD");
  CHECK(field_of(R"({"text":"\ud83d\ud83d\ude00"})") == "\uFFFD\U0001F600");
  CHECK(field_of(R"({"text":"\ud83d\n"})") == "\uFFFD\n");
  CHECK(field_of(R"({"text":"plain", "x": "\ud83d"})") == "plain");
}

TEST_CASE("fields of JSON: what nobody reads may be anything") {
  CHECK(field_of(R"({"x": [NaN, {"text": "no"}], "text": "yes", "y": -Infinity})") == "yes");
  CHECK(field_of(R"({"x": tru, "text": "yes"})") == "yes");
  CHECK(field_of(R"({"x": 1e99999, "text": "yes", "y": 99999999999999999999999})") == "yes");
  CHECK(field_of("{\"x\": \"a\tb\", \"text\": \"yes\"}") == "yes");
  CHECK(field_of("{\"a\\\"text\": \"no\", \"text\": \"yes\", \"\\ud800\": 1}") == "yes");
  CHECK(field_of(R"({"text": "first", "text": "last"})") == "last");
  CHECK(field_of(R"({"text": "first", "x": NaN, "\u0074ext": "last"})") == "last");
}

TEST_CASE("fields of JSON: what is wrong is told with its position") {
  const auto problem = [](const std::string& json) -> std::string {
    try {
      return field_of(json);
    } catch (const FormatError& error) {
      return error.what();
    }
  };
  CHECK(problem(R"({"x": 1})") == "name: line 7: $: member \"text\" is missing");
  CHECK(problem(R"({"text": null})") == "name: line 7: $.text: expected a string, found null");
  CHECK(problem(R"({"text": ["a"]})") == "name: line 7: $.text: expected a string, found an array");
  CHECK(problem(R"(["text"])") == "name: line 7: $: expected an object, found an array");
  CHECK(problem(R"({"text": "a")").starts_with("name: line 7: not valid JSON: "));
  CHECK(problem(R"({"text": "a"} {})").starts_with("name: line 7: not valid JSON: "));
  CHECK(problem(R"({"text": "a" "b"})").starts_with("name: line 7: not valid JSON: "));
  CHECK(problem(R"({"text": "a)").starts_with("name: line 7: not valid JSON: "));
  CHECK(problem(R"({)").starts_with("name: line 7: not valid JSON: "));
  CHECK(problem(R"({"text": "\x"})").starts_with("name: line 7: $.text: not valid JSON: "));
  CHECK(problem("{\"text\": \"a\nb\"}").starts_with("name: line 7: $.text: not valid JSON: "));
}
