#include "distill/rewrite_tokenizer.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

#include "distill/corpus_words.h"
#include "distill/new_entries.h"
#include "distill/token_pattern.h"
#include "m2v/tokenizer.h"

namespace m2v::distillation {
namespace {

using Strings = std::vector<std::string>;

bool is_among(const Strings& texts, const std::string& text) {
  return std::ranges::find(texts, text) != texts.end();
}

bool is_added(const base::JsonAt& root, const std::string& text) {
  const auto added = root.get("added_tokens");
  return added && std::ranges::any_of(added->elements(), [&](const base::JsonAt& token) {
           return token.at("content").string() == text;
         });
}

/// Returns the unknown token: that of the settings if the tokenizer has it, otherwise the model's
/// own.
std::optional<std::string> choose_unknown(const Teacher& teacher, const base::JsonAt& root,
                                          const ModelVocabulary& vocabulary,
                                          const base::Events& events) {
  const auto& own = vocabulary.unknown;
  if (!teacher.unknown || teacher.unknown == own) return own;
  const bool known = vocabulary.contains(*teacher.unknown) || is_added(root, *teacher.unknown);
  if (!own && known) return teacher.unknown;
  const std::string taken = known ? *teacher.unknown : own.value_or("none");
  events.warn("tokenizer", "the settings call the unknown token " + *teacher.unknown +
                               ", tokenizer.json " + (own ? "calls it " + *own : "has none") +
                               "; taking " + taken);
  return known ? teacher.unknown : own;
}

std::optional<std::string> choose_padding(const Teacher& teacher, const base::JsonAt& root) {
  if (teacher.padding) return teacher.padding;
  const auto padding = root.get("padding");
  if (!padding) return std::nullopt;
  return padding->at("pad_token").string();
}

/// The ids of the teacher's tokens, added ones included, by text.
using TeacherIds = std::unordered_map<std::string, std::uint32_t>;

/// Applies the added tokens to the vocabulary: those in `wanted` are inserted if they are missing,
/// all others are removed. Returns all of the teacher's tokens.
TeacherIds merge_added_tokens(const base::JsonAt& root, const Strings& wanted,
                              ModelVocabulary& vocabulary) {
  TeacherIds ids;
  std::unordered_set<std::uint32_t> taken;
  for (const VocabularyToken& token : vocabulary.tokens()) {
    ids.emplace(token.text, token.id);
    taken.insert(token.id);
  }
  const auto added = root.get("added_tokens");
  if (!added) return ids;
  std::unordered_set<std::string> unwanted;
  for (const base::JsonAt& token : added->elements()) {
    const std::string& text = token.at("content").string();
    const bool is_wanted = is_among(wanted, text);
    if (!is_wanted) unwanted.insert(text);
    if (ids.contains(text)) continue;
    const std::uint32_t id = read_token_id(token.at("id"));
    ids.emplace(text, id);
    if (!is_wanted) continue;
    if (!taken.insert(id).second) token.at("id").fail("is the id of another token");
    vocabulary.insert(text, id);
  }
  vocabulary.remove([&](const VocabularyToken& token) { return unwanted.contains(token.text); });
  return ids;
}

base::Json::Object added_token(const std::string& text, bool is_phrase) {
  return {{"id", 0},
          {"content", text},
          {"single_word", false},
          {"lstrip", is_phrase},
          {"rstrip", is_phrase},
          {"normalized", is_phrase},
          {"special", !is_phrase}};
}

/// Returns the new added_tokens: the unknown and the padding token as the teacher has them, or
/// newly made if it lacks them; then the phrases. All of them have their new ids.
base::Json::Array make_added_tokens(const base::JsonAt& root, const Strings& wanted,
                                    const Strings& phrases, const Strings& tokens) {
  std::unordered_map<std::string_view, std::size_t> ids;
  for (std::size_t id = 0; id < tokens.size(); ++id) ids.emplace(tokens[id], id);
  base::Json::Array result;
  const auto keep = [&](base::Json added, const std::string& text) {
    const auto id = ids.find(text);
    if (id == ids.end()) return;
    added.set("id", static_cast<std::int64_t>(id->second));
    result.push_back(std::move(added));
  };
  std::unordered_set<std::string> seen;
  if (const auto added = root.get("added_tokens")) {
    for (const base::JsonAt& token : added->elements()) {
      const std::string& text = token.at("content").string();
      if (is_among(wanted, text) && seen.insert(text).second) keep(token.value(), text);
    }
  }
  for (const std::string& text : wanted) {
    if (seen.insert(text).second) keep(added_token(text, false), text);
  }
  for (const std::string& text : phrases) keep(added_token(text, true), text);
  return result;
}

/// Sets the first ByteLevel pre-tokenizer to add the prefix space. Returns whether there is one.
bool add_prefix_space(base::Json* stage) {
  const base::Json* type = stage == nullptr ? nullptr : stage->find("type");
  if (type == nullptr || !type->is_string()) return false;
  if (type->string() == "ByteLevel") {
    stage->set("add_prefix_space", true);
    return true;
  }
  base::Json* parts = stage->find("pretokenizers");
  if (type->string() != "Sequence" || parts == nullptr || !parts->is_array()) return false;
  return std::ranges::any_of(parts->array(),
                             [](base::Json& part) { return add_prefix_space(&part); });
}

/// Returns the tokens to add: the entries of the options' vocabulary, and the frequent words of
/// their corpus.
NewEntries find_entries(const base::Json& tokenizer, const Teacher& teacher,
                        const RewriteOptions& options, const ModelVocabulary& vocabulary,
                        const IsToken& is_unwanted, const base::Events& events) {
  if (options.vocabulary.empty() && options.corpus_words == 0) return {};
  const PreTokenization cutter(base::JsonAt(tokenizer, teacher.tokenizer_path));
  const auto is_known = [&](const std::string& text) { return vocabulary.contains(text); };
  Strings entries(options.vocabulary.begin(), options.vocabulary.end());
  std::ranges::move(
      corpus_words(options.corpus, options.corpus_words, cutter, is_known, is_unwanted),
      std::back_inserter(entries));
  return sort_entries(entries, cutter, is_known, is_unwanted, events);
}

}  // namespace

RewrittenTokenizer rewrite_tokenizer(const Teacher& teacher, const RewriteOptions& options,
                                     const base::Events& events) {
  const base::JsonAt root(teacher.tokenizer, teacher.tokenizer_path);
  ModelVocabulary vocabulary = ModelVocabulary::read(root.at("model"));
  vocabulary.unknown = choose_unknown(teacher, root, vocabulary, events);
  Strings wanted;
  if (vocabulary.unknown) wanted.push_back(*vocabulary.unknown);
  if (auto padding = choose_padding(teacher, root)) wanted.push_back(*std::move(padding));
  const TeacherIds teacher_ids = merge_added_tokens(root, wanted, vocabulary);
  RewrittenTokenizer result;
  result.tokenizer = teacher.tokenizer;
  for (const char* key : {"truncation", "padding", "post_processor"}) {
    result.tokenizer.set(key, nullptr);
  }
  add_prefix_space(result.tokenizer.find("pre_tokenizer"));
  result.teacher_tokens = teacher_ids.size();

  std::optional<Pattern> pattern;
  if (options.remove_pattern) pattern.emplace(*options.remove_pattern);
  const auto matches = [&](const std::string& text) {
    return pattern && pattern->matches_start(text);
  };
  const NewEntries entries =
      find_entries(result.tokenizer, teacher, options, vocabulary, matches, events);
  result.entries_left_out = entries.left_out;
  const std::unordered_set<std::string> multiword_texts(entries.multiword_texts.begin(),
                                                        entries.multiword_texts.end());
  vocabulary.remove([&](const VocabularyToken& token) {
    if (token.text == vocabulary.unknown) return false;
    return matches(token.text) ||
           (multiword_texts.contains(token.text) && !is_among(wanted, token.text));
  });
  if (vocabulary.tokens().empty()) {
    throw std::invalid_argument("the vocabulary would be empty; check token_remove_pattern");
  }
  for (const std::string& word : entries.words) {
    // It may have been added already as part of another word.
    if (!vocabulary.contains(word)) vocabulary.append_word(word);
  }
  Strings phrases;
  for (const std::string& phrase : entries.phrases) {
    if (vocabulary.contains(phrase)) continue;
    vocabulary.append(phrase);
    phrases.push_back(phrase);
  }
  result.phrases = phrases.size();

  for (const VocabularyToken& token : vocabulary.tokens()) {
    const auto original = teacher_ids.find(token.text);
    result.original_ids.push_back(original == teacher_ids.end() ? RewrittenTokenizer::kNewToken
                                                                : original->second);
    result.tokens.push_back(token.text);
  }
  result.tokenizer.set("added_tokens", make_added_tokens(root, wanted, phrases, result.tokens));
  vocabulary.write(*result.tokenizer.find("model"));
  if (!entries.accepted.empty()) {
    warn_of_lost_entries(entries, Tokenizer::from_json(result.tokenizer.dump()), events);
  }
  return result;
}

}  // namespace m2v::distillation
