#include "formats/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "base/half.h"
#include "base/json.h"
#include "base/mapped_file.h"
#include "base/output_file.h"
#include "m2v/error.h"

namespace m2v::formats {
namespace {

static_assert(std::endian::native == std::endian::little, "the format's numbers are copied as is");

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kMaxHeaderBytes = 100'000'000;
constexpr std::size_t kHeaderAlignment = 8;

struct TypeInfo {
  std::string_view name;
  std::size_t size;
};

/// The types, indexed by TensorType.
constexpr std::array<TypeInfo, 15> kTypes = {{{"BOOL", 1},
                                              {"U8", 1},
                                              {"I8", 1},
                                              {"F8_E5M2", 1},
                                              {"F8_E4M3", 1},
                                              {"I16", 2},
                                              {"U16", 2},
                                              {"F16", 2},
                                              {"BF16", 2},
                                              {"I32", 4},
                                              {"U32", 4},
                                              {"F32", 4},
                                              {"F64", 8},
                                              {"I64", 8},
                                              {"U64", 8}}};

/// Makes a name from an untrusted file suitable for error messages: without control characters and
/// of limited length.
std::string printable(std::string_view name) {
  constexpr std::size_t kLimit = 100;
  std::string out;
  base::append_json_escaped(out, name.substr(0, kLimit));
  return name.size() > kLimit ? out + "..." : out;
}

std::string path_of(std::string_view name) { return "$." + printable(name); }

bool multiply(std::size_t a, std::size_t b, std::size_t& product) {
  return !__builtin_mul_overflow(a, b, &product);
}

/// Returns the JSON header, between the length and the tensors.
std::string_view header_of(std::span<const std::byte> bytes, const std::string& file) {
  if (bytes.size() < kLengthBytes) {
    throw FormatError(file, "byte 0",
                      "too short for a safetensors file: " + std::to_string(bytes.size()) +
                          " bytes, the header's length alone has 8");
  }
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > kMaxHeaderBytes) {
    throw FormatError(file, "byte 0",
                      "header of " + std::to_string(length) + " bytes; at most " +
                          std::to_string(kMaxHeaderBytes) + " are allowed");
  }
  if (length > bytes.size() - kLengthBytes) {
    throw FormatError(file, "byte 0",
                      "header of " + std::to_string(length) + " bytes, but only " +
                          std::to_string(bytes.size() - kLengthBytes) +
                          " follow: the file is truncated");
  }
  const std::string_view header(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, length);
  if (!header.starts_with('{')) {
    throw FormatError(file, "byte 8", "the header must begin with \"{\"");
  }
  return header;
}

/// Parses the header. Errors name the position of the header in the file.
base::Json parse_header(std::string_view header, const std::string& file) {
  try {
    return base::parse_json(header, file);
  } catch (const FormatError& error) {
    throw FormatError(file, "byte 8",
                      "header: " + std::string(error.what()).substr(file.size() + 2));
  }
}

void check_metadata(const base::JsonAt& metadata) {
  std::unordered_set<std::string_view> keys;
  for (const auto& [key, value] : metadata.object()) {
    const base::JsonAt entry(value, metadata.file(), metadata.path() + "." + printable(key));
    if (!keys.insert(key).second) entry.fail("appears twice");
    entry.string();
  }
}

TensorType read_type(const base::JsonAt& dtype) {
  const std::string& name = dtype.string();
  const auto found = std::ranges::find(kTypes, std::string_view(name), &TypeInfo::name);
  if (found == kTypes.end()) dtype.fail("unknown dtype \"" + printable(name) + "\"");
  return static_cast<TensorType>(found - kTypes.begin());
}

std::vector<std::size_t> read_shape(const base::JsonAt& shape) {
  std::vector<std::size_t> result;
  std::size_t product = 1;
  for (const base::JsonAt& size : shape.elements()) {
    result.push_back(size.natural());
    if (!multiply(product, result.back(), product))
      shape.fail("the product of the sizes overflows");
  }
  return result;
}

/// Reads the description of one tensor. `data` are the bytes of all tensors.
TensorView read_tensor(const base::JsonAt& info, const std::string& name,
                       std::span<const std::byte> data) {
  std::unordered_set<std::string_view> keys;
  for (const auto& [key, value] : info.object()) {
    if (!keys.insert(key).second) info.fail("member \"" + printable(key) + "\" appears twice");
  }
  TensorView tensor;
  tensor.name = name;
  tensor.type = read_type(info.at("dtype"));
  tensor.shape = read_shape(info.at("shape"));

  const base::JsonAt offsets = info.at("data_offsets");
  const std::vector<base::JsonAt> ends = offsets.elements();
  if (ends.size() != 2) offsets.fail("expected two offsets, found " + std::to_string(ends.size()));
  const std::size_t begin = ends[0].natural();
  const std::size_t end = ends[1].natural();
  if (begin > end) {
    offsets.fail("begins at " + std::to_string(begin) + ", behind its end at " +
                 std::to_string(end));
  }
  if (end > data.size()) {
    offsets.fail("ends at " + std::to_string(end) + ", but the file has " +
                 std::to_string(data.size()) + " bytes of tensors");
  }
  std::size_t needed = 0;
  if (!multiply(tensor.elements(), tensor_type_size(tensor.type), needed)) {
    info.at("shape").fail("the size in bytes overflows");
  }
  if (needed != end - begin) {
    offsets.fail("spans " + std::to_string(end - begin) + " bytes, but dtype and shape need " +
                 std::to_string(needed));
  }
  tensor.bytes = data.subspan(begin, end - begin);
  return tensor;
}

/// Throws FormatError unless the tensors cover the data exactly, without overlaps and holes. Their
/// order in the header does not matter.
void check_layout(const std::vector<TensorView>& tensors, std::span<const std::byte> data,
                  std::size_t data_position, const std::string& file) {
  std::vector<const TensorView*> order;
  order.reserve(tensors.size());
  for (const TensorView& tensor : tensors) order.push_back(&tensor);
  const auto begin_of = [&](const TensorView* tensor) {
    return static_cast<std::size_t>(tensor->bytes.data() - data.data());
  };
  std::ranges::sort(order, {}, [&](const TensorView* tensor) {
    return std::pair(begin_of(tensor), tensor->bytes.size());
  });
  std::size_t covered = 0;
  for (const TensorView* tensor : order) {
    const std::size_t begin = begin_of(tensor);
    if (begin != covered) {
      throw FormatError(
          file, path_of(tensor->name) + ".data_offsets",
          begin < covered
              ? "overlaps the tensor before it, which ends at " + std::to_string(covered)
              : "leaves a hole: begins at " + std::to_string(begin) +
                    ", the tensor before it ends at " + std::to_string(covered));
    }
    covered += tensor->bytes.size();
  }
  if (covered != data.size()) {
    throw FormatError(file, "byte " + std::to_string(data_position + covered),
                      std::to_string(data.size() - covered) + " bytes do not belong to any tensor");
  }
}

/// Returns convert(pointer to element) for each element of `tensor`. Elements may be unaligned.
template <typename Value, typename Convert>
std::vector<Value> map_elements(const TensorView& tensor, Convert convert) {
  const std::size_t size = tensor_type_size(tensor.type);
  std::vector<Value> values(tensor.bytes.size() / size);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<Value>(convert(tensor.bytes.data() + i * size));
  }
  return values;
}

