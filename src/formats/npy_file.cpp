#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/half.h"
#include "base/mapped_file.h"
#include "m2v/error.h"
#include "m2v/vector_file.h"

namespace m2v {
namespace {

/// The header of a .npy file. `type` is its 'descr', such as "<f4"; values begin at byte `begin`.
struct NpyHeader {
  std::string type;
  std::size_t rows = 0, columns = 0, begin = 0;
  bool fortran_order = false;  ///< Fortran order: the values of a column are contiguous.
};

/// Reads the values of the fixed keys of the header, which is a Python dictionary.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  [[noreturn]] void fail(const std::string& problem) const {
    throw FormatError(file_, "header", problem);
  }

  /// Returns the text after "'key':" in the dictionary. Throws FormatError if the key is missing.
  std::string_view value(const std::string& key) const {
    const std::size_t at = text_.find("'" + key + "'");
    const std::size_t colon = at == std::string_view::npos ? at : text_.find(':', at);
    if (colon == std::string_view::npos) fail("no '" + key + "'");
    const std::size_t begin = text_.find_first_not_of(' ', colon + 1);
    return begin == std::string_view::npos ? std::string_view() : text_.substr(begin);
  }

  std::string type() const {
    const std::string_view quoted = value("descr");
    const std::size_t end = quoted.find('\'', 1);
    if (!quoted.starts_with('\'') || end == std::string_view::npos) fail("no simple 'descr'");
    return std::string(quoted.substr(1, end - 1));
  }

  bool fortran_order() const {
    const std::string_view answer = value("fortran_order");
    if (!answer.starts_with("True") && !answer.starts_with("False")) fail("no 'fortran_order'");
    return answer.starts_with("True");
  }

  std::vector<std::size_t> shape() const {
    std::string_view list = value("shape");
    const std::size_t end = list.find(')');
    if (!list.starts_with('(') || end == std::string_view::npos) fail("no 'shape'");
    list = list.substr(1, end - 1);
    std::vector<std::size_t> shape;
    while (!list.empty()) {
      const std::string part(list.substr(0, list.find(',')));
      list.remove_prefix(std::min(list.size(), part.size() + 1));
      if (part.find_first_not_of(' ') == std::string::npos) continue;
      std::size_t extent = 0;
      for (const char c : part) {
        if (c == ' ') continue;
        if (c < '0' || c > '9' || extent > (std::size_t{1} << 40)) fail("a wrong 'shape'");
        extent = extent * 10 + static_cast<std::size_t>(c - '0');
      }
      shape.push_back(extent);
    }
    return shape;
  }

 private:
  std::string_view text_;
  const std::string& file_;
};

NpyHeader read_header(std::string_view bytes, const std::string& file) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
  };
  if (bytes.size() < 12 || !bytes.starts_with("\x93NUMPY")) {
    throw FormatError(file, "", "not a .npy file (as written by numpy.save())");
  }
  const std::size_t version = byte(6);
  if (version < 1 || version > 3 || byte(7) != 0) {
    throw FormatError(file, "byte 6",
                      "version " + std::to_string(version) + "." + std::to_string(byte(7)) +
                          " of .npy files is not known; numpy.save() writes 1.0 to 3.0");
  }
  const bool is_long = version > 1;
  std::size_t length = byte(8) | byte(9) << 8;
  if (is_long) length |= byte(10) << 16 | byte(11) << 24;
  const std::size_t prefix = is_long ? 12 : 10;
  if (length > bytes.size() - prefix) throw FormatError(file, "header", "it is cut off");

  const HeaderReader reader(bytes.substr(prefix, length), file);
  const std::vector<std::size_t> shape = reader.shape();
  if (shape.empty() || shape.size() > 2) {
    reader.fail(std::to_string(shape.size()) + " dimensions, where [rows, columns] are expected");
  }
  return {.type = reader.type(),
          .rows = shape[0],
          .columns = shape.size() == 2 ? shape[1] : 1,
          .begin = prefix + length,
          .fortran_order = reader.fortran_order()};
}

/// Reads an unsigned integer of type `Bits` in little-endian or big-endian byte order.
template <typename Bits>
Bits read_bits(const char* bytes, bool big_endian) {
  Bits bits = 0;
  for (std::size_t i = 0; i < sizeof bits; ++i) {
    const std::size_t significance = big_endian ? sizeof bits - 1 - i : i;
    bits |= static_cast<Bits>(static_cast<Bits>(static_cast<unsigned char>(bytes[i]))
                              << 8 * significance);
  }
  return bits;
}

template <typename Bits, typename Value>
float read_value(const char* bytes, bool big_endian) {
  return static_cast<float>(std::bit_cast<Value>(read_bits<Bits>(bytes, big_endian)));
}

float read_half(const char* bytes, bool big_endian) {
  return base::half_to_float(read_bits<std::uint16_t>(bytes, big_endian));
}

/// A supported type of values.
struct Type {
  std::string_view name;  ///< As in 'descr', without the byte order.
  std::size_t size;       ///< In bytes.
  float (*read)(const char*, bool big_endian);
};
constexpr Type kTypes[] = {
    {"f2", 2, read_half},
    {"f4", 4, read_value<std::uint32_t, float>},
    {"f8", 8, read_value<std::uint64_t, double>},
    {"i4", 4, read_value<std::uint32_t, std::int32_t>},
    {"i8", 8, read_value<std::uint64_t, std::int64_t>},
};

const Type& type_of(const NpyHeader& header, const std::string& file) {
  for (const Type& type : kTypes) {
    const std::string_view name = header.type;
    if ((name.starts_with('<') || name.starts_with('>')) && name.substr(1) == type.name) {
      return type;
    }
  }
  throw FormatError(file, "header", "values of type '" + header.type + "': save them as float32");
}

/// Converts the values at `data` to float32. There must be one for each row and column.
Matrix read_values(const NpyHeader& header, const Type& type, const char* data) {
  Matrix matrix{std::vector<float>(header.rows * header.columns), header.rows, header.columns};
  const bool big_endian = header.type.starts_with('>');
  if (type.name == "f4" && !big_endian && !header.fortran_order) {
    if (!matrix.data.empty()) {
      std::memcpy(matrix.data.data(), data, matrix.data.size() * sizeof(float));
    }
    return matrix;
  }
  const std::size_t next_row = header.fortran_order ? 1 : header.columns;
  const std::size_t next_column = header.fortran_order ? header.rows : 1;
  float* out = matrix.data.data();
  for (std::size_t r = 0; r < header.rows; ++r) {
    for (std::size_t c = 0; c < header.columns; ++c) {
      *out++ = type.read(data + (r * next_row + c * next_column) * type.size, big_endian);
    }
  }
  return matrix;
}

}  // namespace

Matrix read_vectors(const std::filesystem::path& path) {
  const base::FlatArray<char> file = base::read_characters(path);  // a user's file is never mapped
  const NpyHeader header = read_header(file.view(), path.string());
  const Type& type = type_of(header, path.string());
  const std::size_t bytes = file.size() - header.begin;
  std::size_t values = 0, wanted = 0;
  if (__builtin_mul_overflow(header.rows, header.columns, &values) ||
      __builtin_mul_overflow(values, type.size, &wanted) || wanted != bytes) {
    throw FormatError(path.string(), "",
                      "[" + std::to_string(header.rows) + ", " + std::to_string(header.columns) +
                          "] of " + header.type + " does not fit its " + std::to_string(bytes) +
                          " bytes");
  }
  return read_values(header, type, file.data() + header.begin);
}

}  // namespace m2v
