#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "search/columns.h"

namespace m2v::search {
namespace {

using core::FlatArray;
using core::Sections;

constexpr const char* kTypes[] = {"int64", "float64", "string"};

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
  if (values.size() != size) sections.fail(section(i, part), "is not one value a row");
  return {values.begin(), values.end()};
}

template <typename T>
void save(Sections& sections, std::size_t i, const NumberColumn<T>& column) {
  add(sections, i, "values", column.values);
  add(sections, i, "present", column.present);
}

void save(Sections& sections, std::size_t i, const StringColumn& column) {
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
      sections.fail(section(i, "ends"), "a string is there twice");
    }
    begin = end;
  }
  column.codes = read<std::uint32_t>(sections, i, "codes", size);
  if (std::ranges::any_of(column.codes, [&](auto code) { return code > column.strings.size(); })) {
    sections.fail(section(i, "codes"), "has a code of no string");
  }
  return column;
}

}  // namespace

core::Json Columns::save(core::Sections& sections) const {
  core::Json::Array names;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const StoredColumn& column = columns_[i];
    names.push_back(
        core::Json::Object{{"name", column.name}, {"type", kTypes[column.data.index()]}});
    std::visit([&](const auto& data) { search::save(sections, i, data); }, column.data);
  }
  return names;
}

void Columns::load(const core::JsonAt& names, std::size_t size, const core::Sections& sections) {
  for (const core::JsonAt& about : names.elements()) {
    StoredColumn column{about.at("name").string(), {}};
    if (find(column.name) != nullptr) about.fail("a column of that name is there already");
    const std::string& type = about.at("type").string();
    const std::size_t i = columns_.size();
    if (type == kTypes[0]) {
      column.data = load_numbers<std::int64_t>(sections, i, size);
    } else if (type == kTypes[1]) {
      column.data = load_numbers<double>(sections, i, size);
    } else if (type == kTypes[2]) {
      column.data = load_strings(sections, i, size);
    } else {
      about.at("type").fail("no type of columns: \"" + type + "\"");
    }
    columns_.push_back(std::move(column));
  }
}

}  // namespace m2v::search
