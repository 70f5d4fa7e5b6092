#include "io/text_format.h"

#include "core/json.h"
#include "io/extension.h"
#include "m2v/error.h"

namespace m2v::io {
namespace {

/// The field `text` of one line of JSONL.
std::string read_json_text(std::string_view line, const std::string& file, std::size_t number) {
  const std::string place = "line " + std::to_string(number);
  core::Json json;
  try {
    json = core::parse_json(line, file);
  } catch (const FormatError& error) {
    throw FormatError(file, place, std::string(error.what()).substr(file.size() + 2));
  }
  return core::JsonAt(json, file, place + ": $").at("text").string();
}

}  // namespace

TextFormat::TextFormat(const std::filesystem::path& path) : file_(path.string()) {
  const std::string extension = lower_extension(path);
  if (extension == ".jsonl") kind_ = Kind::kJsonLines;
  if (extension == ".tsv") kind_ = Kind::kTabs;
}

std::string_view TextFormat::text(std::string_view line, std::size_t number,
                                  std::string& decoded) const {
  if (line.ends_with('\r')) line.remove_suffix(1);
  switch (kind_) {
    case Kind::kLines:
      return line;
    case Kind::kTabs:
      return line.substr(line.rfind('\t') + 1);  // npos + 1 is 0: the only column
    case Kind::kJsonLines:
      break;
  }
  decoded = read_json_text(line, file_, number);
  return decoded;
}

}  // namespace m2v::io
