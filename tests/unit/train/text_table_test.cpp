#include "m2v/text_table.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "m2v/error.h"
#include "m2v/text_file.h"
#include "m2v/vector_file.h"
#include "support/temp_folder.h"

using m2v::FormatError;
using m2v::Labels;
using m2v::Matrix;
using m2v::TextFormat;
using m2v::Texts;
using m2v::TextTable;
using m2v::test::bytes_of;
using m2v::test::TempFolder;
using Strings = std::vector<std::string>;

namespace {

Strings strings(Texts texts) { return {texts.begin(), texts.end()}; }

/// The names of each text's labels.
std::vector<Strings> names(const Labels& labels) {
  std::vector<Strings> all;
  for (std::size_t t = 0; t < labels.size(); ++t) {
    all.emplace_back();
    for (const std::uint32_t number : labels[t]) {
      all.back().push_back(labels.classes.names[number]);
    }
  }
  return all;
}

std::vector<float> values(m2v::MatrixView matrix) {
  return {matrix.data, matrix.data + matrix.rows * matrix.cols};
}

struct Files : TempFolder {
  TextTable labels(const char* name, std::string_view content) const {
    write(name, content);
    return TextTable::read_labels(*this / name);
  }
  TextTable numbers(const char* name, std::string_view content) const {
    write(name, content);
    return TextTable::read_numbers(*this / name);
  }
  TextTable pairs(const char* name, std::string_view content) const {
    write(name, content);
    return TextTable::read_pairs(*this / name);
  }
  /// What the error of read_labels() says after the file's name.
  std::string problem(const char* name, std::string_view content) const {
    return problem_of([&] { labels(name, content); });
  }
  template <typename Act>
  std::string problem_of(const Act& act) const {
    try {
      act();
    } catch (const FormatError& error) {
      CHECK(std::string_view(error.what()).starts_with(error.file() + ": "));
      return std::string(error.what()).substr(error.file().size() + 2);
    }
    return "no problem";
  }
};

}  // namespace

TEST_CASE("TSV: the label first, the text last") {
  const Files files;
  const TextTable table =
      files.labels("t.tsv", "\xEF\xBB\xBFyes\ta \"b\"\r\nno\tx\ty\tz\n10\t\n9\tlast");
  CHECK(strings(table.texts()) == Strings{"a \"b\"", "z", "", "last"});
  CHECK(names(table.labels()) == std::vector<Strings>{{"yes"}, {"no"}, {"10"}, {"9"}});
  CHECK(table.labels().classes.names == Strings{"10", "9", "no", "yes"});
  CHECK_FALSE(table.labels().classes.integers);
  CHECK_FALSE(table.labels().multilabel);
  CHECK(files.labels("t", "").texts().empty());
}

TEST_CASE("TSV: what is wrong is told with its line") {
  const Files files;
  CHECK(files.problem("t.tsv", "a\tb\n\nc\td\n") == "line 2: empty line between rows");
  CHECK(files.problem("t.tsv", "a\tb\nc") == "line 2: a label, a tab and a text are expected");
  CHECK(files.problem("t.tsv", "\tb\n") ==
        "line 1: the label, which is the first column, is empty");
}

TEST_CASE("JSONL: a label or several, strings or integers") {
  const Files files;
  const TextTable single =
      files.labels("t.jsonl", "{\"text\": \"a\\nb\", \"label\": 10}\n{\"label\":9,\"text\":\"\"}");
  CHECK(strings(single.texts()) == Strings{"a\nb", ""});
  CHECK(single.labels().classes.names == Strings{"9", "10"});
  CHECK(single.labels().classes.integers);
  CHECK(names(single.labels()) == std::vector<Strings>{{"10"}, {"9"}});

  const TextTable multi = files.labels("t.jsonl", R"({"text": "1", "labels": []}
{"text": "2", "labels": ["b", "a", "b"], "label": null}
{"text": "3", "labels": ["a"]}
)");
  CHECK(multi.labels().multilabel);
  CHECK(names(multi.labels()) == std::vector<Strings>{{}, {"a", "b"}, {"a"}});
  CHECK(multi.labels().classes.names == Strings{"a", "b"});
}