template <typename Element>
Element load(const std::byte* bytes) {
  Element element;
  std::memcpy(&element, bytes, sizeof element);
  return element;
}

template <typename Value>
std::vector<Value> to_floats(const TensorView& tensor, const std::string& file) {
  switch (tensor.type) {
    case TensorType::kF16:
      return map_elements<Value>(tensor, [](const std::byte* bytes) {
        return base::half_to_float(load<std::uint16_t>(bytes));
      });
    case TensorType::kBF16:
      return map_elements<Value>(tensor, [](const std::byte* bytes) {
        return base::bfloat16_to_float(load<std::uint16_t>(bytes));
      });
    case TensorType::kF32:
      return map_elements<Value>(tensor, load<float>);
    case TensorType::kF64:
      return map_elements<Value>(tensor, load<double>);
    default:
      throw FormatError(
          file, path_of(tensor.name) + ".dtype",
          "expected F16, BF16, F32 or F64, found " + std::string(tensor_type_name(tensor.type)));
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  base::append_json_escaped(out, text);
  out += '"';
}

/// Throws std::invalid_argument if the bytes of a tensor do not match its dtype and shape, or if a
/// name is reserved or used twice.
void check_writable(std::span<const TensorView> tensors) {
  std::unordered_set<std::string_view> names;
  for (const TensorView& tensor : tensors) {
    std::size_t size = tensor_type_size(tensor.type);
    bool fits = true;
    for (const std::size_t extent : tensor.shape) fits = fits && multiply(size, extent, size);
    if (!fits || size != tensor.bytes.size()) {
      throw std::invalid_argument("tensor \"" + tensor.name + "\" has " +
                                  std::to_string(tensor.bytes.size()) +
                                  " bytes, which does not match its dtype and shape");
    }
    if (tensor.name == "__metadata__" || !names.insert(tensor.name).second) {
      throw std::invalid_argument("tensor name \"" + tensor.name + "\" is taken");
    }
  }
}

std::string write_header(std::span<const TensorView* const> tensors,
                         std::span<const std::pair<std::string, std::string>> metadata) {
  std::string out = "{";
  if (!metadata.empty()) {
    out += "\"__metadata__\":{";
    for (const auto& [key, value] : metadata) {
      if (out.back() != '{') out += ',';
      append_quoted(out, key);
      out += ':';
      append_quoted(out, value);
    }
    out += '}';
  }
  std::size_t offset = 0;
  for (const TensorView* tensor : tensors) {
    if (out.size() > 1) out += ',';
    append_quoted(out, tensor->name);
    out += ":{\"dtype\":\"" + std::string(tensor_type_name(tensor->type)) + "\",\"shape\":[";
    for (const std::size_t extent : tensor->shape) {
      if (out.back() != '[') out += ',';
      out += std::to_string(extent);
    }
    const std::size_t end = offset + tensor->bytes.size();
    out += "],\"data_offsets\":[" + std::to_string(offset) + "," + std::to_string(end) + "]}";
    offset = end;
  }
  out += '}';
  out.append((kHeaderAlignment - out.size() % kHeaderAlignment) % kHeaderAlignment, ' ');
  return out;
}

}  // namespace

