#pragma once

#include <cstdint>
#include <span>

namespace m2v::tokenizer {

/// Receives the ids of a text, a few at a time and in order, while later words are still being
/// looked up. A caller that will read data for each id can have it fetched from memory meanwhile.
/// Ids may be received that encoding drops in the end, because they are beyond the maximum length.
/// A plain function and its argument, because it is called for every few ids.
class IdSink {
 public:
  using Function = void (*)(const void* context, std::span<const std::uint32_t> ids) noexcept;

  IdSink() = default;  ///< Ignores all ids.
  /// Calls function(context, ids). `context` must outlive the sink.
  IdSink(Function function, const void* context) noexcept
      : function_(function), context_(context) {}

  void operator()(std::span<const std::uint32_t> ids) const noexcept {
    if (function_ != nullptr) function_(context_, ids);
  }

 private:
  Function function_ = nullptr;
  const void* context_ = nullptr;
};

}  // namespace m2v::tokenizer
