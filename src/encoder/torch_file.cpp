#include "encoder/torch_file.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>

#include "formats/pickle.h"
#include "formats/zip.h"
#include "m2v/error.h"

namespace m2v::encoder {
namespace {

using formats::TensorType;

constexpr std::pair<std::string_view, TensorType> kStorages[] = {
    {"torch.FloatStorage", TensorType::kF32},     {"torch.HalfStorage", TensorType::kF16},
    {"torch.BFloat16Storage", TensorType::kBF16}, {"torch.DoubleStorage", TensorType::kF64},
    {"torch.LongStorage", TensorType::kI64},      {"torch.IntStorage", TensorType::kI32},
    {"torch.ShortStorage", TensorType::kI16},     {"torch.CharStorage", TensorType::kI8},
    {"torch.ByteStorage", TensorType::kU8},       {"torch.BoolStorage", TensorType::kBool}};

/// The description of a tensor, before its numbers are located.
struct Described {
  std::string name, storage;
  TensorType type;
  std::uint64_t storage_size, offset;  ///< In elements.
  std::vector<std::size_t> shape;
};

/// Casts pickle values to the types that torch.save writes; throws FormatError if they differ.
class Parts {
 public:
  Parts(const std::string& file, std::string location)
      : file_(file), location_(std::move(location)) {}

  [[noreturn]] void fail(const std::string& problem) const {
    throw FormatError(file_, location_, problem);
  }
  template <typename T>
  const T& as(const formats::PickleValue& value) const {
    const T* found = std::get_if<T>(&value.value);
    if (found == nullptr) fail("is not described as torch.save describes tensors");
    return *found;
  }
  const std::vector<formats::PickleValue>& list(const formats::PickleValue& value,
                                                std::size_t least) const {
    const auto& items = as<formats::PickleList>(value)->items;
    if (items.size() < least) fail("is not described as torch.save describes tensors");
    return items;
  }
  std::uint64_t natural(const formats::PickleValue& value) const {
    const auto number = as<std::int64_t>(value);
    if (number < 0) fail("has a negative size or offset");
    return static_cast<std::uint64_t>(number);
  }

