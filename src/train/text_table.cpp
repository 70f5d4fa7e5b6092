#include "m2v/text_table.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/events.h"
#include "base/scratch_text.h"
#include "m2v/error.h"
#include "model/class_numbering.h"
#include "text/formats.h"
#include "train/table_rows.h"

namespace m2v {

struct [[gnu::visibility("hidden")]] TextTable::Impl {
  base::ScratchText copies;
  std::vector<std::string_view> texts, partners, values;
  std::vector<std::size_t> lines;
  Labels labels;
  Matrix numbers;

  Impl(const std::filesystem::path& path, TextOptions options, train::TableKind kind);
};

namespace {

/// Collects the labels of rows, which must all be of the same kind and type.
class LabelCollector {
 public:
  LabelCollector(const std::string& file, Labels& labels) : file_(file), labels_(labels) {}

  void add(const train::TableRow& row) {
    if (labels_.size() == 0) labels_.multilabel = row.several;
    if (labels_.multilabel != row.several) {
      throw FormatError(file_, row.location,
                        row.several ? "\"labels\", but the lines before have one \"label\" each"
                                    : "\"label\", but the lines before have \"labels\"");
    }
    if (type_ == Type::kUnknown) type_ = row.type;
    if (row.type != type_ && row.type != Type::kUnknown) {
      throw FormatError(file_, row.location,
                        row.type == Type::kIntegers
                            ? "an integer as a label, but those before are strings: use one of "
                              "them throughout"
                            : "a string as a label, but those before are integers: use one of "
                              "them throughout");
    }
    for (const std::string_view label : row.labels) numbering_.add_once(labels_, label);
    labels_.offsets.push_back(labels_.numbers.size());
  }

  /// Inserts the label of the first line, which was skipped. Returns false, and does nothing, if no
  /// other text has this label.
  bool add_first(const std::string& label) {
    if (!numbering_.knows(label)) return false;
    labels_.numbers.insert(labels_.numbers.begin(), numbering_(label));
    labels_.offsets.push_back(labels_.numbers.size());
    return true;
  }

  void finish() const { numbering_.sort_classes(labels_, type_ == Type::kIntegers); }

 private:
  using Type = train::TableRow::LabelType;
  const std::string& file_;
  Labels& labels_;
  Type type_ = Type::kUnknown;
  model::ClassNumbering numbering_;
};

void add_numbers(const std::string& file, const train::TableRow& row, Matrix& numbers) {
  if (numbers.rows == 0) numbers.cols = row.numbers.size();
  if (row.numbers.size() != numbers.cols || numbers.cols == 0) {
    throw FormatError(file, row.location,
                      std::to_string(row.numbers.size()) + " numbers, but the first text has " +
                          std::to_string(numbers.cols));
  }
  for (const double number : row.numbers) numbers.data.push_back(static_cast<float>(number));
  ++numbers.rows;
}

/// The first line of TSV if it may be a header. It is one unless another row has its label.
struct FirstLine {
  std::string text, label;
};

}  // namespace

TextTable::Impl::Impl(const std::filesystem::path& path, TextOptions options,
                      train::TableKind kind) {
  if (options.format == TextFormat::kByName) {
    options.format = text::format_of(path, TextFormat::kTsv);
  }
  if (options.format == TextFormat::kLines) {
    throw std::invalid_argument(path.string() + ": lines have nothing but the text: a table is " +
                                "TSV, CSV or JSONL");
  }
  train::TableRows rows(text::TextSource::open(path), kind, options);
  LabelCollector collector(rows.file(), labels);
  std::optional<FirstLine> first;
  for (train::TableRow row; rows.next(row);) {
    if (row.is_header) {
      first = {std::string(row.text),
               kind == train::TableKind::kLabels ? std::string(row.labels[0]) : row.value};
      continue;
    }
    texts.push_back(copies.keep(row.text));
    lines.push_back(row.line);
    if (kind == train::TableKind::kPairs) partners.push_back(copies.keep(row.partner));
    if (kind == train::TableKind::kLabels) collector.add(row);
    if (kind == train::TableKind::kNumbers) add_numbers(rows.file(), row, numbers);
    if (kind == train::TableKind::kValues) values.push_back(copies.keep(row.value));
  }
  if (first) {
    const bool is_row = kind == train::TableKind::kLabels
                            ? collector.add_first(first->label)
                            : std::ranges::find(values, first->label) != values.end();
    if (is_row) {
      texts.insert(texts.begin(), copies.keep(first->text));
      lines.insert(lines.begin(), 1);
    }
    if (is_row && kind == train::TableKind::kValues)
      values.insert(values.begin(), copies.keep(first->label));
    if (!is_row) {
      base::Events(options.on_event)
          .warn("reading", text::header_warning(rows.file(), "label, text"));
    }
  }
  if (kind == train::TableKind::kLabels) collector.finish();
}

TextTable TextTable::read_labels(const std::filesystem::path& path, const TextOptions& options) {
  return TextTable(std::make_unique<Impl>(path, options, train::TableKind::kLabels));
}

TextTable TextTable::read_numbers(const std::filesystem::path& path, const TextOptions& options) {
  return TextTable(std::make_unique<Impl>(path, options, train::TableKind::kNumbers));
}

TextTable TextTable::read_pairs(const std::filesystem::path& path, const TextOptions& options) {
  return TextTable(std::make_unique<Impl>(path, options, train::TableKind::kPairs));
}

TextTable TextTable::read_values(const std::filesystem::path& path, const TextOptions& options) {
  return TextTable(std::make_unique<Impl>(path, options, train::TableKind::kValues));
}

TextTable::TextTable(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextTable::~TextTable() = default;
TextTable::TextTable(TextTable&&) noexcept = default;
TextTable& TextTable::operator=(TextTable&&) noexcept = default;

Texts TextTable::texts() const noexcept { return impl_->texts; }
std::span<const std::size_t> TextTable::lines() const noexcept { return impl_->lines; }
const Labels& TextTable::labels() const noexcept { return impl_->labels; }
MatrixView TextTable::numbers() const noexcept { return impl_->numbers; }
Texts TextTable::partners() const noexcept { return impl_->partners; }
Texts TextTable::values() const noexcept { return impl_->values; }

}  // namespace m2v
