#include "encoder/linear.h"

#include <dlfcn.h>

#include <dnnl.hpp>
#include <stdexcept>
#include <unordered_map>

#include "m2v/error.h"

namespace m2v::encoder {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;
constexpr auto kFloat = memory::data_type::f32;

/// oneDNN asks the OpenMP runtime how many threads to use. Which runtime that is depends on how the
/// library was built, and it need not be our compiler's: so the loaded one is asked for by name.
/// None loaded (a oneDNN without OpenMP) is fine.
struct OpenMp {
  using Get = int (*)();
  using Set = void (*)(int);
  Get get = reinterpret_cast<Get>(::dlsym(RTLD_DEFAULT, "omp_get_max_threads"));
  Set set = reinterpret_cast<Set>(::dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
};

const OpenMp& open_mp() {
  static const OpenMp functions;
  return functions;
}

const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

void append_activation(dnnl::post_ops& operations, Activation activation) {
  const auto append = [&](dnnl::algorithm algorithm, float alpha) {
#if DNNL_VERSION_MAJOR >= 3
    operations.append_eltwise(algorithm, alpha, 0.0f);
#else
    operations.append_eltwise(1.0f, algorithm, alpha, 0.0f);
#endif
  };
  switch (activation) {
    case Activation::kNone:
      break;
    case Activation::kGelu:
      append(dnnl::algorithm::eltwise_gelu_erf, 0.0f);
      break;
    case Activation::kGeluTanh:
      append(dnnl::algorithm::eltwise_gelu_tanh, 0.0f);
      break;
    case Activation::kRelu:
      append(dnnl::algorithm::eltwise_relu, 0.0f);
      break;
    case Activation::kSilu:
      append(dnnl::algorithm::eltwise_swish, 1.0f);
      break;
    case Activation::kTanh:
      append(dnnl::algorithm::eltwise_tanh, 0.0f);
      break;
  }
}

dnnl::matmul::primitive_desc describe(const memory::desc& x, const memory::desc& weight,
                                      const memory::desc& bias, const memory::desc& y,
                                      const dnnl::primitive_attr& attributes) {
#if DNNL_VERSION_MAJOR >= 3
  return {cpu(), x, weight, bias, y, attributes};
#else
  return {dnnl::matmul::desc(x, weight, bias, y), attributes, cpu()};
#endif
}

/// oneDNN's C++ interface takes mutable memory even for what it only reads.
float* mutable_pointer(const float* data) { return const_cast<float*>(data); }

}  // namespace

SingleThreaded::SingleThreaded() : before_(open_mp().get == nullptr ? 0 : open_mp().get()) {
  if (open_mp().set != nullptr) open_mp().set(1);
}

SingleThreaded::~SingleThreaded() {
  if (open_mp().set != nullptr && before_ > 0) open_mp().set(before_);
}

struct Linear::Impl {
  std::size_t inputs = 0, outputs = 0;
  memory::desc x, y, scratch;
  memory weight, bias;  // the packed copies
  dnnl::matmul product;
};

Linear::Linear(std::span<const float> weight, std::span<const float> bias, std::size_t inputs,
               std::size_t outputs, Activation activation, Output output, WeightMemory& weights) {
  if (weight.size() != inputs * outputs || (!bias.empty() && bias.size() != outputs)) {
    throw std::invalid_argument("Linear: the weight or the bias is not of the stated size");
  }
  const SingleThreaded single_threaded;
  try {
    auto impl = std::make_unique<Impl>();
    const auto rows = static_cast<memory::dim>(kBlockRows);
    const auto in = static_cast<memory::dim>(inputs), out = static_cast<memory::dim>(outputs);
    impl->inputs = inputs;
    impl->outputs = outputs;
    impl->x = memory::desc({rows, in}, kFloat, Tag::ab);
    impl->y = memory::desc({rows, out}, kFloat, Tag::ab);
    const memory::desc bias_desc({1, out}, kFloat, Tag::ab);

    dnnl::post_ops operations;
    append_activation(operations, activation);
    if (output == Output::kAdd) operations.append_sum(1.0f);
    dnnl::primitive_attr attributes;
    attributes.set_post_ops(operations);
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const auto description = describe(impl->x, memory::desc({in, out}, kFloat, Tag::any), bias_desc,
                                      impl->y, attributes);

    dnnl::stream stream(cpu());
    memory given({{in, out}, kFloat, Tag::ba}, cpu(), mutable_pointer(weight.data()));
    const memory::desc packed = description.weights_desc();
    impl->weight = memory(packed, cpu(), weights.allocate(packed.get_size()));
    dnnl::reorder(given, impl->weight).execute(stream, given, impl->weight);
    stream.wait();
    impl->bias = memory(bias_desc, cpu(), weights.allocate(bias_desc.get_size()));
    auto* to = static_cast<float*>(impl->bias.get_data_handle());
    for (std::size_t i = 0; i < outputs; ++i) to[i] = bias.empty() ? 0.0f : bias[i];
    impl->scratch = description.scratchpad_desc();
    impl->product = dnnl::matmul(description);
    impl_ = std::move(impl);
  } catch (const dnnl::error& error) {
    throw Error(std::string("oneDNN cannot prepare a matrix product: ") + error.what());
  }
}

Linear::Linear() = default;
Linear::~Linear() = default;
Linear::Linear(Linear&&) noexcept = default;
Linear& Linear::operator=(Linear&&) noexcept = default;

void Linear::apply(const float* x, std::size_t rows, float* y,
                   std::vector<std::byte>& scratch) const {
  try {
    if (scratch.size() < impl_->scratch.get_size()) scratch.resize(impl_->scratch.get_size());
    dnnl::stream stream(cpu());
    memory from(impl_->x, cpu(), mutable_pointer(x)), to(impl_->y, cpu(), y);
    const std::unordered_map<int, memory> arguments{
        {DNNL_ARG_SRC, from},
        {DNNL_ARG_WEIGHTS, impl_->weight},
        {DNNL_ARG_BIAS, impl_->bias},
        {DNNL_ARG_DST, to},
        {DNNL_ARG_SCRATCHPAD, memory(impl_->scratch, cpu(), scratch.data())}};
    for (std::size_t row = 0; row < rows; row += kBlockRows) {
      from.set_data_handle(mutable_pointer(x + row * impl_->inputs));
      to.set_data_handle(y + row * impl_->outputs);
      impl_->product.execute(stream, arguments);
    }
    stream.wait();
  } catch (const dnnl::error& error) {
    throw Error(std::string("oneDNN failed in a matrix product: ") + error.what());
  }
}

}  // namespace m2v::encoder
