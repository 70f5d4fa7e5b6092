#pragma once

#include <filesystem>
#include <string>

#include "base/json.h"
#include "encoder/transformer.h"

namespace m2v::encoder {

/// The model to load.
struct Source {
  base::JsonAt config;           ///< The root of config.json.
  std::filesystem::path folder;  ///< The folder with the weights.
  Precision precision;           ///< The precision of matrix products.
};

/// Loads a transformer of the family that the config's model_type names. Throws IoError or
/// FormatError; an unknown model_type is a FormatError that lists the known ones.
Transformer load_transformer(const Source& source);

// One function per family, each in a file of its own in families/. They read the weights from the
// checkpoint and check all shapes. They throw IoError or FormatError.
Transformer load_albert(const Source& source);
Transformer load_bert(const Source& source);  ///< Also CamemBERT, ELECTRA, RoBERTa, XLM-RoBERTa.
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
