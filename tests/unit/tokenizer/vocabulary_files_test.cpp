#include <doctest/doctest.h>

#include <string>

#include "formats/protobuf.h"
#include "m2v/error.h"
#include "m2v/tokenizer.h"
#include "support/temp_folder.h"
#include "tokenizer/vocabulary_files/sentencepiece_model.h"

using m2v::FormatError;
using m2v::formats::ProtobufReader;
using m2v::tokenizer::SentencePieceModel;

namespace {

const std::string kFile = "test.model";

// Numbers and sizes below 128 are one byte, and so are the tags of fields below 16.
std::string number(unsigned field, char value) {
  std::string out;
  for (unsigned tag = field << 3; tag > 0; tag >>= 7) {
    out += static_cast<char>((tag & 0x7F) | (tag > 0x7F ? 0x80 : 0));
  }
  return out + value;
}

std::string data(unsigned field, const std::string& bytes) {
  std::string out = number(field, static_cast<char>(bytes.size())) + bytes;
  out[0] = static_cast<char>(out[0] | 2);
  return out;
}

const std::string kScore("\x15\x00\x00\xC0\xBF", 5);  // field 2, 4 bytes: -1.5
const std::string kPiece = data(1, data(1, "ab") + kScore + number(3, 3));
const std::string kTrainer = data(2, number(3, 1) + number(40, 2) + data(45, "?"));
const std::string kNormalizer = data(3, data(2, "xyz"));
const std::string kModel = kPiece + kTrainer + kNormalizer;

}  // namespace

TEST_CASE("a SentencePiece model is read field by field") {
  const SentencePieceModel model = SentencePieceModel::parse(kModel, kFile);
  REQUIRE(model.pieces.size() == 1);
  CHECK(model.pieces[0].text == "ab");
  CHECK(model.pieces[0].score == -1.5);
  CHECK(model.pieces[0].type == SentencePieceModel::Piece::kControl);
  CHECK(model.type == SentencePieceModel::Type::kUnigram);
  CHECK(model.unknown_id == 2);
  CHECK(model.unknown_piece == "?");
  CHECK(model.charsmap == "xyz");
}

TEST_CASE("a model that is cut short is refused, or read as far as it is whole") {
  for (std::size_t size = 0; size < kModel.size(); ++size) {
    const bool whole = size == kPiece.size() || size == kPiece.size() + kTrainer.size();
    const std::string part = kModel.substr(0, size);
    if (whole) {
      CHECK(SentencePieceModel::parse(part, kFile).pieces.size() == 1);
    } else {
      CHECK_THROWS_AS(SentencePieceModel::parse(part, kFile), FormatError);
    }
  }
}

TEST_CASE("what is no Protocol Buffers message is refused with its byte") {
  const auto location_of = [](const std::string& bytes) -> std::string {
    try {
      ProtobufReader reader(bytes, kFile, 100);
      while (reader.next()) {
      }
    } catch (const FormatError& error) {
      return error.location();
    }
    return "none";
  };
  CHECK(location_of("\x08\x07") == "none");
  CHECK(location_of("\x0a\x05"
                    "ab") == "byte 102");
  CHECK(location_of(std::string("\x00\x01", 2)) == "byte 101");                // field 0
  CHECK(location_of("\x0b") == "byte 101");                                    // a group
  CHECK(location_of("\x08" + std::string(11, '\xff')) == "byte 111");          // over 64 bits
  CHECK(location_of("\x0a" + std::string(9, '\xff') + '\x01') == "byte 111");  // a huge size
}

TEST_CASE("a value of another kind than asked is refused") {
  ProtobufReader reader("\x08\x07", kFile);
  REQUIRE(reader.next());
  CHECK(reader.integer() == 7);
  CHECK_THROWS_AS(reader.bytes(), FormatError);
  CHECK_THROWS_AS(reader.number32(), FormatError);
  ProtobufReader text("\x0a\x01\xff", kFile);
  REQUIRE(text.next());
  CHECK(text.bytes() == "\xff");
  CHECK_THROWS_AS(text.text(), FormatError);
}

TEST_CASE("a folder with a plain vocabulary is a tokenizer") {
  const m2v::test::TempFolder folder;
  folder.write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nwor\n##ld\n");
  const auto tokenizer = m2v::Tokenizer::load(folder.path());
  CHECK(tokenizer.encode_with_special_tokens("Hello world[MASK]?") ==
        std::vector<std::uint32_t>{2, 5, 6, 7, 4, 1, 3});
  CHECK(tokenizer.unknown_id() == 1);
}

TEST_CASE("a folder without any tokenizer names what was looked for") {
  const m2v::test::TempFolder folder;
  CHECK_THROWS_WITH_AS(m2v::Tokenizer::load(folder.path()),
                       doctest::Contains("vocab.txt, vocab.json, sentencepiece.bpe.model"),
                       m2v::IoError);
}
