#include "formats/pickle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "m2v/error.h"

namespace m2v::formats {
namespace {

constexpr unsigned kMaxDepth = 32;

/// The names that may be called. The reader of the result interprets the calls.
constexpr std::string_view kCalls[] = {"collections.OrderedDict", "torch._utils._rebuild_tensor_v2",
                                       "torch._utils._rebuild_parameter"};
/// The other names that may occur.
constexpr std::string_view kNames[] = {
    "torch.FloatStorage", "torch.HalfStorage", "torch.BFloat16Storage", "torch.DoubleStorage",
    "torch.LongStorage",  "torch.IntStorage",  "torch.ShortStorage",    "torch.CharStorage",
    "torch.ByteStorage",  "torch.BoolStorage"};

/// The virtual machine of a pickle: a stack, marks in it, and a memo of numbered values.
class Machine {
 public:
  Machine(std::span<const std::byte> bytes, std::size_t& position, const std::string& file)
      : bytes_(bytes), position_(position), file_(file) {}

  PickleValue run() {
    for (;;) {
      start_ = position_;
      const auto code = number<std::uint8_t>();
      if (code == '.') return pop();
      if (!constant(code) && !memo(code) && !collection(code) && !object(code)) {
        fail("opcode " + std::to_string(code) +
             " has no place in a file of tensors; it is refused, and nothing was executed");
      }
    }
  }

 private:
  using Items = std::vector<PickleValue>;

  [[noreturn]] void fail(const std::string& problem) const {
    throw FormatError(file_, "pickle, byte " + std::to_string(start_), problem);
  }

  std::string text(std::size_t size) {
    if (size > bytes_.size() - position_) fail("the pickle is cut off");
    const auto* begin = reinterpret_cast<const char*>(bytes_.data()) + position_;
    position_ += size;
    return {begin, size};
  }

  template <typename T>
  T number() {
    T value;
    if (sizeof value > bytes_.size() - position_) fail("the pickle is cut off");
    std::memcpy(&value, bytes_.data() + position_, sizeof value);
    position_ += sizeof value;
    return value;
  }

  std::string line() {
    std::string result;
    for (char c = number<char>(); c != '\n'; c = number<char>()) result += c;
    return result;
  }

  template <typename T>
  void push(T value) {
    stack_.push_back({.value = std::move(value)});
  }

  /// Marks `value` as an element of another value, so that it can no longer be modified. Returns
  /// the minimum depth of the other value. Throws FormatError if that is too deep.
  unsigned hold(const PickleValue& value) const {
    unsigned depth = 0;
    if (const auto* list = std::get_if<PickleList>(&value.value)) {
      (*list)->held = true, depth = (*list)->depth;
    } else if (const auto* dict = std::get_if<PickleDict>(&value.value)) {
      (*dict)->held = true, depth = (*dict)->depth;
    } else if (const auto* outside = std::get_if<PicklePersistentId>(&value.value)) {
      depth = outside->depth;
    } else if (const auto* called = std::get_if<PickleCall>(&value.value)) {
      depth = called->depth;
    }
    if (depth >= kMaxDepth) fail("nested too deeply");
    return depth + 1;
  }

  PickleValue pop() {
    if (stack_.empty() || (!marks_.empty() && marks_.back() == stack_.size())) {
      fail("stack underflow");
    }
    PickleValue value = std::move(stack_.back());
    stack_.pop_back();
    return value;
  }

  Items pop_to_mark() {
    if (marks_.empty()) fail("missing mark");
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    Items items(std::make_move_iterator(begin), std::make_move_iterator(stack_.end()));
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return items;
  }

  Items pop_many(std::size_t count) {
    Items items;
    for (std::size_t i = 0; i < count; ++i) items.push_back(pop());
    std::ranges::reverse(items);
    return items;
  }

  template <typename T>
  T pop_as(const char* what) {
    PickleValue value = pop();
    if (T* found = std::get_if<T>(&value.value)) return std::move(*found);
    fail(std::string("expected ") + what);
  }

  void push_list(Items items) {
    push(std::make_shared<PickleContainer<PickleValue>>());
    append(std::move(items));
  }

  void push_dict() {
    push(std::make_shared<PickleContainer<std::pair<PickleValue, PickleValue>>>());
  }

  /// Returns the container on top of the stack, and adjusts its depth for adding `items` to it.
  template <typename Container>
  typename Container::element_type& top_for(const Items& items) {
    Container* found = stack_.empty() ? nullptr : std::get_if<Container>(&stack_.back().value);
    if (found == nullptr) fail("no container on top of the stack");
    for (const PickleValue& item : items) (*found)->depth = std::max((*found)->depth, hold(item));
    if ((*found)->held) fail("modifies a container that is an element of another value");
    return **found;
  }

  void set_items(Items items) {
    if (items.size() % 2 != 0) fail("a key without a value");
    auto& dict = top_for<PickleDict>(items);
    for (std::size_t i = 0; i < items.size(); i += 2) {
      dict.items.emplace_back(std::move(items[i]), std::move(items[i + 1]));
    }
  }

  void append(Items items) {
    auto& list = top_for<PickleList>(items);
    std::ranges::move(items, std::back_inserter(list.items));
  }

  bool constant(std::uint8_t code);
  bool memo(std::uint8_t code);
  bool collection(std::uint8_t code);
  bool object(std::uint8_t code);
  void push_name(std::string name);
  void call();

