#include "tokenizer/post_processors/post_processor.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string_view>
#include <utility>

#include "m2v/error.h"
#include "tokenizer/post_processors/trim_offsets.h"

namespace m2v::tokenizer {
namespace {

std::uint32_t natural_of_32_bits(const base::JsonAt& json) {
  const std::uint64_t value = json.natural();
  if (value > std::numeric_limits<std::uint32_t>::max())
    json.fail("expected an integer of at most 32 bits");
  return static_cast<std::uint32_t>(value);
}

bool is_flag(const base::JsonAt& json, std::string_view key) {
  const auto member = json.find(key);
  return member && member->value().is_bool();
}

/// Reads a token and its id, such as ["[SEP]", 102].
EncodedToken token_of_pair(const base::JsonAt& json) {
  const auto elements = json.elements();
  if (elements.size() != 2) json.fail("expected a token and its id");
  return {.id = natural_of_32_bits(elements[1]), .text = elements[0].string(), .special = true};
}

/// Returns the content of an item of a template, and true for a sequence or false for a special
/// token. `one_sequence`: whether it is the template for a single sequence.
std::pair<base::JsonAt, bool> content_of(const base::JsonAt& item, bool one_sequence) {
  if (item.object().size() != 1) item.fail("expected one member");
  const auto sequence = item.find("Sequence");
  if (!sequence) return {item.at("SpecialToken"), false};
  const base::JsonAt id = sequence->at("id");
  const bool fits = id.string() == "A" || (id.string() == "B" && !one_sequence);
  if (!fits) id.fail("there is no sequence \"" + id.string() + "\" here");
  return {*sequence, true};
}

/// Reads the tokens that a special token of a template stands for.
std::vector<EncodedToken> special_of(const base::JsonAt& json, std::uint32_t type_id) {
  json.at("id").string();
  const auto ids = json.at("ids").elements(), texts = json.at("tokens").elements();
  std::vector<EncodedToken> tokens;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    tokens.push_back({.id = natural_of_32_bits(ids[i]), .type_id = type_id, .special = true});
    if (i < texts.size()) tokens.back().text = texts[i].string();
  }
  for (const base::JsonAt& text : texts) text.string();
  return tokens;
}

}  // namespace

PostProcessor PostProcessor::parse(const base::JsonAt& json) {
  PostProcessor processor;
  processor.append(json);
  return processor;
}

PostProcessor::Tokens PostProcessor::apply(std::vector<Tokens> parts,
                                           bool add_special_tokens) const {
  for (std::uint32_t i = 0; i < parts.size(); ++i) {
    for (EncodedToken& token : parts[i]) token.type_id = i, token.sequence = i;
  }
  for (const Step& step : steps_) {
    for (std::uint32_t i = 0; i < parts.size(); ++i) {
      if (step.trim_offsets) trim_offsets(parts[i], *step.trim_offsets);
      if (!step.numbers_parts) continue;
      for (EncodedToken& token : parts[i]) token.sequence = i;
    }
    if (step.by_template) step.by_template->apply(parts, add_special_tokens);
    if (step.around) step.around->apply(parts, add_special_tokens);
  }
  Tokens all;
  for (Tokens& part : parts) std::ranges::move(part, std::back_inserter(all));
  return all;
}

std::vector<std::uint32_t> PostProcessor::apply(const std::vector<std::uint32_t>& ids) const {
  Tokens tokens;
  for (const std::uint32_t id : ids) tokens.push_back({.id = id});
  std::vector<std::uint32_t> all;
  for (const EncodedToken& token : apply({std::move(tokens)}, true)) all.push_back(token.id);
  return all;
}

bool PostProcessor::trims() const noexcept {
  return std::ranges::any_of(steps_,
                             [](const Step& step) { return step.trim_offsets.has_value(); });
}

void PostProcessor::trim(Tokens& tokens) const {
  for (const Step& step : steps_) {
    if (step.trim_offsets) trim_offsets(tokens, *step.trim_offsets);
  }
}

std::size_t PostProcessor::special_tokens(bool pair) const {
  return apply(std::vector<Tokens>(pair ? 2 : 1), true).size();
}

