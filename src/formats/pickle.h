#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace m2v::formats {

struct PickleValue;

/// A global name such as "torch.FloatStorage". It is never imported or called.
struct PickleName {
  std::string name;
};
/// An object stored outside the pickle, such as the bytes of a tensor, given by its persistent ID.
struct PicklePersistentId {
  std::shared_ptr<const PickleValue> id;  ///< Usually a tuple.
  unsigned depth;                         ///< The depth of nesting, including `id`.
};
/// A call that Python would make when unpickling. It is recorded and never made.
struct PickleCall {
  std::string name;
  std::shared_ptr<const PickleValue> arguments;  ///< Usually a tuple.
  unsigned depth;                                ///< The depth of nesting, including `arguments`.
};
/// A list, tuple or dictionary. Once it is an element of another value it can no longer be
/// modified, so its depth remains valid and no value can contain itself.
template <typename Item>
struct PickleContainer {
  std::vector<Item> items;
  unsigned depth = 1;  ///< The depth of nesting, limited so that recursion is safe.
  bool held = false;   ///< Whether it is an element of another value.
};
using PickleList = std::shared_ptr<PickleContainer<PickleValue>>;  ///< A list or a tuple.
using PickleDict = std::shared_ptr<PickleContainer<std::pair<PickleValue, PickleValue>>>;

/// A Python value. std::monostate stands for None.
struct PickleValue {
  std::variant<std::monostate, bool, std::int64_t, double, std::string, PickleName,
               PicklePersistentId, PickleCall, PickleList, PickleDict>
      value;
};

/// Reads one pickle from `position` on and advances `position` past it. Executes nothing. Accepts
/// only the opcodes that torch.save writes for dictionaries of tensors, and only calls that create
/// tensors and ordered dictionaries. Throws FormatError, which names `file` and the byte, for
/// anything else and if the pickle is damaged.
PickleValue read_pickle(std::span<const std::byte> bytes, std::size_t& position,
                        const std::string& file);

}  // namespace m2v::formats