  std::span<const std::byte> bytes_;
  std::size_t& position_;
  const std::string& file_;
  std::size_t start_ = 0;
  Items stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint32_t, PickleValue> memo_;
};

bool Machine::constant(std::uint8_t code) {
  switch (code) {
    case 0x80:  // PROTO
      if (number<std::uint8_t>() > 5) fail("unknown protocol");
      return true;
    case 0x95:  // FRAME
      number<std::uint64_t>();
      return true;
    case 'N':
      return push(std::monostate()), true;
    case 0x88:
      return push(true), true;
    case 0x89:
      return push(false), true;
    case 'K':
      return push(std::int64_t{number<std::uint8_t>()}), true;
    case 'M':
      return push(std::int64_t{number<std::uint16_t>()}), true;
    case 'J':
      return push(std::int64_t{number<std::int32_t>()}), true;
    case 0x8a: {  // LONG1: two's complement of any length
      const std::string digits = text(number<std::uint8_t>());
      std::uint64_t value =
          !digits.empty() && static_cast<signed char>(digits.back()) < 0 ? ~0ull : 0;
      // Longer numbers, such as the magic number of old files, are truncated to 64 bits.
      for (std::size_t i = std::min<std::size_t>(digits.size(), 8); i-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(digits[i]);
      }
      return push(static_cast<std::int64_t>(value)), true;
    }
    case 'G': {  // BINFLOAT: big-endian
      std::uint64_t bits = 0;
      for (int i = 0; i < 8; ++i) bits = bits << 8 | number<std::uint8_t>();
      return push(std::bit_cast<double>(bits)), true;
    }
    case 'X':
      return push(text(number<std::uint32_t>())), true;
    case 0x8c:
    case 'U':
      return push(text(number<std::uint8_t>())), true;
    default:
      return false;
  }
}

bool Machine::memo(std::uint8_t code) {
  const auto put = [&](std::uint32_t index) {
    if (stack_.empty()) fail("memoizes from an empty stack");
    memo_[index] = stack_.back();
    return true;
  };
  const auto get = [&](std::uint32_t index) {
    const auto found = memo_.find(index);
    if (found == memo_.end()) fail("reads an undefined memo entry");
    stack_.push_back(found->second);
    return true;
  };
  switch (code) {
    case 'q':
      return put(number<std::uint8_t>());
    case 'r':
      return put(number<std::uint32_t>());
    case 0x94:  // MEMOIZE
      return put(static_cast<std::uint32_t>(memo_.size()));
    case 'h':
      return get(number<std::uint8_t>());
    case 'j':
      return get(number<std::uint32_t>());
    default:
      return false;
  }
}

bool Machine::collection(std::uint8_t code) {
  switch (code) {
    case '(':
      return marks_.push_back(stack_.size()), true;
    case ')':
    case ']':
      return push_list({}), true;
    case '}':
      return push_dict(), true;
    case 't':
      return push_list(pop_to_mark()), true;
    case 0x85:
    case 0x86:
    case 0x87:
      return push_list(pop_many(code - 0x84u)), true;
    case 's':
      return set_items(pop_many(2)), true;
    case 'u':
      return set_items(pop_to_mark()), true;
    case 'a':
      return append(pop_many(1)), true;
    case 'e':
      return append(pop_to_mark()), true;
    default:
      return false;
  }
}

bool Machine::object(std::uint8_t code) {
  switch (code) {
    case 'c': {
      std::string module = line();
      push_name(module + "." + line());
      return true;
    }
    case 0x93: {  // STACK_GLOBAL
      const auto name = pop_as<std::string>("a name");
      push_name(pop_as<std::string>("a module's name") + "." + name);
      return true;
    }
    case 'Q': {  // BINPERSID
      PickleValue id = pop();
      const unsigned depth = hold(id);
      push(PicklePersistentId{std::make_shared<const PickleValue>(std::move(id)), depth});
      return true;
    }
    case 'R':
      return call(), true;
    case 'b': {  // BUILD: ignores _metadata, the attributes of an ordered dictionary
      pop();
      if (stack_.empty() || !std::holds_alternative<PickleDict>(stack_.back().value)) {
        fail("sets attributes of something other than a dictionary; it is refused");
      }
      return true;
    }
    default:
      return false;
  }
}

void Machine::push_name(std::string name) {
  if (std::ranges::find(kNames, name) == std::end(kNames) &&
      std::ranges::find(kCalls, name) == std::end(kCalls)) {
    fail("names \"" + name.substr(0, 100) +
         "\", which has no place in a file of tensors; it is refused, and nothing was executed");
  }
  push(PickleName{std::move(name)});
}

void Machine::call() {
  PickleValue arguments = pop();
  const auto function = pop_as<PickleName>("a name to call");
  if (std::ranges::find(kCalls, function.name) == std::end(kCalls)) {
    fail("calls \"" + function.name + "\"; it is refused");
  }
  if (function.name == kCalls[0]) {
    push_dict();
    return;
  }
  const unsigned depth = hold(arguments);
  push(PickleCall{function.name, std::make_shared<const PickleValue>(std::move(arguments)), depth});
}

}  // namespace

PickleValue read_pickle(std::span<const std::byte> bytes, std::size_t& position,
                        const std::string& file) {
  return Machine(bytes, position, file).run();
}

}  // namespace m2v::formats