void PostProcessor::Template::apply(std::vector<Tokens>& parts, bool add_special_tokens) const {
  if (parts.size() > 2) throw Error("the post-processor has no template for a pair of texts");
  std::vector<Tokens> out;
  for (const Item& item : parts.size() == 1 ? single : pair) {
    if (!item.sequence) {
      if (!add_special_tokens) continue;
      if (!item.missing.empty()) {
        throw Error("the post-processor's template for a pair has no token \"" + item.missing +
                    "\" among its special_tokens");
      }
      out.push_back(item.special);
      continue;
    }
    Tokens tokens = parts[*item.sequence];
    for (EncodedToken& token : tokens) {
      token.type_id = item.type_id;
      token.sequence = static_cast<std::uint32_t>(*item.sequence);
    }
    out.push_back(std::move(tokens));
  }
  parts = std::move(out);
}

void PostProcessor::Around::apply(std::vector<Tokens>& parts, bool add_special_tokens) const {
  for (Tokens& part : parts) {
    const bool is_first = &part == &parts.front();
    if (is_roberta) {
      for (EncodedToken& token : part) token.type_id = 0;
    }
    if (!add_special_tokens) continue;
    EncodedToken end = last;
    end.type_id = is_first || is_roberta ? 0 : 1;
    if (is_first) {
      part.insert(part.begin(), first);
    } else if (is_roberta) {
      part.insert(part.begin(), last);
    }
    part.push_back(std::move(end));
  }
}

void PostProcessor::append(const base::JsonAt& json) {
  // As in `tokenizers`, the members decide first, and then the stated type.
  const auto stated = json.find("type");
  const std::string type = stated && stated->value().is_string() ? stated->string() : "";
  const bool has_pair = json.find("cls") && json.find("sep");
  if (has_pair || type == "BertProcessing" || type == "RobertaProcessing") {
    append_pair_processing(json,
                           is_flag(json, "trim_offsets") && is_flag(json, "add_prefix_space"));
  } else if (type == "ByteLevel") {
    const bool space_in_front = json.at("add_prefix_space").boolean();
    Step step{.numbers_parts = true};
    if (json.at("trim_offsets").boolean()) step.trim_offsets = space_in_front;
    if (const auto use_regex = json.find("use_regex")) use_regex->boolean();
    steps_.push_back(std::move(step));
  } else if (json.find("single") || type == "TemplateProcessing") {
    append_template(json);
  } else if (type == "Sequence") {
    for (const base::JsonAt& step : json.at("processors").elements()) append(step);
  } else {
    json.at("type").fail("post-processor \"" + type + "\" is not known");
  }
}

void PostProcessor::append_template(const base::JsonAt& json) {
  const base::JsonAt special_tokens = json.at("special_tokens");
  for (const auto& [name, token] : special_tokens.object()) {
    special_of({token, json.file(), special_tokens.path() + "." + name}, 0);
  }
  const auto items_of = [&](const base::JsonAt& pieces, bool one_sequence) {
    std::vector<Item> items;
    for (const base::JsonAt& piece : pieces.elements()) {
      const auto [content, is_sequence] = content_of(piece, one_sequence);
      const base::JsonAt id = content.at("id");
      Item item{.type_id = natural_of_32_bits(content.at("type_id"))};
      if (is_sequence) {
        item.sequence = id.string() == "A" ? 0 : 1;
      } else if (const auto token = special_tokens.find(id.string())) {
        item.special = special_of(*token, item.type_id);
      } else if (!one_sequence) {
        item.missing = id.string();  // an error only if the template is applied to a pair
      } else {
        id.fail("\"" + id.string() + "\" is not among the template's special_tokens");
      }
      items.push_back(std::move(item));
    }
    return items;
  };
  Template made{items_of(json.at("single"), true), items_of(json.at("pair"), false)};
  if (parts_ != 1) json.fail("a template after one of several items is not supported");
  parts_ = made.single.size();
  steps_.push_back({.by_template = std::move(made)});
}

void PostProcessor::append_pair_processing(const base::JsonAt& json, bool is_roberta) {
  Step step{.around =
                Around{token_of_pair(json.at("cls")), token_of_pair(json.at("sep")), is_roberta}};
  if (is_roberta && json.at("trim_offsets").boolean()) {
    step.trim_offsets = json.at("add_prefix_space").boolean();
  }
  steps_.push_back(std::move(step));
}

}  // namespace m2v::tokenizer
