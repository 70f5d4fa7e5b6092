#include "tokenizer/vocabulary_files/sentencepiece_model.h"

#include <cmath>

#include "formats/protobuf.h"
#include "m2v/error.h"

// The field numbers are those of sentencepiece_model.proto.

namespace m2v::tokenizer {
namespace {

SentencePieceModel::Piece parse_piece(formats::ProtobufReader message, const std::string& file) {
  SentencePieceModel::Piece piece;
  while (message.next()) {
    if (message.number() == 1) piece.text = message.text();
    if (message.number() == 2) piece.score = message.number32();
    if (message.number() == 3) piece.type = message.integer();
  }
  if (!std::isfinite(piece.score)) {
    throw FormatError(file, "", "the score of \"" + piece.text + "\" is not a number");
  }
  return piece;
}

void parse_trainer(formats::ProtobufReader message, SentencePieceModel& model,
                   const std::string& file) {
  while (message.next()) {
    if (message.number() == 3) {
      const std::uint64_t type = message.integer();
      if (type != 1 && type != 2) {
        throw FormatError(file, "", "the model is neither a unigram nor a BPE model");
      }
      model.type = static_cast<SentencePieceModel::Type>(type);
    }
    if (message.number() == 40) model.unknown_id = static_cast<std::uint32_t>(message.integer());
    if (message.number() == 45) model.unknown_piece = message.text();
  }
}

void parse_normalizer(formats::ProtobufReader message, SentencePieceModel& model) {
  while (message.next()) {
    if (message.number() == 2) model.charsmap = message.bytes();
  }
}

}  // namespace

SentencePieceModel SentencePieceModel::parse(std::string_view bytes, const std::string& file) {
  SentencePieceModel model;
  formats::ProtobufReader message(bytes, file);
  while (message.next()) {
    if (message.number() == 1) model.pieces.push_back(parse_piece(message.message(), file));
    if (message.number() == 2) parse_trainer(message.message(), model, file);
    if (message.number() == 3) parse_normalizer(message.message(), model);
  }
  if (model.pieces.empty()) throw FormatError(file, "", "the model has no pieces");
  return model;
}

}  // namespace m2v::tokenizer
