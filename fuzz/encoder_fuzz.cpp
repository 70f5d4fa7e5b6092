#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "encoder/encoder.h"
#include "simd/target.h"

using namespace m2v;
using namespace m2v::encoder;

namespace {

/// Turns the fuzzer's input into choices, one byte each. At the end of the input, all bytes are 0.
class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  /// Returns a number from `least` to `most`, inclusive.
  std::size_t number(std::size_t least, std::size_t most) {
    const std::size_t byte = bytes_.empty() ? 0 : bytes_.front();
    if (!bytes_.empty()) bytes_ = bytes_.subspan(1);
    return least + byte % (most - least + 1);
  }
  bool yes() { return number(0, 1) == 1; }

 private:
  std::span<const std::uint8_t> bytes_;
};

constexpr std::size_t kVocabulary = 20, kMaxLength = 140;

/// Makes transformers of any shape that the parts of the families allow, with random weights.
class Maker {
 public:
  explicit Maker(Choices& choices)
      : choose_(choices), random_(static_cast<std::uint32_t>(choices.number(0, 255))) {}

  Transformer make() {
    Transformer made(choose_.number(0, 3) == 0 ? Precision::kInt16 : Precision::kFloat32);
    packing_ = made.packing();
    const std::size_t kv_heads = choose_.number(1, 12), heads = kv_heads * choose_.number(1, 3);
    heads_ = {.heads = heads,
              .kv_heads = kv_heads,
              .head_dim = std::min(choose_.number(1, 33), std::max<std::size_t>(1, 72 / heads))};
    hidden_ = choose_.yes() ? heads_.query_width() : width();
    made.hidden = hidden_;
    made.max_length = kMaxLength;
    embed(made.embeddings);
    for (std::size_t i = choose_.number(1, 2); i > 0; --i) made.layers.push_back(layer());
    if (choose_.yes()) made.order.assign(2, made.layers.size() - 1);
    if (choose_.yes()) made.final_norm = norm(hidden_);
    if (choose_.yes()) made.pooler = linear(hidden_, hidden_, Linear::Output::kReplace);
    return made;
  }

 private:
  /// Returns a small dimension, or one large enough for Strassen's algorithm
  /// (simd/product_strassen.h).
  std::size_t width() { return choose_.number(0, 7) == 0 ? 128 : choose_.number(1, 90); }

  std::vector<float> floats(std::size_t count, float deviation) {
    std::vector<float> values(count);
    for (float& value : values) {
      random_ = random_ * 1'664'525 + 1'013'904'223;
      value = deviation * (static_cast<float>(random_ >> 8) * 0x2p-24f - 1) * std::sqrt(3.0f);
    }
    return values;
  }

  Linear linear(std::size_t inputs, std::size_t outputs, Linear::Output output) {
    constexpr Activation kKinds[] = {Activation::kNone, Activation::kGelu, Activation::kGeluTanh,
                                     Activation::kRelu, Activation::kSilu, Activation::kTanh};
    const Activation activation = output == Linear::Output::kAdd
                                      ? Activation::kNone
                                      : kKinds[choose_.number(0, std::size(kKinds) - 1)];
    const auto bias = floats(choose_.yes() ? outputs : 0, 1);
    return {floats(inputs * outputs, 1 / std::sqrt(static_cast<float>(inputs))),
            bias,
            inputs,
            outputs,
            activation,
            output,
            packing_};
  }

  Norm norm(std::size_t dim) {
    const bool rms = choose_.yes();
    return {.weight = std::vector<float>(dim, 1),
            .bias = floats(rms ? 0 : dim, 1),
            .epsilon = 1e-5f,
            .kind = rms ? Norm::Kind::kRms : Norm::Kind::kLayer};
  }

  Norm head_norm() {
    return {.weight = std::vector<float>(heads_.head_dim, 1),
            .bias = {},
            .epsilon = 1e-5f,
            .kind = Norm::Kind::kRms};
  }

  void embed(Embeddings& embeddings) {
    const bool projected = choose_.yes();
    const std::size_t dim = projected ? width() : hidden_;
    words_ = floats(kVocabulary * dim, 1);
    embeddings.words = {nullptr, formats::TensorView{.name = "words",
                                                     .type = formats::TensorType::kF32,
                                                     .shape = {kVocabulary, dim},
                                                     .bytes = std::as_bytes(std::span(words_))}};
    if (choose_.yes()) embeddings.scale = 2;
    if (choose_.yes()) embeddings.constant = floats(dim, 1);
    if (choose_.yes()) {
      embeddings.positions = floats((kMaxLength + 4) * dim, 1);
      if (choose_.yes()) embeddings.padding_id = 3;
    }
    if (choose_.yes()) embeddings.norm = norm(dim);
    if (projected) embeddings.projection = linear(dim, hidden_, Linear::Output::kReplace);
    if (choose_.yes()) embeddings.projected_norm = norm(hidden_);
  }

