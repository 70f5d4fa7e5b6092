#pragma once

#include "encoder/linear.h"

namespace m2v::encoder {

/// The scratch memory of one thread for the forward pass of a batch. Rows are positions; those of a
/// sequence are contiguous. Rows past the batch's last are padding for Linear, with undefined
/// contents.
struct Workspace {
  Floats hidden;  ///< [rows, hidden]: the residual stream.
  Floats
      normalized_input;  ///< [rows, hidden]: the normalized input or output of one half of a layer.
  Floats context;        ///< [rows, max(query width, hidden)]: the output of the attention.
  Floats wide;  ///< [rows, largest width]: Q, K and V, then the feed-forward network's `up`.
  // The following depend on the batch and grow as needed.
  Floats scores = {};  ///< Scratch memory of simd::self_attention().
  Floats bias = {};    ///< The bias of the attention scores.
  LinearScratch scratch = {};
};

}  // namespace m2v::encoder