TEST_CASE("JSONL: what is wrong is told with its line") {
  const Files files;
  const std::string good = "{\"text\": \"a\", \"label\": \"x\"}\n";
  const auto problem = [&](const std::string& line) {
    return files.problem("t.jsonl", good + line);
  };
  CHECK(problem(R"({"text": "a", "label": 1})") ==
        "line 2: an integer as a label, but those before are strings: use one of them throughout");
  CHECK(problem(R"({"text": "a", "labels": ["x"]})") ==
        "line 2: \"labels\", but the lines before have one \"label\" each");
  CHECK(problem(R"({"text": "a"})") == "line 2: $: no \"label\" and no \"labels\"");
  CHECK(problem(R"({"text": "a", "label": 1.5})") ==
        "line 2: $.label: a label is a string or an integer");
  CHECK(problem(R"({"text": "a", "label": true})") ==
        "line 2: $.label: a label is a string or an integer");
  CHECK(problem(R"({"text": "a", "label": "x", "labels": ["x"]})") ==
        "line 2: $: both \"label\" and \"labels\": leave one out");
  CHECK(problem("{").starts_with("line 2: "));
  CHECK(problem("[1]").starts_with("line 2: $: "));
  CHECK(problem(R"({"label": "x"})").starts_with("line 2: $"));
  CHECK(problem(R"({"text": 1, "label": "x"})").starts_with("line 2: $.text: "));
  CHECK(files.problem("t.jsonl", R"({"text": "a", "labels": [1, "1"]})") ==
        "line 1: $.labels[1]: strings and integers in one list: use one of them throughout");
  CHECK(files.problem("t.jsonl",
                      "{\"text\": \"a\", \"labels\": [1]}\n{\"text\": \"a\", "
                      "\"labels\": []}\n{\"text\": \"a\", \"labels\": [\"1\"]}") ==
        "line 3: a string as a label, but those before are integers: use one of them throughout");
}

TEST_CASE("CSV: columns by name, quotes, line ends inside") {
  const Files files;
  const TextTable table = files.labels("t.csv",
                                       "\xEF\xBB\xBFid,text,label\r\n"
                                       "1,\"a, \"\"b\"\"\nand c\",x\r\n"
                                       "\r\n"
                                       "2,\"\",\"y \"\"z\"\"\"\n"
                                       "3,it's \"fine\",x");
  CHECK(strings(table.texts()) == Strings{"a, \"b\"\nand c", "", "it's \"fine\""});
  CHECK(names(table.labels()) == std::vector<Strings>{{"x"}, {"y \"z\""}, {"x"}});

  const TextTable multi = files.labels("t.csv", "labels,text\nb; a,one\n,two\n\"a;b\",\"three\"\r");
  CHECK(multi.labels().multilabel);
  CHECK(names(multi.labels()) == std::vector<Strings>{{"a", "b"}, {}, {"a", "b"}});
  CHECK(strings(multi.texts()) == Strings{"one", "two", "three"});
}

TEST_CASE("CSV: what is wrong is told with its line") {
  const Files files;
  const auto problem = [&](std::string_view content) { return files.problem("t.csv", content); };
  CHECK(problem("") == "a header is expected");
  CHECK(problem("text,class\n") ==
        "line 1: the header has no column \"label\"; there are \"text\", \"class\"");
  CHECK(problem("Text,label\n") ==
        "line 1: the header has no column \"text\"; there are \"Text\", \"label\"");
  CHECK(problem("text,label,labels\n") ==
        "line 1: the header has both \"label\" and \"labels\": rename one");
  CHECK(problem("text,label\n\"a\nb\",x\ny\n") ==
        "line 4: not as many columns as the header has: 1 instead of 2");
  CHECK(problem("text,label\na,x\n\"b\nc") == "line 3: unterminated quoted field");
  CHECK(problem("text,label\n\"a\nb\"c\",x\n") ==
        "line 3: unexpected text after a quoted field; quotes within a field must be doubled");
  CHECK(problem("text,label\na,\n") == "line 2: an empty label");
  CHECK(problem("text,labels\na,x;;y\n") == "line 2: an empty label");
}

