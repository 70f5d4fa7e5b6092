#include "text/csv_reader.h"

#include <algorithm>
#include <cstring>

#include "m2v/error.h"

namespace m2v::text {

bool CsvReader::next_block() {
  while (block_ == 0) {
    if (at_end_) {
      block_ = buffer_.rest().size();
      break;
    }
    at_end_ = !buffer_.read_more();
    scan();
  }
  return block_ > 0;
}

/// Scans the new bytes and sets the end of the block to the end of the last complete record.
void CsvReader::scan() {
  const std::span<char> all = buffer_.rest();
  const char* const begin = all.data();
  const char* const end = begin + all.size();
  const char* at = begin + scanned_;
  while (at < end) {
    switch (at_) {
      case At::kFieldStart:
        at_ = *at == '"' ? At::kQuoted : At::kField;
        if (*at == '"') ++at;
        break;
      case At::kField:
        while (at < end && *at != ',' && *at != '\n') ++at;
        if (at == end) break;
        at_ = At::kFieldStart;
        if (*at++ == '\n') block_ = static_cast<std::size_t>(at - begin);
        break;
      case At::kQuoted: {
        const void* const quote = std::memchr(at, '"', static_cast<std::size_t>(end - at));
        at = quote == nullptr ? end : static_cast<const char*>(quote) + 1;
        if (quote != nullptr) at_ = At::kQuote;
        break;
      }
      case At::kQuote:
        at_ = *at == '"' ? At::kQuoted : At::kField;
        if (*at == '"') ++at;
        break;
    }
  }
  scanned_ = all.size();
}

bool CsvReader::next(std::vector<std::string_view>& fields) {
  fields.clear();
  if (!skip_empty_lines()) return false;
  line_ = next_line_;
  while (true) {
    fields.push_back(rest().starts_with('"') ? quoted_field() : plain_field());
    if (at_record_end(rest())) break;
    use(1);  // the comma
  }
  const std::string_view end = rest();
  if (end.empty()) return true;
  ++next_line_;
  use(end.starts_with("\r\n") ? 2 : 1);
  return true;
}

bool CsvReader::skip_empty_lines() {
  for (std::string_view text = rest(); !text.empty() && at_record_end(text); text = rest()) {
    ++next_line_;
    use(text.starts_with("\r\n") ? 2 : 1);
  }
  return block_ > 0;
}

std::string_view CsvReader::plain_field() {
  const std::string_view text = rest();
  std::size_t size = 0;
  while (size < text.size() && text[size] != ',' && text[size] != '\n') ++size;
  const bool ends_record = size == text.size() || text[size] == '\n';
  if (ends_record && size > 0 && text[size - 1] == '\r') --size;
  use(size);
  return text.substr(0, size);
}

std::string_view CsvReader::quoted_field() {
  const std::size_t opened = next_line_;
  use(1);
  char* const begin = buffer_.rest().data();
  std::size_t size = 0;  // the size of the field, without the quotes that are doubled
  while (true) {
    const std::string_view text = rest();
    const std::size_t quote = text.find('"');
    if (quote == std::string_view::npos) {
      throw FormatError(source().name(), "line " + std::to_string(opened),
                        "unterminated quoted field");
    }
    next_line_ += static_cast<std::size_t>(std::ranges::count(text.substr(0, quote), '\n'));
    if (begin + size != text.data()) std::memmove(begin + size, text.data(), quote);
    size += quote;
    use(quote + 1);
    if (!rest().starts_with('"')) break;
    begin[size++] = '"';
    use(1);
  }
  if (!at_record_end(rest()) && rest()[0] != ',') {
    throw FormatError(
        source().name(), "line " + std::to_string(next_line_),
        "unexpected text after a quoted field; quotes within a field must be doubled");
  }
  return {begin, size};
}

std::string_view CsvReader::rest() noexcept { return {buffer_.rest().data(), block_}; }

void CsvReader::use(std::size_t count) noexcept {
  buffer_.use(count);
  block_ -= count;
  scanned_ -= count;
}

/// Whether a record ends here: at a line end, at the end of the text, or at a CR just before it.
bool CsvReader::at_record_end(std::string_view rest) noexcept {
  return rest.empty() || rest[0] == '\n' || rest.starts_with("\r\n") || rest == "\r";
}

}  // namespace m2v::text
