#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace m2v::encoder {

struct PickleValue;

/// A name such as "torch.FloatStorage"; nothing is ever imported or called.
struct PickleName {
  std::string name;
};
/// What stands outside of the pickle, by the tuple that identifies it.
struct PickleOutside {
  std::shared_ptr<const PickleValue> id;
  unsigned depth;
};
/// A name that the pickle would call, and the tuple of arguments.
struct PickleCall {
  std::string name;
  std::shared_ptr<const PickleValue> arguments;
  unsigned depth;
};
/// A list, tuple or dictionary. Once another value holds it, it can no longer change: so its depth
/// stays true, and nothing comes to contain itself.
template <typename Item>
struct PickleContainer {
  std::vector<Item> items;
  unsigned depth = 1;  ///< Of nesting; limited, so that nothing runs out of stack.
  bool held = false;
};
using PickleList = std::shared_ptr<PickleContainer<PickleValue>>;
using PickleDict = std::shared_ptr<PickleContainer<std::pair<PickleValue, PickleValue>>>;

struct PickleValue {
  std::variant<std::monostate, bool, std::int64_t, double, std::string, PickleName, PickleOutside,
               PickleCall, PickleList, PickleDict>
      value;
};

/// Reads one pickle from `position` on and moves it behind. Executes nothing: of the opcodes, those
/// that torch.save writes for dictionaries of tensors are known, and of the names to call, those
/// that make tensors and ordered dictionaries. Throws FormatError, with the byte, for all others.
PickleValue read_pickle(std::span<const std::byte> bytes, std::size_t& position,
                        const std::string& file);

}  // namespace m2v::encoder
