#include "distill/surgery.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

#include "distill/pattern.h"

namespace m2v::distillation {
namespace {

struct Token {
  std::string text;
  std::uint32_t id;
};

std::uint32_t read_id(const core::JsonAt& value) {
  const std::uint64_t id = value.natural();
  if (id > std::numeric_limits<std::uint32_t>::max()) value.fail("is too large for an id");
  return static_cast<std::uint32_t>(id);
}

/// The vocabulary by rising id.
std::vector<Token> read_vocabulary(const core::JsonAt& model) {
  const core::JsonAt vocabulary = model.at("vocab");
  std::unordered_map<std::string_view, std::uint32_t>
      ids;  // of a token named twice the last counts
  for (const auto& [text, id] : vocabulary.object()) {
    ids[text] =
        read_id(core::JsonAt(id, vocabulary.file(), vocabulary.path() + "[\"" + text + "\"]"));
  }
  std::vector<Token> tokens;
  tokens.reserve(ids.size());
  for (const auto& [text, id] : ids) tokens.push_back({std::string(text), id});
  std::ranges::sort(tokens, {}, &Token::id);
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i].id == tokens[i - 1].id) {
      vocabulary.fail("\"" + std::min(tokens[i].text, tokens[i - 1].text) + "\" and \"" +
                      std::max(tokens[i].text, tokens[i - 1].text) + "\" have the same id, " +
                      std::to_string(tokens[i].id));
    }
  }
  return tokens;
}

void check_model(const core::JsonAt& model) {
  const core::JsonAt type = model.at("type");
  if (type.string() != "WordPiece") {
    type.fail("tokenizers of type \"" + type.string() +
              "\" cannot be distilled; this version distils WordPiece");
  }
}

bool has_token(const std::vector<Token>& tokens, std::string_view text) {
  return std::ranges::find(tokens, text, &Token::text) != tokens.end();
}

/// The unknown token: the settings' where the vocabulary has it, else the model's own.
std::string choose_unknown(const Teacher& teacher, const core::JsonAt& model,
                           const std::vector<Token>& tokens, const core::Events& events) {
  std::string own = model.at("unk_token").string();
  if (!teacher.unknown || *teacher.unknown == own) return own;
  const bool known = has_token(tokens, *teacher.unknown);
  events.warn("tokenizer", "the settings call the unknown token " + *teacher.unknown +
                               ", tokenizer.json calls it " + own + "; taking " +
                               (known ? *teacher.unknown : own));
  return known ? *teacher.unknown : own;
}

std::optional<std::string> choose_padding(const Teacher& teacher, const core::JsonAt& root) {
  if (teacher.padding) return teacher.padding;
  const auto padding = root.get("padding");
  if (!padding) return std::nullopt;
  return padding->at("pad_token").string();
}

core::Json::Object added_token(const std::string& text) {
  return {{"id", 0},         {"content", text},     {"single_word", false}, {"lstrip", false},
          {"rstrip", false}, {"normalized", false}, {"special", true}};
}

/// The unknown and the padding token as they stand in added_tokens, with their new ids; appended if
/// they do not stand there.
core::Json::Array keep_added_tokens(const core::JsonAt& root,
                                    const std::vector<std::string>& wanted,
                                    const std::vector<std::string>& tokens) {
  core::Json::Array result;
  const auto keep = [&](core::Json added, const std::string& text) {
    const auto place = std::ranges::find(tokens, text);
    if (place == tokens.end()) return;
    added.set("id", static_cast<std::int64_t>(place - tokens.begin()));
    result.push_back(std::move(added));
  };
  std::unordered_set<std::string> seen;
  if (const auto added = root.get("added_tokens")) {
    for (const core::JsonAt& token : added->elements()) {
      const std::string& text = token.at("content").string();
      if (std::ranges::find(wanted, text) == wanted.end() || !seen.insert(text).second) continue;
      keep(token.value(), text);
    }
  }
  for (const std::string& text : wanted) {
    if (seen.insert(text).second) keep(added_token(text), text);
  }
  return result;
}

/// What the added tokens do to the vocabulary: `wanted` ones join it if they are not in it, the
/// rest leave. Returns the number of tokens that the teacher has.
std::size_t merge_added_tokens(const core::JsonAt& root, const std::vector<std::string>& wanted,
                               std::vector<Token>& tokens) {
  std::size_t total = tokens.size();
  const auto added = root.get("added_tokens");
  if (!added) return total;
  std::unordered_set<std::string_view> known;
  for (const Token& token : tokens) known.insert(token.text);
  std::unordered_set<std::string> unwanted;
  std::vector<Token> joining;
  for (const core::JsonAt& token : added->elements()) {
    const std::string& text = token.at("content").string();
    const bool is_wanted = std::ranges::find(wanted, text) != wanted.end();
    if (!is_wanted) unwanted.insert(text);
    if (known.contains(text)) continue;
    ++total;
    const std::uint32_t id = read_id(token.at("id"));
    if (!is_wanted) continue;
    const auto same_id = [&](const Token& other) { return other.id == id; };
    if (std::ranges::any_of(tokens, same_id) || std::ranges::any_of(joining, same_id)) {
      token.at("id").fail("is the id of another token");
    }
    joining.push_back({text, id});
  }
  tokens.insert(tokens.end(), joining.begin(), joining.end());
  std::erase_if(tokens, [&](const Token& token) { return unwanted.contains(token.text); });
  std::ranges::sort(tokens, {}, &Token::id);
  return total;
}

}  // namespace

Surgery operate(const Teacher& teacher, const std::optional<std::string>& remove_pattern,
                const core::Events& events) {
  const core::JsonAt root(teacher.tokenizer, teacher.tokenizer_path);
  const core::JsonAt model = root.at("model");
  check_model(model);
  std::vector<Token> tokens = read_vocabulary(model);
  const std::string unknown = choose_unknown(teacher, model, tokens, events);
  std::vector<std::string> wanted{unknown};
  if (const auto padding = choose_padding(teacher, root)) wanted.push_back(*padding);

  Surgery result;
  result.teacher_tokens = merge_added_tokens(root, wanted, tokens);
  if (remove_pattern) {
    const Pattern pattern(*remove_pattern);
    std::erase_if(tokens, [&](const Token& token) {
      return token.text != unknown && pattern.matches_start(token.text);
    });
  }
  if (tokens.empty()) {
    throw std::invalid_argument("nothing is left of the vocabulary; check token_remove_pattern");
  }

  core::Json::Object vocabulary;
  vocabulary.reserve(tokens.size());
  for (Token& token : tokens) {
    vocabulary.emplace_back(token.text, static_cast<std::int64_t>(result.tokens.size()));
    result.original_ids.push_back(token.id);
    result.tokens.push_back(std::move(token.text));
  }
  result.tokenizer = teacher.tokenizer;
  result.tokenizer.set("added_tokens", keep_added_tokens(root, wanted, result.tokens));
  for (const char* key : {"truncation", "padding", "post_processor"}) {
    result.tokenizer.set(key, nullptr);
  }
  core::Json* new_model = result.tokenizer.find("model");
  new_model->set("unk_token", unknown);
  new_model->set("vocab", std::move(vocabulary));
  return result;
}

}  // namespace m2v::distillation