 private:
  const std::string& file_;
  std::string location_;
};

/// Decodes the call that rebuilds a tensor, with the arguments (storage, offset, shape, strides,
/// ...), or the call that wraps it in a parameter.
Described describe(const std::string& name, const formats::PickleCall& call, const Parts& parts) {
  const auto& arguments = parts.list(*call.arguments, 1);
  if (call.name == "torch._utils._rebuild_parameter") {
    const auto& inner = parts.as<formats::PickleCall>(arguments[0]);
    if (inner.name == call.name) parts.fail("is a parameter of a parameter");
    return describe(name, inner, parts);
  }
  if (arguments.size() < 4) parts.fail("is not described as torch.save describes tensors");
  const auto& storage = parts.list(*parts.as<formats::PicklePersistentId>(arguments[0]).id, 5);
  const std::string& type = parts.as<formats::PickleName>(storage[1]).name;
  const auto* const found = std::ranges::find(
      kStorages, type, [](const auto& entry) -> std::string_view { return entry.first; });
  if (found == std::end(kStorages)) parts.fail("has a storage of type " + type);
  Described result{.name = name,
                   .storage = parts.as<std::string>(storage[2]),
                   .type = found->second,
                   .storage_size = parts.natural(storage[4]),
                   .offset = parts.natural(arguments[1]),
                   .shape = {}};
  for (const formats::PickleValue& size : parts.list(arguments[2], 0)) {
    result.shape.push_back(parts.natural(size));
  }
  const auto& strides = parts.list(arguments[3], 0);
  if (strides.size() != result.shape.size())
    parts.fail("has a different number of strides than dimensions");
  std::size_t stride = 1;
  for (std::size_t i = result.shape.size(); i-- > 0;) {
    if (result.shape[i] != 1 && parts.natural(strides[i]) != stride) {
      parts.fail("is not contiguous; save the model again with transformers");
    }
    if (__builtin_mul_overflow(stride, result.shape[i], &stride)) parts.fail("overflows");
  }
  return result;
}

/// Collects the tensors of a dictionary. Other entries, such as numbers, are skipped.
void describe_all(const formats::PickleValue& root, const std::string& file,
                  std::vector<Described>& described) {
  const Parts top(file, "pickle");
  for (const auto& [key, value] : top.as<formats::PickleDict>(root)->items) {
    const auto* name = std::get_if<std::string>(&key.value);
    if (name == nullptr) continue;
    if (const auto* call = std::get_if<formats::PickleCall>(&value.value)) {
      described.push_back(
          describe(*name, *call, Parts(file, "tensor \"" + name->substr(0, 100) + "\"")));
    }
  }
  if (!described.empty()) return;
  // Some trainers store the weights one level deeper.
  for (const auto& [key, value] : top.as<formats::PickleDict>(root)->items) {
    const auto* name = std::get_if<std::string>(&key.value);
    if (name != nullptr && (*name == "state_dict" || *name == "model") &&
        std::holds_alternative<formats::PickleDict>(value.value)) {
      describe_all(value, file, described);
      return;
    }
  }
  throw FormatError(file, "pickle", "contains no dictionary of tensors");
}

/// Returns the tensor's part of its storage.
formats::TensorView view(const Described& tensor, std::span<const std::byte> storage,
                         const std::string& file) {
  const std::size_t size = formats::tensor_type_size(tensor.type);
  formats::TensorView result{
      .name = tensor.name, .type = tensor.type, .shape = tensor.shape, .bytes = {}};
  const std::uint64_t available = storage.size() / size, count = result.elements();
  if (tensor.offset > available || count > available - tensor.offset) {
    throw FormatError(file, "tensor \"" + tensor.name.substr(0, 100) + "\"",
                      "extends past the end of its storage");
  }
  result.bytes = storage.subspan(tensor.offset * size, count * size);
  return result;
}

std::vector<formats::TensorView> parse_archive(std::span<const std::byte> bytes,
                                               const std::string& file) {
  const auto members = formats::zip_members(bytes, file);
  const auto pickle = std::ranges::find_if(
      members, [](const auto& member) { return member.first.ends_with("/data.pkl"); });
  if (pickle == members.end()) throw FormatError(file, "zip", "has no data.pkl");
  const std::string root = pickle->first.substr(0, pickle->first.size() - 8);
  if (const auto order = members.find(root + "byteorder"); order != members.end()) {
    const auto text =
        std::string_view(reinterpret_cast<const char*>(order->second.data()), order->second.size());
    if (text != "little")
      throw FormatError(file, order->first, "only little-endian files are supported");
  }
  std::size_t position = 0;
  std::vector<Described> described;
  describe_all(formats::read_pickle(pickle->second, position, file), file, described);
  std::vector<formats::TensorView> tensors;
  for (const Described& tensor : described) {
    const auto found = members.find(root + "data/" + tensor.storage);
    if (found == members.end()) {
      throw FormatError(file, "tensor \"" + tensor.name.substr(0, 100) + "\"",
                        "its storage is missing from the archive");
    }
    tensors.push_back(view(tensor, found->second, file));
  }
  return tensors;
}

/// Parses the format before torch 1.6: a magic number, a version, properties of the machine, the
/// dictionary and the names of the storages, each as a pickle; then the size and the numbers of
/// every storage, in the order of the names.
std::vector<formats::TensorView> parse_old(std::span<const std::byte> bytes,
                                           const std::string& file) {
  // The low 64 bits of the magic number, and the version.
  constexpr std::int64_t kFacts[] = {static_cast<std::int64_t>(0xa86a20f9469cfc6cu), 1001};
  std::size_t position = 0;
  for (const std::int64_t fact : kFacts) {
    const formats::PickleValue value = formats::read_pickle(bytes, position, file);
    const auto* number = std::get_if<std::int64_t>(&value.value);
    if (number == nullptr || *number != fact) {
      throw FormatError(file, "byte 0", "is not a file written by torch.save");
    }
  }
  formats::read_pickle(bytes, position, file);
  std::vector<Described> described;
  describe_all(formats::read_pickle(bytes, position, file), file, described);
  const auto keys = formats::read_pickle(bytes, position, file);
  std::map<std::string, std::span<const std::byte>> storages;
  const Parts parts(file, "list of storages");
  for (const formats::PickleValue& key : parts.list(keys, 0)) {
    const std::string& name = parts.as<std::string>(key);
    const auto used = std::ranges::find(described, name, &Described::storage);
    std::uint64_t count = 0;
    if (bytes.size() - position < sizeof count) parts.fail("the file is truncated");
    std::memcpy(&count, bytes.data() + position, sizeof count);
    position += sizeof count;
    // The dtype of a storage is known only from the tensors that use it.
    if (used == described.end()) parts.fail("names a storage that no tensor uses");
    const std::size_t size = formats::tensor_type_size(used->type);
    if (count > (bytes.size() - position) / size) parts.fail("the file is truncated");
    storages[name] = bytes.subspan(position, count * size);
    position += count * size;
  }
  std::vector<formats::TensorView> tensors;
  tensors.reserve(described.size());
  for (const Described& tensor : described) {
    tensors.push_back(view(tensor, storages[tensor.storage], file));
  }
  return tensors;
}

}  // namespace

std::vector<formats::TensorView> parse_torch_file(std::span<const std::byte> bytes,
                                                  const std::string& file) {
  const bool is_archive = bytes.size() >= 4 && std::memcmp(bytes.data(), "PK\x03\x04", 4) == 0;
  return is_archive ? parse_archive(bytes, file) : parse_old(bytes, file);
}

}  // namespace m2v::encoder
