#include "distill/new_entries.h"

#include <algorithm>
#include <cstdint>
#include <unordered_set>

#include "text/unicode.h"
#include "tokenizer/aligned_text.h"

namespace m2v::distillation {
namespace {

/// Removes whitespace at both ends.
std::string strip(const std::string& text) {
  std::size_t begin = text.size(), end = 0;
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t start = position;
    if (text::is_whitespace(text::decode_utf8(text, position))) continue;
    begin = std::min(begin, start);
    end = position;
  }
  return begin < end ? text.substr(begin, end - begin) : std::string();
}

/// Entries that are skipped for one reason: their number, and the first five as examples.
class SkippedEntries {
 public:
  void add(const std::string& entry) {
    constexpr std::size_t kExamples = 5;
    if (++count_ <= kExamples) examples_ += (count_ > 1 ? ", \"" : "\"") + entry + "\"";
    if (count_ == kExamples + 1) examples_ += ", ...";
  }
  void warn(const base::Events& events, const std::string& reason) const {
    if (count_ == 0) return;
    events.warn("vocabulary", std::to_string(count_) + (count_ == 1 ? " entry " : " entries ") +
                                  reason + ": " + examples_);
  }

 private:
  std::size_t count_ = 0;
  std::string examples_;
};

}  // namespace

PreTokenization::PreTokenization(const base::JsonAt& tokenizer) {
  if (const auto stage = tokenizer.get("normalizer")) {
    normalizer_ = tokenizer::Normalizer::parse(*stage);
  }
  if (const auto stage = tokenizer.get("pre_tokenizer")) {
    pre_tokenizer_ = tokenizer::PreTokenizer::parse(*stage);
  }
}

std::string PreTokenization::normalize(std::string_view text) const {
  tokenizer::AlignedText aligned(text);
  normalizer_.normalize(aligned);
  return aligned.utf8();
}

std::vector<std::string> PreTokenization::cut(std::string_view text) const {
  tokenizer::AlignedText aligned(text);
  normalizer_.normalize(aligned);
  std::vector<std::string> words;
  if (aligned.empty()) return words;
  std::vector<tokenizer::AlignedText> parts;
  parts.push_back(std::move(aligned));
  pre_tokenizer_.split(parts);
  for (const tokenizer::AlignedText& part : parts) words.push_back(part.utf8());
  return words;
}

NewEntries sort_entries(std::span<const std::string> vocabulary, const PreTokenization& cutter,
                        const IsToken& is_known, const IsToken& is_unwanted,
                        const base::Events& events) {
  NewEntries result;
  std::unordered_set<std::string> words, phrases;
  SkippedEntries empty, known, unwanted;
  for (const std::string& entry : vocabulary) {
    const std::vector<std::string> parts = cutter.cut(entry);
    const std::string phrase = parts.size() > 1 ? strip(cutter.normalize(entry)) : std::string();
    if (parts.empty() || (parts.size() > 1 && phrase.empty())) {
      empty.add(entry);
    } else if (parts.size() > 1) {
      result.multiword_texts.push_back(entry);
      result.multiword_texts.push_back(phrase);
      if (phrases.insert(phrase).second) {
        result.phrases.push_back(phrase);
        result.accepted.push_back(entry);
      } else {
        known.add(entry);
      }
    } else if (is_known(parts[0]) || words.contains(parts[0])) {
      known.add(entry);
    } else if (is_unwanted(parts[0])) {
      unwanted.add(entry);
    } else {
      words.insert(parts[0]);
      result.words.push_back(parts[0]);
      result.accepted.push_back(entry);
    }
  }
  result.left_out = vocabulary.size() - result.accepted.size();
  empty.warn(events, "left out, reduced to nothing by the tokenizer");
  known.warn(events, "left out, in the vocabulary already");
  unwanted.warn(events, "left out, matched by token_remove_pattern");
  return result;
}

void warn_of_lost_entries(const NewEntries& entries, const Tokenizer& tokenizer,
                          const base::Events& events) {
  SkippedEntries lost;
  std::vector<std::uint32_t> ids;
  for (const std::string& entry : entries.accepted) {
    ids.clear();
    tokenizer.encode(entry, ids);
    if (ids.size() > 1) lost.add(entry);
  }
  lost.warn(events, "never found in texts, since the tokenizer rewrites its own output");
}

}  // namespace m2v::distillation
