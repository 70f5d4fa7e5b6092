#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "core/half.h"
#include "core/mapped_file.h"
#include "m2v/error.h"
#include "m2v/io.h"

namespace m2v {
namespace {

/// What the header of a .npy file says, and where the values begin.
struct NpyHeader {
  std::string type;
  std::size_t rows = 0, columns = 0, begin = 0;
};

/// Reads the header's Python dictionary, of which the keys are fixed, piece by piece.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  [[noreturn]] void fail(const std::string& problem) const {
    throw FormatError(file_, "header", problem);
  }

  /// What follows 'key': in the dictionary.
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
    throw FormatError(file, "", "no .npy file: numpy.save() makes one");
  }
  const bool is_long = byte(6) > 1;  // the version
  std::size_t length = byte(8) | byte(9) << 8;
  if (is_long) length |= byte(10) << 16 | byte(11) << 24;
  const std::size_t prefix = is_long ? 12 : 10;
  if (length > bytes.size() - prefix) throw FormatError(file, "header", "it is cut off");

  const HeaderReader reader(bytes.substr(prefix, length), file);
  const std::vector<std::size_t> shape = reader.shape();
  if (shape.empty() || shape.size() > 2) {
    reader.fail(std::to_string(shape.size()) + " dimensions, where [rows, columns] are expected");
  }
  const NpyHeader header{.type = reader.type(),
                         .rows = shape[0],
                         .columns = shape.size() == 2 ? shape[1] : 1,
                         .begin = prefix + length};
  if (shape.size() == 2 && reader.value("fortran_order").starts_with("True")) {
    reader.fail("columns lie together: save numpy.ascontiguousarray(...)");
  }
  return header;
}

template <typename Stored, typename Convert>
void convert_all(const char* bytes, std::vector<float>& out, const Convert& convert) {
  for (float& value : out) {
    Stored stored;
    std::memcpy(&stored, bytes, sizeof stored);
    value = convert(stored);
    bytes += sizeof stored;
  }
}

const auto kCast = [](auto value) { return static_cast<float>(value); };

}  // namespace

Matrix read_vectors(const std::filesystem::path& path) {
  const core::MappedFile file = core::MappedFile::open(path);
  const NpyHeader header = read_header(file.text(), path.string());
  struct Type {
    std::string_view name;
    std::size_t size;
    void (*read)(const char*, std::vector<float>&);
  };
  static constexpr Type kTypes[] = {
      {"<f4", 4, [](const char* from, auto& to) { convert_all<float>(from, to, kCast); }},
      {"<f8", 8, [](const char* from, auto& to) { convert_all<double>(from, to, kCast); }},
      {"<f2", 2,
       [](const char* from, auto& to) {
         convert_all<std::uint16_t>(from, to, core::half_to_float);
       }},
      {"<i4", 4, [](const char* from, auto& to) { convert_all<std::int32_t>(from, to, kCast); }},
      {"<i8", 8, [](const char* from, auto& to) { convert_all<std::int64_t>(from, to, kCast); }},
  };
  for (const Type& type : kTypes) {
    if (type.name != header.type) continue;
    const std::size_t bytes = file.bytes().size() - header.begin;
    std::size_t values = 0, wanted = 0;
    if (__builtin_mul_overflow(header.rows, header.columns, &values) ||
        __builtin_mul_overflow(values, type.size, &wanted) || wanted != bytes) {
      throw FormatError(path.string(), "",
                        "[" + std::to_string(header.rows) + ", " + std::to_string(header.columns) +
                            "] of " + header.type + " does not fit its " + std::to_string(bytes) +
                            " bytes");
    }
    Matrix matrix{std::vector<float>(values), header.rows, header.columns};
    type.read(file.text().data() + header.begin, matrix.data);
    return matrix;
  }
  throw FormatError(path.string(), "header",
                    "values of type '" + header.type + "': save them as float32");
}

}  // namespace m2v
