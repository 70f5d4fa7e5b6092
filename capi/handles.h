#pragma once

#include <string>

#include "m2v.h"
#include "m2v/index.h"
#include "m2v/static_model.h"
#include "m2v/tokenizer.h"

struct m2v_tokenizer {
  m2v::Tokenizer tokenizer;
};

struct m2v_model {
  m2v::StaticModel model;
  m2v_tokenizer tokenizer = {model.tokenizer()};
  // What m2v_info's strings point into.
  m2v::ModelInfo info = model.info();
  std::string dtype = std::string(m2v::dtype_name(info.dtype));
};

struct m2v_index {
  m2v::Index index;
};