TEST_CASE("numbers, one or several per text") {
  const Files files;
  const TextTable tsv = files.numbers("two.tsv", "1.5\t-2\ta\n3e1\t0\tb");
  CHECK(values(tsv.numbers()) == std::vector<float>{1.5f, -2, 30, 0});
  CHECK(tsv.numbers().cols == 2);
  CHECK(strings(tsv.texts()) == Strings{"a", "b"});
  CHECK(files.problem_of([&] { files.numbers("t.tsv", "1\ta\n1\t2\tb\n"); }) ==
        "line 2: 2 numbers, but the first text has 1");
  CHECK(files.problem_of([&] { files.numbers("t.tsv", "1\ta\nnan\tb\n"); }) ==
        "line 2: \"nan\" is not a finite number");
  CHECK(files.problem_of([&] { files.numbers("t.tsv", "\ta\n"); }) ==
        "line 1: \"\" is not a finite number");
  CHECK(files.problem_of([&] { files.numbers("t.jsonl", R"({"text": "", "label": "1"})"); }) ==
        "line 1: $.label: a number is expected");
  CHECK(files.problem_of([&] { files.numbers("t.jsonl", R"({"text": "", "labels": []})"); }) ==
        "line 1: 0 numbers, but the first text has 0");
  const TextTable json = files.numbers("u.jsonl", R"({"text": "a", "labels": [1, 2.5]})");
  CHECK(values(json.numbers()) == std::vector<float>{1, 2.5f});
  CHECK(json.numbers().cols == 2);
  const TextTable csv = files.numbers("t.csv", "label,text\n0.5,a\n-1,b\n");
  CHECK(values(csv.numbers()) == std::vector<float>{0.5f, -1});
  CHECK(csv.numbers().cols == 1);
}

TEST_CASE("pairs") {
  const Files files;
  const TextTable tsv = files.pairs("t.tsv", "5.0\ta\tb\nc\td\n");
  CHECK(strings(tsv.texts()) == Strings{"a", "c"});
  CHECK(strings(tsv.partners()) == Strings{"b", "d"});
  const TextTable json =
      files.pairs("t.jsonl", R"({"positive": "b", "anchor": "a", "negative": "c"})");
  CHECK(strings(json.texts()) == Strings{"a"});
  CHECK(strings(json.partners()) == Strings{"b"});
  const TextTable csv = files.pairs("t.csv", "anchor,positive\na,b\n");
  CHECK(strings(csv.partners()) == Strings{"b"});
  CHECK(files.problem_of([&] { files.pairs("t.tsv", "a\n"); }) ==
        "line 1: a text, a tab and a text are expected");
}

TEST_CASE("an empty last line is no row") {
  const Files files;
  CHECK(strings(files.labels("t.tsv", "a\tb\n\n\n").texts()) == Strings{"b"});
  CHECK(strings(files.pairs("t.tsv", "a\tb\r\n\r\n").texts()) == Strings{"a"});
  CHECK(strings(files.labels("t.jsonl", "{\"text\":\"b\",\"label\":1}\n\n\n").texts()) ==
        Strings{"b"});
  CHECK(strings(files.labels("t.csv", "text,label\nb,1\n\n\r\n").texts()) == Strings{"b"});
}

TEST_CASE("a first line of TSV is a header where that is certain") {
  const Files files;
  const auto read = [&](std::string_view content, const auto& act) {
    files.write("h.tsv", content);
    std::vector<std::string> notices;
    const TextTable table =
        act(files / "h.tsv", m2v::TextOptions{.on_event = [&](const m2v::Event& event) {
              notices.push_back(event.message);
              return true;
            }});
    return std::pair(strings(table.texts()), notices.size());
  };
  const auto labels = [&](std::string_view content) {
    return read(content, TextTable::read_labels);
  };
  CHECK(labels("label\ttext\na\tdog\n") == std::pair(Strings{"dog"}, std::size_t{1}));
  CHECK(labels("Label\tid\tText\na\t1\tdog\n") == std::pair(Strings{"dog"}, std::size_t{1}));
  CHECK(labels("label\ttext\na\tdog\nlabel\tcat\n") ==
        std::pair(Strings{"text", "dog", "cat"}, std::size_t{0}));
  CHECK(labels("label\tthe text\na\tdog\n") ==
        std::pair(Strings{"the text", "dog"}, std::size_t{0}));
  CHECK(labels("name\ttext\na\tdog\n") == std::pair(Strings{"text", "dog"}, std::size_t{0}));
  const TextTable back = files.labels("h.tsv", "label\ttext\na\tdog\nlabel\tcat\nb\tx\n");
  CHECK(names(back.labels()) == std::vector<Strings>{{"label"}, {"a"}, {"label"}, {"b"}});
  CHECK(std::vector(back.lines().begin(), back.lines().end()) ==
        std::vector<std::size_t>{1, 2, 3, 4});
  CHECK(read("score\ttext\n1\tdog\n", TextTable::read_numbers) ==
        std::pair(Strings{"dog"}, std::size_t{1}));
  CHECK(read("anchor\tpositive\n1\tdog\n", TextTable::read_pairs) ==
        std::pair(Strings{"1"}, std::size_t{1}));
  CHECK(read("label\ttext\na\tdog\n", TextTable::read_values) ==
        std::pair(Strings{"dog"}, std::size_t{1}));
}