std::size_t tensor_type_size(TensorType type) noexcept {
  return kTypes[static_cast<std::size_t>(type)].size;
}

std::string_view tensor_type_name(TensorType type) noexcept {
  return kTypes[static_cast<std::size_t>(type)].name;
}

std::size_t TensorView::elements() const noexcept {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::vector<TensorView> parse_safetensors(std::span<const std::byte> bytes,
                                          const std::string& file) {
  const std::string_view header = header_of(bytes, file);
  const base::Json json = parse_header(header, file);
  const std::size_t data_position = kLengthBytes + header.size();
  const std::span<const std::byte> data = bytes.subspan(data_position);
  std::vector<TensorView> tensors;
  std::unordered_set<std::string_view> names;
  for (const auto& [name, value] : base::JsonAt(json, file).object()) {
    const base::JsonAt info(value, file, path_of(name));
    if (!names.insert(name).second) info.fail("appears twice");
    if (name == "__metadata__") {
      check_metadata(info);
    } else {
      tensors.push_back(read_tensor(info, name, data));
    }
  }
  check_layout(tensors, data, data_position, file);
  return tensors;
}

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path) {
  return parse(base::map_characters(path), path.string());
}

SafetensorsFile SafetensorsFile::parse(base::FlatArray<char> bytes, std::string path) {
  SafetensorsFile result;
  result.path_ = std::move(path);
  result.bytes_ = std::move(bytes);
  result.tensors_ = parse_safetensors(std::as_bytes(result.bytes_.span()), result.path_);
  return result;
}

const TensorView* SafetensorsFile::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(tensors_, name, &TensorView::name);
  return found == tensors_.end() ? nullptr : &*found;
}

std::size_t SafetensorsFile::offset(const TensorView& tensor) const noexcept {
  return static_cast<std::size_t>(reinterpret_cast<const char*>(tensor.bytes.data()) -
                                  bytes_.data());
}

const TensorView& SafetensorsFile::at(std::string_view name) const {
  if (const TensorView* tensor = find(name)) return *tensor;
  constexpr std::size_t kListed = 8;
  std::string names;
  for (std::size_t i = 0; i < std::min(tensors_.size(), kListed); ++i) {
    names += (i == 0 ? "" : ", ") + printable(tensors_[i].name);
  }
  if (tensors_.empty()) names = "nothing";
  if (tensors_.size() > kListed) {
    names += " and " + std::to_string(tensors_.size() - kListed) + " more";
  }
  throw FormatError(path_, path_of(name), "no such tensor; the file has " + names);
}

std::vector<float> to_float32(const TensorView& tensor, const std::string& file) {
  return to_floats<float>(tensor, file);
}

std::vector<double> to_float64(const TensorView& tensor, const std::string& file) {
  return to_floats<double>(tensor, file);
}

void write_safetensors(const ByteSink& sink, std::span<const TensorView> tensors,
                       std::span<const std::pair<std::string, std::string>> metadata) {
  check_writable(tensors);
  std::vector<const TensorView*> order;
  order.reserve(tensors.size());
  for (const TensorView& tensor : tensors) order.push_back(&tensor);
  std::ranges::sort(order, [](const TensorView* a, const TensorView* b) {
    return a->type != b->type ? a->type > b->type : a->name < b->name;
  });
  const std::string header = write_header(order, metadata);
  const std::uint64_t length = header.size();

  sink(std::as_bytes(std::span(&length, 1)));
  sink(std::as_bytes(std::span(header)));
  for (const TensorView* tensor : order) sink(tensor->bytes);
}

void write_safetensors(const std::filesystem::path& path, std::span<const TensorView> tensors,
                       std::span<const std::pair<std::string, std::string>> metadata) {
  base::OutputFile file = base::OutputFile::create(path);
  write_safetensors([&](std::span<const std::byte> bytes) { file.write(bytes); }, tensors,
                    metadata);
  file.finish();
}

}  // namespace m2v::formats
