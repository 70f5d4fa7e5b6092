#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <stdexcept>
#include <thread>
#include <tuple>

#include "formats/vector_formats.h"
#include "m2v/error.h"
#include "m2v/text_file.h"
#include "m2v/vector_file.h"
#include "support/file_size_limit.h"
#include "support/temp_folder.h"

using m2v::FormatError;
using m2v::IoError;
using m2v::Matrix;
using m2v::TextFile;
using m2v::TextStream;
using m2v::VectorWriter;
using m2v::test::bytes_of;
using m2v::test::FileSizeLimit;
using m2v::test::names_in;
using m2v::test::read_file;
using m2v::test::safetensors_file;
using m2v::test::TempFolder;
using m2v::test::write_file;
using Strings = std::vector<std::string>;

namespace {

namespace fs = std::filesystem;

Strings texts_of(const TextFile& file) { return {file.texts().begin(), file.texts().end()}; }

/// What a stream gives, with its text copied before the next block.
Strings texts_of(TextStream stream) {
  Strings all;
  for (m2v::Texts texts = stream.next(); !texts.empty(); texts = stream.next()) {
    all.insert(all.end(), texts.begin(), texts.end());
  }
  CHECK(stream.next().empty());
  return all;
}

/// The texts of a file, the same at once and block by block.
Strings read_as(const TempFolder& folder, const char* name, std::string_view content) {
  write_file(folder / name, content);
  Strings texts = texts_of(TextFile::read(folder / name));
  CHECK(texts_of(TextStream::open(folder / name)) == texts);
  return texts;
}

const Matrix kMatrix = {{0.1f, -2, 1e-20f, 3e20f, 0, 16777216}, 3, 2};

void write_all(const fs::path& path, const Matrix& matrix) {
  VectorWriter writer = VectorWriter::open(path, matrix.cols);
  writer.write(matrix);
  writer.finish();
}

/// Sends file descriptor `number` elsewhere while it lives.
class Redirect {
 public:
  Redirect(int number, int target) : number_(number), saved_(::dup(number)) {
    ::dup2(target, number);
  }
  ~Redirect() {
    ::dup2(saved_, number_);
    ::close(saved_);
  }
  Redirect(const Redirect&) = delete;
  Redirect& operator=(const Redirect&) = delete;

