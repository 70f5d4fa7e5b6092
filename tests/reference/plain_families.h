#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "reference/transformer_reference.h"

// The encoder's families in float64: one function per family, all in the same small size.
namespace m2v::reference {

inline constexpr std::size_t kVocabulary = 60, kHidden = 24, kHeads = 4, kDim = 6,
                             kIntermediateSize = 40;
inline constexpr std::size_t kPositions = 30, kLayers = 3;
inline constexpr std::uint32_t kPadding = 1;

/// Returns `length` consecutive numbers.
inline Ids count_from(std::uint32_t first, std::size_t length) {
  Ids rows(length);
  for (auto& row : rows) row = first++;
  return rows;
}

/// Returns RoBERTa's positions, which start after the padding id. Padding tokens have the padding
/// id as their position and are not counted.
inline Ids padded_positions(const Ids& ids) {
  Ids rows;
  std::uint32_t next = kPadding + 1;
  for (const std::uint32_t id : ids) rows.push_back(id == kPadding ? kPadding : next++);
  return rows;
}

inline Rows type_row(ReferenceModel& m, std::size_t types, std::size_t dim) {
  return m.embed("embeddings.token_type_embeddings", {0}, types, dim);
}

inline const Heads kEven{
    .heads = kHeads, .kv_heads = kHeads, .dim = kDim, .scale = 1 / std::sqrt(6.0)};

/// The names of the weights in the two halves of a post-norm layer.
struct Names {
  std::string q, k, v, o, norm, up, down, last_norm;
};

/// Computes a post-norm layer: attention and feed-forward network, each added to its input and then
/// normalized.
inline Rows post_norm(ReferenceModel& m, Rows x, const Names& n, const Heads& heads,
                      double (*activation)(double), double epsilon) {
  const Rows mixed = multi_head(m.linear(x, n.q, kHidden), m.linear(x, n.k, kHidden),
                                m.linear(x, n.v, kHidden), heads);
  x = m.layer_norm(add(x, m.linear(mixed, n.o, kHidden)), n.norm, epsilon);
  const Rows intermediate_size = map(m.linear(x, n.up, kIntermediateSize), activation);
  return m.layer_norm(add(x, m.linear(intermediate_size, n.down, kHidden)), n.last_norm, epsilon);
}

inline Names bert_names(const std::string& layer) {
  return {layer + "attention.self.query",
          layer + "attention.self.key",
          layer + "attention.self.value",
          layer + "attention.output.dense",
          layer + "attention.output.LayerNorm",
          layer + "intermediate.dense",
          layer + "output.dense",
          layer + "output.LayerNorm"};
}

inline std::string numbered(const char* before, std::size_t layer) {
  return before + std::to_string(layer) + ".";
}

inline Rows roberta(ReferenceModel& m, const Ids& ids) {
  Rows x =
      add(m.embed("embeddings.word_embeddings", ids, kVocabulary, kHidden),
          m.embed("embeddings.position_embeddings", padded_positions(ids), kPositions, kHidden));
  x = m.layer_norm(add(x, type_row(m, 1, kHidden)), "embeddings.LayerNorm", 1e-5);
  for (std::size_t i = 0; i < kLayers; ++i) {
    x = post_norm(m, x, bert_names(numbered("encoder.layer.", i)), kEven, gelu, 1e-5);
  }
  return x;
}

inline Rows electra(ReferenceModel& m, const Ids& ids) {
  Rows x =
      add(m.embed("embeddings.word_embeddings", ids, kVocabulary, 10),
          m.embed("embeddings.position_embeddings", count_from(0, ids.size()), kPositions, 10));
  x = m.layer_norm(add(x, type_row(m, 2, 10)), "embeddings.LayerNorm", 1e-12);
  x = m.linear(x, "embeddings_project", kHidden);
  for (std::size_t i = 0; i < kLayers; ++i) {
    x = post_norm(m, x, bert_names(numbered("encoder.layer.", i)), kEven, gelu_tanh, 1e-12);
  }
  return x;
}

inline Rows distilbert(ReferenceModel& m, const Ids& ids) {
  Rows x = add(
      m.embed("embeddings.word_embeddings", ids, kVocabulary, kHidden),
      m.embed("embeddings.position_embeddings", count_from(0, ids.size()), kPositions, kHidden));
  x = m.layer_norm(x, "embeddings.LayerNorm", 1e-12);
  for (std::size_t i = 0; i < kLayers; ++i) {
    const std::string n = numbered("transformer.layer.", i);
    x = post_norm(m, x,
                  {n + "attention.q_lin", n + "attention.k_lin", n + "attention.v_lin",
                   n + "attention.out_lin", n + "sa_layer_norm", n + "ffn.lin1", n + "ffn.lin2",
                   n + "output_layer_norm"},
                  kEven, gelu, 1e-12);
  }
  return x;
}

/// Returns T5's bucket for a distance, by definition, for 8 buckets: four per direction, of which
/// two are exact and two are logarithmic up to the maximum distance of 20.
inline std::size_t bucket(long distance) {
  const std::size_t side = distance > 0 ? 4 : 0;
  const double size = static_cast<double>(std::abs(distance));
  if (size < 2) return side + static_cast<std::size_t>(size);
  return side + (size < 2 * std::sqrt(10.0) ? 2 : 3);
}

/// Adds T5's relative position bias from a table [8, kHeads].
inline Heads with_buckets(const std::vector<float>& table, Heads heads) {
  heads.bias = [table](std::size_t h, std::size_t i, std::size_t j) {
    return table[bucket(static_cast<long>(j) - static_cast<long>(i)) * kHeads + h];
  };
  return heads;
}

inline Rows mpnet(ReferenceModel& m, const Ids& ids) {
  Rows x =
      add(m.embed("embeddings.word_embeddings", ids, kVocabulary, kHidden),
          m.embed("embeddings.position_embeddings", padded_positions(ids), kPositions, kHidden));
  x = m.layer_norm(x, "embeddings.LayerNorm", 1e-12);
  const Heads heads =
      with_buckets(m.weight("encoder.relative_attention_bias.weight", {8, kHeads}), kEven);
  for (std::size_t i = 0; i < kLayers; ++i) {
    const std::string n = numbered("encoder.layer.", i);
    x = post_norm(m, x,
                  {n + "attention.attn.q", n + "attention.attn.k", n + "attention.attn.v",
                   n + "attention.attn.o", n + "attention.LayerNorm", n + "intermediate.dense",
                   n + "output.dense", n + "output.LayerNorm"},
                  heads, gelu, 1e-12);
  }
  return x;
}

/// Three layers that share the weights of two groups: 0, 0, 1.
inline Rows albert(ReferenceModel& m, const Ids& ids) {
  Rows x =
      add(m.embed("embeddings.word_embeddings", ids, kVocabulary, 10),
          m.embed("embeddings.position_embeddings", count_from(0, ids.size()), kPositions, 10));
  x = m.layer_norm(add(x, type_row(m, 2, 10)), "embeddings.LayerNorm", 1e-12);
  x = m.linear(x, "encoder.embedding_hidden_mapping_in", kHidden);
  for (std::size_t i = 0; i < kLayers; ++i) {
    const std::string n = numbered("encoder.albert_layer_groups.", i * 2 / 3) + "albert_layers.0.";
    x = post_norm(
        m, x,
        {n + "attention.query", n + "attention.key", n + "attention.value", n + "attention.dense",
         n + "attention.LayerNorm", n + "ffn", n + "ffn_output", n + "full_layer_layer_norm"},
        kEven, gelu_tanh, 1e-12);
  }
  return x;
}

/// Returns DeBERTa's bucket for a distance, with 8 buckets and 16 positions: exact up to 4, then
/// 4 + ceil(3 log(d / 4) / log(15 / 4)), tabulated. 8 stands for all larger
/// values, which the caller clamps.
inline int deberta_bucket(long distance) {
  const long size = std::abs(distance);
  int location = 0;
  if (size <= 4) {
    location = static_cast<int>(size);
  } else {
    location = size <= 6 ? 5 : size <= 9 ? 6 : size <= 15 ? 7 : 8;
  }
  return distance < 0 ? -location : location;
}

inline Rows deberta(ReferenceModel& m, const Ids& ids) {
  Rows x = m.layer_norm(m.embed("embeddings.word_embeddings", ids, kVocabulary, kHidden),
                        "embeddings.LayerNorm", 1e-7);
  const Rows distances = m.layer_norm(
      m.embed("encoder.rel_embeddings", count_from(0, 16), 16, kHidden), "encoder.LayerNorm", 1e-7);
  for (std::size_t i = 0; i < kLayers; ++i) {
    Names n = bert_names(numbered("encoder.layer.", i));
    for (std::string* name : {&n.q, &n.k, &n.v}) *name += "_proj";
    const Rows q = m.linear(x, n.q, kHidden), k = m.linear(x, n.k, kHidden);
    const Rows distance_q = m.linear(distances, n.q, kHidden);
    const Rows distance_k = m.linear(distances, n.k, kHidden);
    Heads heads = kEven;
    heads.scale = 1 / std::sqrt(3.0 * kDim);
    heads.bias = [&](std::size_t h, std::size_t a, std::size_t b) {
      const auto location = [](long distance) {
        return static_cast<std::size_t>(std::clamp(deberta_bucket(distance) + 8, 0, 15));
      };
      const std::size_t there = location(static_cast<long>(a) - static_cast<long>(b));
      double sum = 0;
      for (std::size_t c = h * kDim; c < (h + 1) * kDim; ++c) {
        sum += q[a][c] * distance_k[there][c] + k[b][c] * distance_q[there][c];
      }
      return sum * heads.scale;
    };
    x = post_norm(m, x, n, heads, gelu, 1e-7);
  }
  return x;
}

inline Rows modernbert(ReferenceModel& m, const Ids& ids) {
  Rows x = m.layer_norm(m.embed("embeddings.tok_embeddings", ids, kVocabulary, kHidden),
                        "embeddings.norm", 1e-5, false);
  for (std::size_t i = 0; i < kLayers; ++i) {
    const std::string n = numbered("layers.", i);
    const Rows input = i == 0 ? x : m.layer_norm(x, n + "attn_norm", 1e-5, false);
    const Rows qkv = m.linear(input, n + "attn.Wqkv", 3 * kHidden, false);
    const bool global = i % 2 == 0;
    const auto turn = frequencies(global ? 160000 : 10000, kDim);
    Heads heads = kEven;
    if (!global) heads.sees = [](long a, long b) { return std::abs(a - b) <= 3; };
    const Rows mixed = multi_head(rotate(columns(qkv, 0, kHidden), kDim, turn),
                                  rotate(columns(qkv, kHidden, kHidden), kDim, turn),
                                  columns(qkv, 2 * kHidden, kHidden), heads);
    x = add(x, m.linear(mixed, n + "attn.Wo", kHidden, false));
    const Rows both = m.linear(m.layer_norm(x, n + "mlp_norm", 1e-5, false), n + "mlp.Wi",
                               2 * kIntermediateSize, false);
    const Rows intermediate_size = multiply(map(columns(both, 0, kIntermediateSize), gelu),
                                            columns(both, kIntermediateSize, kIntermediateSize));
    x = add(x, m.linear(intermediate_size, n + "mlp.Wo", kHidden, false));
  }
  return m.layer_norm(x, "final_norm", 1e-5, false);
}

template <bool gated>
Rows t5(ReferenceModel& m, const Ids& ids) {
  Rows x = m.embed("shared", ids, kVocabulary, kHidden);
  constexpr std::size_t kWidth = kHeads * 5;
  const Heads heads = with_buckets(
      m.weight("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", {8, kHeads}),
      {.heads = kHeads, .kv_heads = kHeads, .dim = 5, .scale = 1});
  for (std::size_t i = 0; i < kLayers; ++i) {
    const std::string n = numbered("encoder.block.", i) + "layer.";
    const std::string attention = n + "0.SelfAttention.", dense = n + "1.DenseReluDense.";
    Rows input = m.rms_norm(x, n + "0.layer_norm", 1e-6);
    const Rows mixed = multi_head(m.linear(input, attention + "q", kWidth, false),
                                  m.linear(input, attention + "k", kWidth, false),
                                  m.linear(input, attention + "v", kWidth, false), heads);
    x = add(x, m.linear(mixed, attention + "o", kHidden, false));
    input = m.rms_norm(x, n + "1.layer_norm", 1e-6);
    const Rows intermediate_size =
        gated ? multiply(map(m.linear(input, dense + "wi_0", kIntermediateSize, false), gelu_tanh),
                         m.linear(input, dense + "wi_1", kIntermediateSize, false))
              : map(m.linear(input, dense + "wi", kIntermediateSize, false), relu);
    x = add(x, m.linear(intermediate_size, dense + "wo", kHidden, false));
  }
  return m.rms_norm(x, "encoder.final_layer_norm", 1e-6);
}

/// The properties in which decoders differ.
struct Decoder {
  bool qkv_bias = false, head_norms = false, causal = true;
  long window = 0;  ///< Size of the attention window in odd layers; 0 for none.
  double base = 10000;
  std::function<double(std::size_t)> turn = frequencies(base, kDim);
};

/// Computes a pre-norm decoder with rotary embeddings, RMS norms and a gated feed-forward network.
inline Rows decoder(ReferenceModel& m, const Ids& ids, const Decoder& kind) {
  Rows x = m.embed("embed_tokens", ids, kVocabulary, kHidden);
  for (std::size_t i = 0; i < kLayers; ++i) {
    const std::string n = numbered("layers.", i), attention = n + "self_attn.";
    Rows input = m.rms_norm(x, n + "input_layernorm", 1e-6);
    Rows q = m.linear(input, attention + "q_proj", kHidden, kind.qkv_bias);
    Rows k = m.linear(input, attention + "k_proj", 2 * kDim, kind.qkv_bias);
    const Rows v = m.linear(input, attention + "v_proj", 2 * kDim, kind.qkv_bias);
    if (kind.head_norms) {
      q = m.rms_norm(q, attention + "q_norm", 1e-6, 0, kDim);
      k = m.rms_norm(k, attention + "k_norm", 1e-6, 0, kDim);
    }
    Heads heads{.heads = kHeads, .kv_heads = 2, .dim = kDim, .scale = 1 / std::sqrt(6.0)};
    const long window = i % 2 == 1 && kind.window > 0 ? kind.window : 1000;
    heads.sees = [&](long a, long b) { return !kind.causal || (b <= a && a - b < window); };
    const Rows mixed = multi_head(rotate(q, kDim, kind.turn), rotate(k, kDim, kind.turn), v, heads);
    x = add(x, m.linear(mixed, attention + "o_proj", kHidden, false));
    input = m.rms_norm(x, n + "post_attention_layernorm", 1e-6);
    const Rows intermediate_size =
        multiply(map(m.linear(input, n + "mlp.gate_proj", kIntermediateSize, false), silu),
                 m.linear(input, n + "mlp.up_proj", kIntermediateSize, false));
    x = add(x, m.linear(intermediate_size, n + "mlp.down_proj", kHidden, false));
  }
  return m.rms_norm(x, "norm", 1e-6);
}

inline Rows llama(ReferenceModel& m, const Ids& ids) { return decoder(m, ids, {}); }
inline Rows qwen2(ReferenceModel& m, const Ids& ids) {
  return decoder(m, ids, {.qkv_bias = true, .window = 4});
}
inline Rows qwen3(ReferenceModel& m, const Ids& ids) {
  return decoder(m, ids, {.head_norms = true});
}
inline Rows eurobert(ReferenceModel& m, const Ids& ids) {
  return decoder(m, ids, {.causal = false, .base = 250000});
}

/// Llama 3's frequency scaling with factor 8, low and high frequency factors 1 and 4, and 16
/// original positions. Of the frequencies 1, 0.0464 and 0.00215 radians per position, the first
/// makes 2.55 turns in 16 positions, the others less than one.
inline Rows llama3(ReferenceModel& m, const Ids& ids) {
  return decoder(m, ids, {.turn = [](std::size_t i) {
                   const double turns = 16 / (2 * M_PI), kept = (turns - 1) / 3;
                   return i == 0 ? kept + (1 - kept) / 8
                                 : std::pow(10000, -static_cast<double>(i) / 3) / 8;
                 }});
}

template <bool bidirectional>
Rows gemma3(ReferenceModel& m, const Ids& ids) {
  Rows x = m.embed("embed_tokens", ids, kVocabulary, kHidden);
  for (Doubles& row : x) {
    for (double& value : row) value *= std::sqrt(24.0);
  }
  for (std::size_t i = 0; i < kLayers; ++i) {
    const std::string n = numbered("layers.", i), attention = n + "self_attn.";
    const bool global = i == 1;
    const auto turn = frequencies(global ? 1e6 : 10000, 8);
    const Rows input = m.rms_norm(x, n + "input_layernorm", 1e-6, 1);
    const Rows q = m.rms_norm(m.linear(input, attention + "q_proj", 32, false),
                              attention + "q_norm", 1e-6, 1, 8);
    const Rows k = m.rms_norm(m.linear(input, attention + "k_proj", 8, false), attention + "k_norm",
                              1e-6, 1, 8);
    Heads heads{.heads = 4, .kv_heads = 1, .dim = 8, .scale = 1 / std::sqrt(10.0)};
    heads.sees = [=](long a, long b) {
      if (!bidirectional && b > a) return false;
      return global || std::abs(a - b) <= (bidirectional ? 4 : 7);
    };
    const Rows mixed = multi_head(rotate(q, 8, turn), rotate(k, 8, turn),
                                  m.linear(input, attention + "v_proj", 8, false), heads);
    x = add(x, m.rms_norm(m.linear(mixed, attention + "o_proj", kHidden, false),
                          n + "post_attention_layernorm", 1e-6, 1));
    const Rows ready = m.rms_norm(x, n + "pre_feedforward_layernorm", 1e-6, 1);
    const Rows intermediate_size =
        multiply(map(m.linear(ready, n + "mlp.gate_proj", kIntermediateSize, false), gelu_tanh),
                 m.linear(ready, n + "mlp.up_proj", kIntermediateSize, false));
    x = add(x, m.rms_norm(m.linear(intermediate_size, n + "mlp.down_proj", kHidden, false),
                          n + "post_feedforward_layernorm", 1e-6, 1));
  }
  return m.rms_norm(x, "norm", 1e-6, 1);
}

inline Rows nomic(ReferenceModel& m, const Ids& ids) {
  Rows x = m.layer_norm(add(m.embed("embeddings.word_embeddings", ids, kVocabulary, kHidden),
                            type_row(m, 2, kHidden)),
                        "emb_ln", 1e-12);
  const auto turn = frequencies(1000, kDim);
  for (std::size_t i = 0; i < kLayers; ++i) {
    const std::string n = numbered("encoder.layers.", i);
    const Rows qkv = m.linear(x, n + "attn.Wqkv", 3 * kHidden, false);
    const Rows mixed = multi_head(rotate(columns(qkv, 0, kHidden), kDim, turn),
                                  rotate(columns(qkv, kHidden, kHidden), kDim, turn),
                                  columns(qkv, 2 * kHidden, kHidden), kEven);
    x = m.layer_norm(add(x, m.linear(mixed, n + "attn.out_proj", kHidden, false)), n + "norm1",
                     1e-12);
    const Rows intermediate_size =
        multiply(m.linear(x, n + "mlp.fc11", kIntermediateSize, false),
                 map(m.linear(x, n + "mlp.fc12", kIntermediateSize, false), silu));
    x = m.layer_norm(add(x, m.linear(intermediate_size, n + "mlp.fc2", kHidden, false)),
                     n + "norm2", 1e-12);
  }
  return x;
}

/// GTE with its own frequency scaling by the factor 2: the base is 500000 * 2, and the angles are
/// divided by 2^(2 / 6).
inline Rows gte(ReferenceModel& m, const Ids& ids) {
  Rows x = m.layer_norm(add(m.embed("embeddings.word_embeddings", ids, kVocabulary, kHidden),
                            type_row(m, 2, kHidden)),
                        "embeddings.LayerNorm", 1e-12);
  const auto turn = [](std::size_t i) {
    return std::pow(1e6, -static_cast<double>(i) / 3) / std::pow(2, 1.0 / 3);
  };
  for (std::size_t i = 0; i < kLayers; ++i) {
    const std::string n = numbered("encoder.layer.", i);
    const Rows qkv = m.linear(x, n + "attention.qkv_proj", 3 * kHidden);
    const Rows mixed = multi_head(rotate(columns(qkv, 0, kHidden), kDim, turn),
                                  rotate(columns(qkv, kHidden, kHidden), kDim, turn),
                                  columns(qkv, 2 * kHidden, kHidden), kEven);
    x = m.layer_norm(add(x, m.linear(mixed, n + "attention.o_proj", kHidden)), n + "attn_ln",
                     1e-12);
    const Rows both = m.linear(x, n + "mlp.up_gate_proj", 2 * kIntermediateSize, false);
    const Rows intermediate_size =
        multiply(columns(both, 0, kIntermediateSize),
                 map(columns(both, kIntermediateSize, kIntermediateSize), gelu));
    x = m.layer_norm(add(x, m.linear(intermediate_size, n + "mlp.down_proj", kHidden)),
                     n + "mlp_ln", 1e-12);
  }
  return x;
}

}  // namespace m2v::reference
