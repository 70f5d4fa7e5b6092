#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "index/columns.h"

namespace m2v::index {
namespace {

using base::FlatArray;
using formats::Sections;

constexpr const char* kSavedTypes[] = {"int64", "float64", "string"};

std::string section(std::size_t column, const char* part) {
  return ":column." + std::to_string(column) + "." + part;
}

template <typename T>
void add(Sections& sections, std::size_t i, const char* part, const std::vector<T>& values) {
  sections.add(section(i, part), FlatArray<T>(std::span<const T>(values), nullptr));
}

template <typename T>
std::vector<T> read(const Sections& sections, std::size_t i, const char* part, std::size_t size) {
  const FlatArray<T> values = sections.array<T>(section(i, part));
  if (values.size() != size) sections.fail(section(i, part), "does not have one value per row");
  return {values.begin(), values.end()};
}

template <typename T>
void save_values(Sections& sections, std::size_t i, const NumberColumn<T>& column) {
  add(sections, i, "values", column.values);
  add(sections, i, "present", column.present);
}

void save_values(Sections& sections, std::size_t i, const StringColumn& column) {
  std::string characters;
  std::vector<std::uint64_t> ends;
  for (const std::string& text : column.strings) {
    characters += text;
    ends.push_back(characters.size());
  }
  add(sections, i, "codes", column.codes);
  sections.add(section(i, "characters"), characters);
  sections.add(section(i, "ends"), FlatArray<std::uint64_t>(std::move(ends)));
}

template <typename T>
NumberColumn<T> load_numbers(const Sections& sections, std::size_t i, std::size_t size) {
  NumberColumn<T> column{read<T>(sections, i, "values", size),
                         read<std::uint8_t>(sections, i, "present", size)};
  if (std::ranges::any_of(column.present, [](std::uint8_t there) { return there > 1; })) {
    sections.fail(section(i, "present"), "has a value that is neither 0 nor 1");
  }
  return column;
}

StringColumn load_strings(const Sections& sections, std::size_t i, std::size_t size) {
  StringColumn column;
  const FlatArray<char> characters = sections.array<char>(section(i, "characters"));
  std::uint64_t begin = 0;
  for (const std::uint64_t end : sections.array<std::uint64_t>(section(i, "ends"))) {
    if (end < begin || end > characters.size()) {
      sections.fail(section(i, "ends"), "a string ends before it begins, or beyond the characters");
    }
    const std::uint32_t before = static_cast<std::uint32_t>(column.strings.size());
    if (column.add(characters.view().substr(begin, end - begin)) != before + 1) {
      sections.fail(section(i, "ends"), "a string occurs twice");
    }
    begin = end;
  }
  column.codes = read<std::uint32_t>(sections, i, "codes", size);
  if (std::ranges::any_of(column.codes, [&](auto code) { return code > column.strings.size(); })) {
    sections.fail(section(i, "codes"), "has a code without a string");
  }
  return column;
}

}  // namespace

base::Json Columns::save(formats::Sections& sections) const {
  base::Json::Array names;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const StoredColumn& column = columns_[i];
    names.push_back(
        base::Json::Object{{"name", column.name}, {"type", kSavedTypes[column.data.index()]}});
    std::visit([&](const auto& data) { save_values(sections, i, data); }, column.data);
  }
  return names;
}

void Columns::load(const base::JsonAt& names, std::size_t size, const formats::Sections& sections) {
  for (const base::JsonAt& about : names.elements()) {
    StoredColumn column{about.at("name").string(), {}};
    if (find(column.name) != nullptr) about.fail("duplicate column name");
    const std::string& type = about.at("type").string();
    const std::size_t i = columns_.size();
    if (type == kSavedTypes[0]) {
      column.data = load_numbers<std::int64_t>(sections, i, size);
    } else if (type == kSavedTypes[1]) {
      column.data = load_numbers<double>(sections, i, size);
    } else if (type == kSavedTypes[2]) {
      column.data = load_strings(sections, i, size);
    } else {
      about.at("type").fail("no type of columns: \"" + type + "\"");
    }
    columns_.push_back(std::move(column));
  }
}

}  // namespace m2v::index
