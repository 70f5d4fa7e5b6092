#pragma once

#include "base/json.h"
#include "tokenizer/vocabulary.h"
#include "tokenizer/vocabulary_files/sentencepiece_model.h"

namespace m2v::tokenizer {

/// Derives the merges of a SentencePiece BPE model, which does not store them: every way to compose
/// a piece from two other pieces. The pieces with the highest scores come first; for equal scores,
/// those with the longest left part, then those with the longest right part. `vocabulary` maps the
/// pieces to their ids.
base::Json::Array merges_of(const std::vector<SentencePieceModel::Piece>& pieces,
                            const Vocabulary& vocabulary);

}  // namespace m2v::tokenizer
