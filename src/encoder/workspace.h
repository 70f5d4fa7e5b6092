#pragma once

#include "encoder/buffer.h"
#include "encoder/linear.h"

namespace m2v::encoder {

/// What one thread needs to take a batch through the model. Rows are positions, a sequence's
/// together; those behind the batch's last row are padding for Linear and hold anything.
struct Workspace {
  Buffer hidden;  ///< [rows, hidden]: the residual stream.
  Buffer aside;  ///< [rows, hidden]: what goes into a layer's half, or comes out of it, normalized.
  Buffer context;  ///< [rows, query width or hidden]: what attention gathered.
  Buffer wide;     ///< [rows, widest]: Q, K and V, then the inside of the feed-forward network.
  // These depend on the batch, and grow as needed.
  Buffer scores = {};  ///< For simd::self_attention.
  Buffer bias = {};    ///< Biases of scores.
  LinearScratch scratch = {};
};

}  // namespace m2v::encoder
