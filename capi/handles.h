#pragma once

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
  m2v::ModelInfo info = model.info();  // what m2v_info's strings point into
};

struct m2v_index {
  m2v::Index index;
};