TEST_CASE("columns and fields may have other names") {
  const Files files;
  const m2v::TextOptions names_of{.text_field = "body", .label_field = "topic"};
  files.write("n.tsv", "topic\tid\tbody\tnote\na\t1\tdog\t-\nb\t2\tcat\t-\n\n");
  files.write("n.csv", "body,topic\ndog,a\ncat,b\n");
  files.write("n.jsonl",
              "{\"body\": \"dog\", \"topic\": \"a\", \"text\": 1}\n{\"topic\": \"b\", \"body\": "
              "\"cat\"}\n");
  for (const char* name : {"n.tsv", "n.csv", "n.jsonl"}) {
    const TextTable table = TextTable::read_labels(files / name, names_of);
    CHECK(strings(table.texts()) == Strings{"dog", "cat"});
    CHECK(names(table.labels()) == std::vector<Strings>{{"a"}, {"b"}});
    CHECK(m2v::TextFile::read(files / name, names_of).texts()[1] == "cat");
  }
  CHECK(
      files.problem_of([&] {
        std::ignore = TextTable::read_labels(files / "n.tsv", {.label_field = "topic"});
      }) ==
      "line 1: the header has no column \"text\"; there are \"topic\", \"id\", \"body\", \"note\"");
  CHECK_THROWS_AS(TextTable::read_labels(files / "n.tsv", {.format = TextFormat::kLines}),
                  std::invalid_argument);
}

TEST_CASE("a label must be well-formed, and the error names its line") {
  const Files files;
  CHECK(files.problem("t.tsv", "caf\xE9\ta\n") ==
        "line 1: the label \"caf\uFFFD\" is not well-formed UTF-8: save the file as UTF-8");
  CHECK(
      files.problem("t.csv", "text,label\n\"a\nb\",x\nc,\xFF\n").starts_with("line 4: the label"));
  CHECK(files.problem("t.jsonl", "{\"text\":\"a\",\"label\":\"\\ud800\"}")
            .starts_with("line 1: the label"));
  CHECK(strings(files.labels("t.tsv", "a\tcaf\xE9\n").texts()) == Strings{"caf\uFFFD"});
}

TEST_CASE("values are JSON") {
  const Files files;
  const auto values_of = [&](const char* name, std::string_view content) {
    files.write(name, content);
    return strings(TextTable::read_values(files / name).values());
  };
  CHECK(values_of("v.tsv", "a \"b\"\tt\n") == Strings{"\"a \\\"b\\\"\""});
  CHECK(values_of("v.csv", "text,labels\nt,a; b\nu,\n") == Strings{"[\"a\",\"b\"]", "[]"});
  CHECK(values_of(
            "v.jsonl",
            "{\"text\":\"t\",\"label\":[1, {\"a\": 2.5}]}\n{\"text\":\"t\",\"label\":\"\\n\"}") ==
        Strings{"[1,{\"a\":2.5}]", "\"\\n\""});
}

TEST_CASE("the format may be said") {
  const Files files;
  files.write("t.txt", "{\"text\": \"a\tb\", \"label\": \"x\"}\n");
  CHECK(strings(TextTable::read_labels(files / "t.txt", {.format = TextFormat::kTsv}).texts()) ==
        Strings{"b\", \"label\": \"x\"}"});
  files.write("t.tsv", "text,label\na,x\n");
  CHECK(strings(TextTable::read_labels(files / "t.tsv", {.format = TextFormat::kCsv}).texts()) ==
        Strings{"a"});
}

namespace {

std::string npy(const std::string& dictionary, const std::string& data, char version = 1) {
  std::string file("\x93NUMPY");
  file += version;
  file += '\0';
  file += static_cast<char>(dictionary.size());
  file.append(version == 1 ? 1 : 3, '\0');
  return file + dictionary + data;
}

}  // namespace

