#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// Writes files like those of torch.save: a zip archive of stored members, and pickles.
namespace m2v::test {

/// Returns the bytes of a number.
template <typename T>
std::string bytes_of(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// Names and data of the members of an archive.
using Members = std::vector<std::pair<std::string, std::string>>;

/// Returns a zip archive. Its checksums are 0. The data is stored as it is, even if `method`, the
/// compression method in the headers, says otherwise.
inline std::string zip_of(const Members& members, std::uint16_t method = 0) {
  std::string archive, directory;
  for (const auto& [name, data] : members) {
    const auto size = bytes_of(static_cast<std::uint32_t>(data.size()));
    const std::string common = bytes_of(std::uint16_t{20}) + bytes_of(std::uint16_t{0}) +
                               bytes_of(method) + std::string(8, '\0') + size + size +
                               bytes_of(static_cast<std::uint16_t>(name.size())) +
                               bytes_of(std::uint16_t{0});
    const auto at = bytes_of(static_cast<std::uint32_t>(archive.size()));
    directory +=
        "PK\x01\x02" + bytes_of(std::uint16_t{20}) + common + std::string(10, '\0') + at + name;
    archive += "PK\x03\x04" + common + name + data;
  }
  const auto count = bytes_of(static_cast<std::uint16_t>(members.size()));
  return archive + directory + "PK\x05\x06" + std::string(4, '\0') + count + count +
         bytes_of(static_cast<std::uint32_t>(directory.size())) +
         bytes_of(static_cast<std::uint32_t>(archive.size())) + std::string(2, '\0');
}

inline std::string pickled(const std::string& text) {
  return "X" + bytes_of(static_cast<std::uint32_t>(text.size())) + text;
}
inline std::string pickled(std::size_t number) {
  return "J" + bytes_of(static_cast<std::int32_t>(number));
}
inline std::string pickled_sizes(const std::vector<std::size_t>& sizes) {
  std::string out = "(";
  for (const std::size_t size : sizes) out += pickled(size);
  return out + "t";
}

/// Returns the pickle of a float32 tensor in a storage of its own, as torch writes it.
inline std::string pickled_tensor(const std::string& storage, const std::vector<std::size_t>& shape,
                                  std::size_t offset = 0, std::size_t first_stride = 0) {
  std::vector<std::size_t> strides(shape.size(), 1);
  std::size_t count = 1;
  for (std::size_t i = shape.size(); i-- > 0; count *= shape[i]) strides[i] = count;
  if (first_stride > 0) strides[0] = first_stride;
  return "ctorch._utils\n_rebuild_tensor_v2\n((" + pickled("storage") + "ctorch\nFloatStorage\n" +
         pickled(storage) + pickled("cpu") + pickled(count) + "tQ" + pickled(offset) +
         pickled_sizes(shape) + pickled_sizes(strides) +
         "\x89"
         "ccollections\nOrderedDict\n)RtR";
}

/// Returns a complete pickle: a dict whose values are pickled already.
inline std::string pickled_dict(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string out = "\x80\x02}(";
  for (const auto& [key, value] : items) out += pickled(key) + value;
  return out + "u.";
}

}  // namespace m2v::test