  /// Adds random norms to one half of a layer. Returns how its last product must end.
  Linear::Output surround(NormPlacement& norms) {
    if (choose_.yes()) norms.before = norm(hidden_);
    if (choose_.yes()) norms.sum = norm(hidden_);
    if (!choose_.yes()) return Linear::Output::kAdd;
    norms.after = norm(hidden_);
    return Linear::Output::kReplace;
  }

  Layer layer() {
    Layer made;
    const Linear::Output attended = surround(made.attention_norms);
    made.attention = attention();
    made.attention.output = linear(heads_.query_width(), hidden_, attended);
    const Linear::Output fed = surround(made.feed_forward_norms);
    FeedForward& network = made.feed_forward;
    network.intermediate_size = width();
    if (choose_.yes()) network.gate = choose_.yes() ? Activation::kSilu : Activation::kGelu;
    network.up = linear(hidden_, network.width(), Linear::Output::kReplace);
    network.down = linear(network.intermediate_size, hidden_, fed);
    return made;
  }

  Attention attention() {
    Attention made;
    made.shape = heads_;
    made.projection = linear(hidden_, heads_.width(), Linear::Output::kReplace);
    if (choose_.yes()) made.scale = 0.1f;
    if (choose_.yes()) made.before = choose_.number(0, 40);
    if (choose_.yes()) made.after = choose_.number(0, 40);
    if (choose_.yes()) made.query_norm = head_norm();
    if (choose_.yes()) made.key_norm = head_norm();
    if (heads_.head_dim > 1 && choose_.yes()) {
      made.rotary = Rotary::plain(2 * choose_.number(1, heads_.head_dim / 2), 10'000);
    }
    const std::size_t buckets = choose_.number(2, 16) * 2;
    const std::size_t positions = choose_.number(0, 3);
    if (positions == 1) {
      made.relative_bias = std::make_shared<const RelativeBias>(
          RelativeBias{.values = floats(buckets * heads_.heads, 1),
                       .buckets = buckets,
                       .heads = heads_.heads,
                       .max_distance = 40});
    } else if (positions == 2 && heads_.heads == heads_.kv_heads) {
      const std::size_t size = 2 * buckets * heads_.query_width();
      Disentangled& disentangled = made.disentangled.emplace();
      disentangled.distances = {.span = buckets, .buckets = buckets, .max_distance = 64};
      if (choose_.yes()) disentangled.keys = floats(size, 0.3f);
      if (choose_.yes()) disentangled.queries = floats(size, 0.3f);
    }
    return made;
  }

  Choices& choose_;
  std::uint32_t random_;
  Packing packing_;
  HeadShape heads_{};
  std::size_t hidden_ = 0;
  std::vector<float> words_;
};

std::vector<Sequence> make_sequences(Choices& choose) {
  std::vector<Sequence> sequences(choose.number(1, 8));
  std::size_t left = 200;  // tokens in all, so that each input takes little time
  for (Sequence& sequence : sequences) {
    sequence.resize(std::min(choose.number(1, kMaxLength), std::max<std::size_t>(left, 1)));
    left -= std::min(left, sequence.size());
    std::uint32_t id = static_cast<std::uint32_t>(choose.number(0, kVocabulary - 1));
    for (std::uint32_t& token : sequence) token = id = (id * 7 + 3) % kVocabulary;
  }
  return sequences;
}

}  // namespace

/// Runs sequences of any lengths through a transformer of any shape, on any instruction set of the
/// machine. The vectors must be finite, and bit-identical on any number of threads.
/// AddressSanitizer detects accesses beyond a buffer, and the kernels' assertions detect scratch
/// memory that is too small. Unit tests check the values: random layers may amplify rounding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::string> targets = simd::available_targets();
  Choices choose(std::span(data, size));
  simd::force_target(targets[choose.number(0, targets.size() - 1)]);
  const std::vector<Sequence> sequences = make_sequences(choose);
  Maker maker(choose);
  const Encoder encoder("any", maker.make());
  std::vector<Pooling> poolings = {Pooling::kMean, Pooling::kFirst, Pooling::kLast};
  if (encoder.has_pooler()) poolings.push_back(Pooling::kPooler);
  const Matrix vectors = encoder.encode(sequences, poolings, 1);
  for (const float value : vectors.data) {
    if (!std::isfinite(value)) std::abort();
  }
  if (encoder.encode(sequences, poolings, 3).data != vectors.data) std::abort();
  return 0;
}
