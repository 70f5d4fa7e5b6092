#include "tokenize/fast/fast_road.h"

#include "tokenize/fast/bert_wordpiece.h"
#include "tokenize/fast/byte_level_words.h"
#include "tokenize/fast/metaspace_words.h"
#include "tokenize/fast/sentencepiece_bpe.h"

namespace m2v::tokenize {

std::unique_ptr<const FastRoad> FastRoad::compile(const Pipeline& pipeline,
                                                  const core::Sections* compiled) {
  for (const auto compile_kind : {BertWordPiece::compile, ByteLevelWords::compile,
                                  MetaspaceWords::compile, SentencePieceBpe::compile}) {
    if (auto road = compile_kind(pipeline, compiled)) return road;
  }
  return nullptr;
}

}  // namespace m2v::tokenize
