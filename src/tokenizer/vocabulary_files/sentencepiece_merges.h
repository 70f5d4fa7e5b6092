#pragma once

#include "core/json.h"
#include "tokenize/files/sentencepiece_model.h"
#include "tokenize/vocabulary.h"

namespace m2v::tokenize {

/// The merges that a BPE of SentencePiece does not state: every way to put a piece together from
/// two others, that of the highest score first; of equal scores, the longest left part, and then
/// the longest right part. `vocabulary` holds the pieces with their ids.
core::Json::Array merges_of(const std::vector<SentencePieceModel::Piece>& pieces,
                            const Vocabulary& vocabulary);

}  // namespace m2v::tokenize