 private:
  int number_;
  int saved_;
};

/// What `act` writes to standard output.
template <typename Act>
std::string output_of(const TempFolder& folder, Act act) {
  const int file = ::open((folder / "stdout").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  {
    const Redirect redirect(STDOUT_FILENO, file);
    act();
  }
  ::close(file);
  std::string output = read_file(folder / "stdout");
  fs::remove(folder / "stdout");
  return output;
}

}  // namespace

TEST_CASE("every line is a text") {
  const TempFolder folder;
  CHECK(read_as(folder, "t", "").empty());
  CHECK(read_as(folder, "t", "\n") == Strings{""});
  CHECK(read_as(folder, "t", "a\nb\n") == Strings{"a", "b"});
  CHECK(read_as(folder, "t.txt", "a\n\nb") == Strings{"a", "", "b"});
  CHECK(read_as(folder, "t", "\r\na\r\r\n\rb\r") == Strings{"", "a\r", "\rb"});
  CHECK(read_as(folder, "t", std::string_view("a\0\xff\tb\n", 6)) ==
        Strings{std::string("a\0\uFFFD\tb", 7)});
  CHECK(TextFile::read(folder / "t").bytes() == 7);
}

TEST_CASE("the last column of TSV is the text") {
  const TempFolder folder;
  CHECK(read_as(folder, "t.tsv", "label\ta b\r\nalone\n1\t2\t\"x\"\n\t\n\n") ==
        Strings{"a b", "alone", "\"x\"", "", ""});
  CHECK(read_as(folder, "T.TSV", "a\tb") == Strings{"b"});
}

TEST_CASE("the field `text` of JSONL is the text") {
  const TempFolder folder;
  CHECK(read_as(folder, "t.jsonl",
                "{\"text\": \"a\\n\\u00e9\\ud83d\\ude00\", \"label\": 1}\r\n"
                " {\"x\": [{}], \"text\": \"\"} \n"
                "{\"text\": \"nul \\u0000\"}") == Strings{"a\né😀", "", std::string("nul \0", 5)});
  CHECK(TextFile::read(folder / "t.jsonl").bytes() == 13);
  // The last of two fields; surrogates alone; what is not read may be anything; no text is no line.
  CHECK(read_as(folder, "t.ndjson",
                "{\"text\": \"a\", \"text\": \"b\"}\n{\"text\":\"x\\ud83d\\u0041\\udc00\"}\n"
                "{\"n\": [NaN, {\"m\": -Infinity}], \"text\": \"c\", \"i\": 1e999999, \"j\": "
                "123456789012345678901}\n"
                "{\"te\\u0078t\": \"d\", \"lone\\ud800\": \"a\tb\\q\"}\n \t\r\n\n") ==
        Strings{"b", "x\uFFFDA\uFFFD", "c", "d"});
}

TEST_CASE("bad JSONL is an error with its line and JSON path") {
  const TempFolder folder;
  const std::string path = (folder / "t.jsonl").string();
  const auto check = [&](std::string_view line, const std::string& location, const char* problem) {
    write_file(path, "{\"text\": \"a\"}\n{\"text\": \"\"}\n" + std::string(line) + "\n");
    try {
      std::ignore = TextFile::read(path);
      FAIL_CHECK("no exception for " << line);
    } catch (const FormatError& error) {
      CHECK(error.file() == path);
      CHECK(error.location() == location);
      const std::string message = error.what();
      CHECK(message.starts_with(path + ": " + location + ": "));
      CHECK_MESSAGE(message.find(problem) != std::string::npos, message);
    }
  };
  check("{\"text\": 1}", "line 3: $.text", "expected a string, found an integer");
  check("{\"text\": null}", "line 3: $.text", "expected a string, found null");
  check("{}", "line 3: $", "member \"text\" is missing");
  check("[\"text\"]", "line 3: $", "expected an object, found an array");
  check("\"text\"", "line 3: $", "expected an object, found a string");
  check("\r\n{\"text\": \"a\"}", "line 3", "not valid JSON: the line is empty");
  check("{\"text\": \"a\"", "line 3", "not valid JSON");
  check("{\"text\": \"a\"} x", "line 3", "not valid JSON");
  check("{\"text\": \"a\tb\"}", "line 3: $.text", "not valid JSON");
  check("{\"text\": \"\\q\"}", "line 3: $.text", "not valid JSON");
  check("{\"text\": NaN}", "line 3: $.text", "not valid JSON");
  check("{\"text\": \"\\u12g4\"}", "line 3: $.text", "not valid JSON");
  check("{\"text\": \"a", "line 3", "not valid JSON");
  check(std::string_view("\0\1\2", 3), "line 3", "not valid JSON");
  check(std::string(100000, '['), "line 3", "not valid JSON");
}

TEST_CASE("what cannot be opened is an IoError") {
  const TempFolder folder;
  const auto refused = [](const fs::path& path, int number) {
    try {
      std::ignore = TextFile::read(path);
      FAIL_CHECK("no exception");
    } catch (const IoError& error) {
      CHECK(error.path() == path);
      CHECK(error.error_number() == number);
    }
  };
  refused(folder / "missing.txt", ENOENT);
  refused(folder.path(), EISDIR);
}

TEST_CASE("pipes and standard input are read to their end") {
  const TempFolder folder;
  const std::string content = "first\n" + std::string(300000, 'x') + "\nlast";
  const fs::path fifo = folder / "pipe.tsv";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  std::thread writer([&] { std::ofstream(fifo, std::ios::binary) << "1\ta\n2\t" << content; });
  const Strings piped = texts_of(TextFile::read(fifo));
  writer.join();
  CHECK(piped == Strings{"a", "first", std::string(300000, 'x'), "last"});

  write_file(folder / "in", content);
  const int input = ::open((folder / "in").c_str(), O_RDONLY);
  {
    const Redirect redirect(STDIN_FILENO, input);
    CHECK(texts_of(TextFile::read("-")) == Strings{"first", std::string(300000, 'x'), "last"});
  }
  ::close(input);
}

TEST_CASE("a stream gives long lines, many lines and all that lies between blocks") {
  const TempFolder folder;
  std::string content;
  for (int i = 0; i < 40'000; ++i) content += std::string(i % 300, 'a') + "\n";
  content += std::string(std::size_t{9} << 20, 'x') + "\nlast";
  CHECK(read_as(folder, "t.txt", content).size() == 40'002);
  TextStream stream = TextStream::open(folder / "t.txt");
  CHECK(stream.total_bytes() == content.size());
  CHECK(stream.bytes_read() == 0);
  CHECK(!stream.next().empty());
  CHECK((stream.bytes_read() > 0 && stream.bytes_read() < content.size()));
}

TEST_CASE("bad lines and unreadable paths stop a stream") {
  const TempFolder folder;
  write_file(folder / "t.jsonl", "{\"text\": \"a\"}\n{}\n");
  CHECK_THROWS_AS(TextStream::open(folder / "t.jsonl").next(), FormatError);
  CHECK_THROWS_AS(TextStream::open(folder / "missing"), IoError);
  CHECK_THROWS_AS(TextStream::open(folder.path()), IoError);
}

TEST_CASE("a text file may be moved") {
  const TempFolder folder;
  write_file(folder / "a", "a\n");
  write_file(folder / "b.jsonl", "{\"text\": \"b\"}");
  TextFile a = TextFile::read(folder / "a");
  TextFile b = TextFile::read(folder / "b.jsonl");
  TextFile moved = std::move(b);
  CHECK(texts_of(moved) == Strings{"b"});
  moved = std::move(a);
  CHECK(texts_of(moved) == Strings{"a"});
}

TEST_CASE("npy: the header of version 1.0, aligned to 64 bytes, then the values") {
  const TempFolder folder;
  write_all(folder / "v.npy", kMatrix);
  const std::string file = read_file(folder / "v.npy");
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }";
  REQUIRE(file.size() == 128 + 24);
  CHECK(file.substr(0, 10) == std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  CHECK(file.substr(10, header.size()) == header);
  CHECK(file.substr(10 + header.size(), 117 - header.size()) ==
        std::string(117 - header.size(), ' '));
  CHECK(file[127] == '\n');
  CHECK(file.substr(128) == bytes_of(kMatrix.data));

  for (std::size_t rows = 1; rows < std::size_t{1} << 60; rows *= 9) {
    const std::string longer = m2v::formats::npy_header(rows, rows);
    CHECK(longer.size() % 64 == 0);
    CHECK(static_cast<unsigned char>(longer[8]) + 256u * static_cast<unsigned char>(longer[9]) ==
          longer.size() - 10);
    CHECK(longer.back() == '\n');
  }
  write_all(folder / "none.npy", Matrix{{}, 0, 256});
  CHECK(read_file(folder / "none.npy").find("'shape': (0, 256)") != std::string::npos);
  CHECK(read_file(folder / "none.npy").size() == 128);
}

TEST_CASE("safetensors and raw values") {
  const TempFolder folder;
  write_all(folder / "v.safetensors", kMatrix);
  std::string header = R"({"embeddings":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]}})";
  header.resize(184, ' ');  // space for any number of rows
  CHECK(read_file(folder / "v.safetensors") == safetensors_file(header, bytes_of(kMatrix.data)));
  write_all(folder / "v.f32", kMatrix);
  CHECK(read_file(folder / "v.f32") == bytes_of(kMatrix.data));
}

TEST_CASE("JSONL: the shortest decimals that read back as the same floats") {
  const TempFolder folder;
  write_all(folder / "v.jsonl", kMatrix);
  CHECK(read_file(folder / "v.jsonl") ==
        "{\"vector\": [0.1, -2]}\n{\"vector\": [1e-20, 3e+20]}\n{\"vector\": [0, 16777216]}\n");
  const float inf = std::numeric_limits<float>::infinity();
  write_all(folder / "v.jsonl", Matrix{{inf, -inf, std::numeric_limits<float>::quiet_NaN()}, 1, 3});
  CHECK(read_file(folder / "v.jsonl") == "{\"vector\": [null, null, null]}\n");
}

TEST_CASE("standard output gets JSONL or raw values") {
  const TempFolder folder;
  const Matrix one = {{0.5f, 1}, 1, 2};
  CHECK(output_of(folder, [&] { write_all("", one); }) == "{\"vector\": [0.5, 1]}\n");
  CHECK(output_of(folder, [&] { write_all("-", one); }) == bytes_of(one.data));
  CHECK(output_of(folder, [&] { m2v::write_sequences("", std::span(&one, 1), 2); }) ==
        "{\"vectors\": [[0.5, 1]]}\n");
}

TEST_CASE("a file appears when it is finished, and not before") {
  const TempFolder folder;
  write_file(folder / "v.f32", "old");
  fs::permissions(folder / "v.f32", fs::perms::owner_read | fs::perms::owner_write);
  {
    VectorWriter writer = VectorWriter::open(folder / "v.f32", 2);
    writer.write({kMatrix.data.data(), 1, 2});
    CHECK(read_file(folder / "v.f32") == "old");
    VectorWriter moved = std::move(writer);
    moved.write({kMatrix.data.data() + 2, 2, 2});
    moved.finish();
    moved.finish();  // has no effect any more
  }
  CHECK(read_file(folder / "v.f32") == bytes_of(kMatrix.data));
  CHECK(fs::status(folder / "v.f32").permissions() ==
        (fs::perms::owner_read | fs::perms::owner_write));
  {
    VectorWriter::open(folder / "v.f32", 2).write({kMatrix.data.data(), 1, 2});
  }
  CHECK(read_file(folder / "v.f32") == bytes_of(kMatrix.data));
  CHECK(names_in(folder.path()) == Strings{"v.f32"});
}

TEST_CASE("many rows in pieces, larger than any buffer") {
  const TempFolder folder;
  Matrix large = {std::vector<float>(300'000), 1000, 300};
  for (std::size_t i = 0; i < large.data.size(); ++i) large.data[i] = static_cast<float>(i);
  VectorWriter writer = VectorWriter::open(folder / "v.f32", 300);
  std::size_t row = 0;
  for (const std::size_t rows : {1, 2, 900, 0, 97}) {
    writer.write({large.data.data() + row * 300, rows, 300});
    row += rows;
  }
  writer.finish();
  CHECK(read_file(folder / "v.f32") == bytes_of(large.data));
}

TEST_CASE("the caller's mistakes") {
  const TempFolder folder;
  const auto open = [&](const char* name) { std::ignore = VectorWriter::open(folder / name, 2); };
  CHECK_THROWS_AS(open("v.txt"), std::invalid_argument);
  CHECK_THROWS_AS(open("v"), std::invalid_argument);
  CHECK_THROWS_AS(open(".npy"), std::invalid_argument);
  CHECK_NOTHROW(open("V.NPY"));
  VectorWriter writer = VectorWriter::open(folder / "v.npy", 2);
  CHECK_THROWS_AS(writer.write({kMatrix.data.data(), 1, 3}), std::invalid_argument);
  writer.write({kMatrix.data.data(), 1, 2});
  CHECK_NOTHROW(writer.finish());
  CHECK_THROWS_AS(writer.write({kMatrix.data.data(), 1, 2}), std::invalid_argument);
  CHECK(names_in(folder.path()) == Strings{"v.npy"});
}

TEST_CASE("paths that cannot be written are IoErrors") {
  const TempFolder folder;
  fs::create_directory(folder / "d.npy");
  write_file(folder / "file", "");
  const auto refused = [](const fs::path& path, int number) {
    try {
      std::ignore = VectorWriter::open(path, 1);
      FAIL_CHECK("no exception");
    } catch (const IoError& error) {
      CHECK(error.path() == path);
      CHECK(error.error_number() == number);
    }
  };
  refused(folder / "missing/v.npy", ENOENT);
  refused(folder / "d.npy", EISDIR);
  refused(folder / "file/v.npy", ENOTDIR);
}

TEST_CASE("a full disk is an IoError, and the old file stays") {
  const TempFolder folder;
  write_file(folder / "v.jsonl", "old");
  int number = 0;
  try {
    const FileSizeLimit limit(1000);
    write_all(folder / "v.jsonl", Matrix{std::vector<float>(1000, 0.123f), 10, 100});
  } catch (const IoError& error) {
    number = error.error_number();
    CHECK(error.path() == folder / "v.jsonl");
  }
  CHECK(number == EFBIG);
  CHECK(read_file(folder / "v.jsonl") == "old");
  CHECK(names_in(folder.path()) == Strings{"v.jsonl"});
}

TEST_CASE("a closed pipe is an IoError, not the end of the program") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  int number = 0;
  {
    const Redirect redirect(STDOUT_FILENO, ends[1]);
    try {
      write_all("-", kMatrix);
    } catch (const IoError& error) {
      number = error.error_number();
      CHECK(error.path() == "standard output");
    }
  }
  ::close(ends[1]);
  CHECK(number == EPIPE);
}

TEST_CASE("an existing pipe or device is written to, a link to a file is followed") {
  const TempFolder folder;
  const fs::path fifo = folder / "pipe.f32";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  std::string received;
  std::thread reader([&] { received = read_file(fifo); });
  write_all(fifo, kMatrix);
  reader.join();
  CHECK(received == bytes_of(kMatrix.data));
  CHECK(fs::is_fifo(fifo));

  fs::create_symlink("/dev/null", folder / "null.f32");
  write_all(folder / "null.f32", kMatrix);
  CHECK(fs::is_character_file(folder / "null.f32"));
  fs::create_symlink("/dev/null", folder / "null.npy");  // its header could not be completed
  CHECK_THROWS_AS(VectorWriter::open(folder / "null.npy", 2), std::invalid_argument);

  write_file(folder / "sub/real.f32", "old");
  fs::create_symlink("sub/real.f32", folder / "link.f32");
  write_all(folder / "link.f32", kMatrix);
  CHECK(fs::is_symlink(folder / "link.f32"));
  CHECK(read_file(folder / "sub/real.f32") == bytes_of(kMatrix.data));
  CHECK(names_in(folder / "sub") == Strings{"real.f32"});
}

TEST_CASE("token vectors: JSONL, and safetensors with offsets") {
  const TempFolder folder;
  const std::vector<Matrix> sequences = {
      {{1, 2, 3, 4}, 2, 2}, {{}, 0, 2}, {{}, 0, 0}, {{5, 6}, 1, 2}};
  m2v::write_sequences(folder / "s.jsonl", sequences, 2);
  CHECK(read_file(folder / "s.jsonl") ==
        "{\"vectors\": [[1, 2], [3, 4]]}\n{\"vectors\": []}\n{\"vectors\": []}\n"
        "{\"vectors\": [[5, 6]]}\n");
  m2v::write_sequences(folder / "s.safetensors", sequences, 2);
  std::string header = R"({"offsets":{"dtype":"I64","shape":[5],"data_offsets":[0,40]},)"
                       R"("embeddings":{"dtype":"F32","shape":[3,2],"data_offsets":[40,64]}})";
  header.append((8 - header.size() % 8) % 8, ' ');
  CHECK(read_file(folder / "s.safetensors") ==
        safetensors_file(
            header, bytes_of<std::int64_t>({0, 2, 2, 2, 3}) + bytes_of<float>({1, 2, 3, 4, 5, 6})));
  m2v::write_sequences(folder / "none.safetensors", {}, 7);
  CHECK(read_file(folder / "none.safetensors").find("\"shape\":[0,7]") != std::string::npos);

  for (const char* name : {"s.npy", "s.f32", "s.txt"}) {
    CHECK_THROWS_AS(m2v::write_sequences(folder / name, sequences, 2), std::invalid_argument);
  }
  CHECK_THROWS_AS(m2v::write_sequences("-", sequences, 2), std::invalid_argument);
  CHECK_THROWS_AS(m2v::write_sequences(folder / "t.jsonl", sequences, 3), std::invalid_argument);
  CHECK(names_in(folder.path()) == Strings{"none.safetensors", "s.jsonl", "s.safetensors"});
}
