#pragma once

#include <filesystem>
#include <string>

#include "core/json.h"
#include "encoder/transformer.h"

namespace m2v::encoder {

/// What a family's function gets.
struct Source {
  core::JsonAt config;  ///< Of config.json.
  std::filesystem::path folder;
  Precision precision;
};

/// The transformer of the config's model_type. Throws IoError or FormatError.
Transformer load_transformer(const Source& source);

// One file each in families/. Each reads the parts from the checkpoint, checking all shapes.
Transformer load_albert(const Source& source);
Transformer load_bert(const Source& source);  ///< Also ELECTRA, RoBERTa and what is like it.
Transformer load_deberta(const Source& source);
Transformer load_distilbert(const Source& source);
Transformer load_gemma3(const Source& source);
Transformer load_gte(const Source& source);
Transformer load_llama(const Source& source);  ///< Also Mistral, Qwen2, Qwen3 and EuroBERT.
Transformer load_modernbert(const Source& source);
Transformer load_mpnet(const Source& source);
Transformer load_nomic(const Source& source);
Transformer load_t5(const Source& source);

}  // namespace m2v::encoder
