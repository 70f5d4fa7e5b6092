#include "tokenizer/fast/fast_path.h"

#include "tokenizer/fast/bert_wordpiece.h"
#include "tokenizer/fast/byte_level_words.h"
#include "tokenizer/fast/metaspace_words.h"
#include "tokenizer/fast/sentencepiece_bpe.h"

namespace m2v::tokenizer {

std::unique_ptr<const FastPath> FastPath::compile(const Pipeline& pipeline,
                                                  const formats::Sections* compiled) {
  for (const auto compile_kind : {BertWordPiece::compile, ByteLevelWords::compile,
                                  MetaspaceWords::compile, SentencePieceBpe::compile}) {
    if (auto path = compile_kind(pipeline, compiled)) return path;
  }
  return nullptr;
}

}  // namespace m2v::tokenizer
