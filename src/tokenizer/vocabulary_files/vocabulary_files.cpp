#include "tokenizer/vocabulary_files/vocabulary_files.h"

#include <utility>

#include "base/mapped_file.h"
#include "m2v/error.h"
#include "text/lines.h"
#include "text/unicode.h"
#include "tokenizer/models/vocabulary_json.h"

namespace m2v::tokenizer {
namespace {

namespace fs = std::filesystem;

// The tokens are in the order of Family::kRoleNames: bos, eos, unk, sep, pad, cls, mask.
constexpr std::array kVocabTxtFamilies = {
    Family{"bert",
           {"", "", "[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"},
           false,
           "cls_token",
           "sep_token"},
    Family{"mpnet",
           {"<s>", "</s>", "[UNK]", "</s>", "<pad>", "<s>", "<mask>"},
           true,
           "cls_token",
           "sep_token"},
};
constexpr std::array kVocabJsonFamilies = {
    Family{"roberta",
           {"<s>", "</s>", "<unk>", "</s>", "<pad>", "<s>", "<mask>"},
           true,
           "cls_token",
           "sep_token"},
    Family{
        "gpt2", {"<|endoftext|>", "<|endoftext|>", "<|endoftext|>", "", "", "", ""}, false, "", ""},
    Family{"qwen2",
           {"", "<|endoftext|>", "<|endoftext|>", "", "<|endoftext|>", "", ""},
           false,
           "",
           ""},
};

constexpr std::string_view kQwenNormalizer = R"({"type":"NFC"})";
constexpr std::string_view kQwenPreTokenizer = R"json({"type":"Sequence","pretokenizers":[
  {"type":"Split","behavior":"Isolated","invert":false,"pattern":{"Regex":
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}},
  {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]})json";

/// Returns the lines of a text without their terminators (LF or CR LF).
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (text::Lines each(text); each.next();) lines.push_back(each.line());
  return lines;
}

Assembly parts_of(const std::vector<Vocabulary::Entry>& entries) {
  Assembly parts;
  parts.vocabulary = Vocabulary(entries);
  parts.first_free_id = static_cast<std::uint32_t>(parts.vocabulary.size());
  return parts;
}

base::FlatArray<char> read_text(const fs::path& path) {
  base::FlatArray<char> file = base::read_characters(path);
  if (text::to_utf8(text::to_utf32(file.view())) != file.view()) {
    throw FormatError(path.string(), "", "not valid UTF-8");
  }
  return file;
}

}  // namespace

Assembly read_vocab_txt(const fs::path& path, const Settings& settings) {
  const base::FlatArray<char> file = read_text(path);
  std::vector<Vocabulary::Entry> entries;
  for (const std::string_view line : lines_of(file.view())) {
    entries.push_back({line, static_cast<std::uint32_t>(entries.size())});
  }
  if (entries.empty()) throw FormatError(path.string(), "", "the vocabulary is empty");
  Assembly parts = parts_of(entries);
  const Family* family = find_family(kVocabTxtFamilies, settings);
  parts.family = family != nullptr ? family : kVocabTxtFamilies.data();
  parts.first_role = parts.family->first_role;
  parts.last_role = parts.family->last_role;

  base::Json::Object vocabulary;
  for (const auto& [token, id] : parts.vocabulary.entries()) {
    vocabulary.emplace_back(token, static_cast<std::int64_t>(id));
  }
  const auto unknown = token_of("unk_token", *parts.family, settings);
  parts.model = base::Json::Object{{"type", "WordPiece"},
                                   {"unk_token", unknown ? unknown->content : "[UNK]"},
                                   {"continuing_subword_prefix", "##"},
                                   {"max_input_chars_per_word", 100},
                                   {"vocab", std::move(vocabulary)}};
  parts.normalizer =
      base::Json::Object{{"type", "BertNormalizer"},
                         {"clean_text", true},
                         {"handle_chinese_chars", settings.flag("tokenize_chinese_chars", true)},
                         {"strip_accents", settings.flag_or_null("strip_accents")},
                         {"lowercase", settings.flag("do_lower_case", true)}};
  parts.pre_tokenizer = base::Json::Object{{"type", "BertPreTokenizer"}};
  return parts;
}

Assembly read_vocab_json(const fs::path& vocabulary_path, const fs::path& merges_path,
                         const Settings& settings) {
  const std::string file = vocabulary_path.string();
  base::Json vocabulary = base::read_json(file);
  Assembly parts = parts_of(parse_vocabulary({vocabulary, file}));
  parts.family = find_family(kVocabJsonFamilies, settings);
  if (parts.family == nullptr && settings.kinds().empty()) {
    // RoBERTa-like vocabularies contain "<s>"; GPT-2's does not.
    parts.family = &kVocabJsonFamilies[parts.vocabulary.find("<s>") ? 0 : 1];
  }
  if (parts.family == nullptr) {
    throw FormatError(file, "",
                      "a tokenizer for \"" + settings.kinds().front() +
                          "\" cannot be made of it; roberta, gpt2 and qwen2 are known");
  }
  parts.first_role = parts.family->first_role;
  parts.last_role = parts.family->last_role;

  const base::FlatArray<char> merges_file = read_text(merges_path);
  base::Json::Array merges;
  for (const std::string_view line : lines_of(merges_file.view())) merges.emplace_back(line);
  parts.model = base::Json::Object{{"type", "BPE"},
                                   {"dropout", nullptr},
                                   {"unk_token", nullptr},
                                   {"continuing_subword_prefix", ""},
                                   {"end_of_word_suffix", ""},
                                   {"fuse_unk", false},
                                   {"byte_fallback", false},
                                   {"ignore_merges", false},
                                   {"vocab", std::move(vocabulary)},
                                   {"merges", std::move(merges)}};
  if (parts.family->kind == "qwen2") {
    parts.normalizer = base::parse_json(kQwenNormalizer, "");
    parts.pre_tokenizer = base::parse_json(kQwenPreTokenizer, "");
  } else {
    parts.pre_tokenizer =
        base::Json::Object{{"type", "ByteLevel"},
                           {"add_prefix_space", settings.flag("add_prefix_space", false)},
                           {"trim_offsets", true},
                           {"use_regex", true}};
  }
  return parts;
}

}  // namespace m2v::tokenizer
