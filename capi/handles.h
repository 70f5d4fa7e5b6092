#pragma once

#include <string>

#include "m2v.h"
#include "m2v/index.h"
#include "m2v/static_model.h"
#include "m2v/tokenizer.h"

// The types behind the opaque handles of m2v.h.

struct m2v_tokenizer {
  m2v::Tokenizer tokenizer;
};

struct m2v_model {
  m2v::StaticModel model;
  // Returned by m2v_model_tokenizer().
  m2v_tokenizer tokenizer = {model.tokenizer()};
  // The strings of m2v_info point into these members.
  m2v::ModelInfo info = model.info();
  std::string dtype = std::string(m2v::dtype_name(info.dtype));
};

struct m2v_index {
  m2v::Index index;
};
