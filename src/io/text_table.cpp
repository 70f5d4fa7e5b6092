#include "m2v/text_table.h"

#include <string>
#include <utility>
#include <vector>

#include "core/class_numbering.h"
#include "core/scratch_text.h"
#include "io/extension.h"
#include "io/input_bytes.h"
#include "io/table_rows.h"
#include "m2v/error.h"

namespace m2v {

struct TextTable::Impl {
  io::InputBytes input;
  core::ScratchText decoded;
  std::vector<std::string_view> texts, partners;
  Labels labels;
  Matrix numbers;

  Impl(const std::filesystem::path& path, TableFormat format, io::TableKind kind);
};

namespace {

TableFormat format_of(const std::filesystem::path& path) {
  const std::string extension = io::lower_extension(path);
  if (extension == ".csv") return TableFormat::kCsv;
  return extension == ".jsonl" ? TableFormat::kJsonl : TableFormat::kTsv;
}

/// Adds the labels of rows, which all must be of one kind.
class LabelCollector {
 public:
  LabelCollector(const std::string& file, Labels& labels) : file_(file), labels_(labels) {}

  void add(const io::TableRow& row) {
    if (labels_.size() == 0) labels_.multilabel = row.several;
    if (labels_.multilabel != row.several) {
      throw FormatError(file_, row.place,
                        row.several ? "\"labels\", but the lines before have one \"label\" each"
                                    : "\"label\", but the lines before have \"labels\"");
    }
    if (type_ == Type::kUnknown) type_ = row.type;
    if (row.type != type_ && row.type != Type::kUnknown) {
      throw FormatError(file_, row.place,
                        row.type == Type::kIntegers
                            ? "an integer as a label, but those before are strings: use one of "
                              "them throughout"
                            : "a string as a label, but those before are integers: use one of "
                              "them throughout");
    }
    for (const std::string_view label : row.labels) labels_.add_once(numbering_(label));
    labels_.offsets.push_back(labels_.numbers.size());
  }

  void finish() const { numbering_.finish(labels_, type_ == Type::kIntegers); }

 private:
  using Type = io::TableRow::LabelType;
  const std::string& file_;
  Labels& labels_;
  Type type_ = Type::kUnknown;
  core::ClassNumbering numbering_;
};

void add_numbers(const std::string& file, const io::TableRow& row, Matrix& numbers) {
  if (numbers.rows == 0) numbers.cols = row.numbers.size();
  if (row.numbers.size() != numbers.cols || numbers.cols == 0) {
    throw FormatError(file, row.place,
                      std::to_string(row.numbers.size()) + " numbers, but the first text has " +
                          std::to_string(numbers.cols));
  }
  numbers.data.insert(numbers.data.end(), row.numbers.begin(), row.numbers.end());
  ++numbers.rows;
}

}  // namespace

TextTable::Impl::Impl(const std::filesystem::path& path, TableFormat format, io::TableKind kind)
    : input(path) {
  const std::string file = path == "-" ? "standard input" : path.string();
  if (format == TableFormat::kByName) format = format_of(path);
  io::TableRows rows(input.text(), file, format, kind, decoded);
  LabelCollector collector(file, labels);
  for (io::TableRow row; rows.next(row);) {
    texts.push_back(row.text);
    if (kind == io::TableKind::kPairs) partners.push_back(row.partner);
    if (kind == io::TableKind::kLabels) collector.add(row);
    if (kind == io::TableKind::kNumbers) add_numbers(file, row, numbers);
  }
  if (kind == io::TableKind::kLabels) collector.finish();
}

TextTable TextTable::read_labels(const std::filesystem::path& path, TableFormat format) {
  return TextTable(std::make_unique<Impl>(path, format, io::TableKind::kLabels));
}

TextTable TextTable::read_numbers(const std::filesystem::path& path, TableFormat format) {
  return TextTable(std::make_unique<Impl>(path, format, io::TableKind::kNumbers));
}

TextTable TextTable::read_pairs(const std::filesystem::path& path, TableFormat format) {
  return TextTable(std::make_unique<Impl>(path, format, io::TableKind::kPairs));
}

TextTable::TextTable(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextTable::~TextTable() = default;
TextTable::TextTable(TextTable&&) noexcept = default;
TextTable& TextTable::operator=(TextTable&&) noexcept = default;

Texts TextTable::texts() const noexcept { return impl_->texts; }
const Labels& TextTable::labels() const noexcept { return impl_->labels; }
MatrixView TextTable::numbers() const noexcept { return impl_->numbers; }
Texts TextTable::partners() const noexcept { return impl_->partners; }

}  // namespace m2v