TEST_CASE("vectors are read from .npy files of several types") {
  const Files files;
  const auto read = [&](const std::string& content) {
    files.write("x.npy", content);
    return m2v::read_vectors(files / "x.npy");
  };
  const Matrix floats = read(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n",
                                 bytes_of<float>({1, 2, 3, 4, 5, 6})));
  CHECK(floats.rows == 2);
  CHECK(floats.cols == 3);
  CHECK(floats.data == std::vector<float>{1, 2, 3, 4, 5, 6});
  const Matrix column = read(npy("{'shape': (2,), 'fortran_order': True, 'descr': '<f8'}",
                                 bytes_of<double>({0.5, -1}), 2));
  CHECK(column.rows == 2);
  CHECK(column.cols == 1);
  CHECK(column.data == std::vector<float>{0.5f, -1});
  CHECK(read(npy("{'descr': '<i8', 'fortran_order': False, 'shape': (1, 1), }",
                 bytes_of<std::int64_t>({-7})))
            .data == std::vector<float>{-7});
  CHECK(read(npy("{'descr': '<f2', 'fortran_order': False, 'shape': (1, 2), }",
                 bytes_of<std::uint16_t>({0x3C00, 0xC000})))
            .data == std::vector<float>{1, -2});
}

TEST_CASE("vectors are read from .npy files by rows and by columns, in both orders of bytes") {
  const Files files;
  const auto read = [&](const std::string& content) {
    files.write("x.npy", content);
    return m2v::read_vectors(files / "x.npy");
  };
  const auto swapped = [](std::string bytes, std::size_t size) {
    for (std::size_t i = 0; i < bytes.size(); i += size) {
      std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                   bytes.begin() + static_cast<std::ptrdiff_t>(i + size));
    }
    return bytes;
  };
  const std::vector<float> by_rows = {1, -2, 3, 4, 5, 60'000},
                           fortran_order = {1, 4, -2, 5, 3, 60'000};
  const auto stored = [](const std::string& type, const std::vector<float>& values) {
    std::string bytes;
    for (const float value : values) {
      if (type == "f4") bytes += bytes_of<float>({value});
      if (type == "f8") bytes += bytes_of<double>({value});
      if (type == "i4") bytes += bytes_of<std::int32_t>({static_cast<std::int32_t>(value)});
      if (type == "i8") bytes += bytes_of<std::int64_t>({static_cast<std::int64_t>(value)});
    }
    return bytes;
  };
  for (const char version : {1, 2, 3}) {
    for (const std::string type : {"f4", "f8", "i4", "i8"}) {
      CAPTURE(type);
      for (const bool fortran : {false, true}) {
        const std::string bytes = stored(type, fortran ? fortran_order : by_rows);
        for (const char order : {'<', '>'}) {
          const Matrix found =
              read(npy("{'descr': '" + (order + type) + "', 'fortran_order': " +
                           (fortran ? "True" : "False") + ", 'shape': (2, 3), }",
                       order == '<' ? bytes : swapped(bytes, type[1] == '4' ? 4 : 8), version));
          CHECK(found.rows == 2);
          CHECK(found.cols == 3);
          CHECK(found.data == by_rows);
        }
      }
    }
  }
  CHECK(
      read(npy("{'descr': '>f2', 'fortran_order': True, 'shape': (2,), }", "\x3C\1\xC0\2")).data ==
      std::vector<float>{1.0009765625f, -2.00390625f});
}

TEST_CASE("damaged .npy files are refused") {
  const Files files;
  const std::string good =
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n", bytes_of<float>({1, 2}));
  const auto refuses = [&](const std::string& content) {
    files.write("x.npy", content);
    CHECK_THROWS_AS(m2v::read_vectors(files / "x.npy"), FormatError);
  };
  for (std::size_t size = 0; size < good.size(); ++size) refuses(good.substr(0, size));
  refuses(good + "x");
  std::string unknown_version = good;
  for (const char version : {0, 4}) {
    unknown_version[6] = version;
    refuses(unknown_version);
  }
  const auto with = [&](const std::string& dictionary) {
    refuses(npy(dictionary, bytes_of<float>({1, 2})));
  };
  with("{'descr': '=f4', 'fortran_order': False, 'shape': (1, 2), }");
  with("{'descr': 'f4', 'fortran_order': False, 'shape': (1, 2), }");
  with("{'descr': '>f', 'fortran_order': False, 'shape': (1, 2), }");
  with("{'descr': '<f4', 'fortran_order': 1, 'shape': (1, 2), }");
  with("{'descr': '<f4', 'shape': (1, 2), }");
  with("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 2), }");
  with("{'descr': '<f4', 'fortran_order': False, 'shape': (), }");
  with("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 2), }");
  with("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 2), }");
  with("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387905, 4), }");
  with("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 2), }");
  with("{'fortran_order': False, 'shape': (1, 2), }");
}
