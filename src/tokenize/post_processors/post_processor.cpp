#include "tokenize/post_processors/post_processor.h"

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace m2v::tokenize {
namespace {

std::uint32_t natural_of_32_bits(const core::JsonAt& json) {
  const std::uint64_t value = json.natural();
  if (value > std::numeric_limits<std::uint32_t>::max()) json.fail("expected at most 32 bits");
  return static_cast<std::uint32_t>(value);
}

bool is_flag(const core::JsonAt& json, std::string_view key) {
  const auto member = json.find(key);
  return member && member->value().is_bool();
}

/// The id in ["[SEP]", 102].
std::uint32_t id_of_pair(const core::JsonAt& json) {
  const auto elements = json.elements();
  if (elements.size() != 2) json.fail("expected a token and its id");
  elements[0].string();
  return natural_of_32_bits(elements[1]);
}

/// The name of the special token that a template's item stands for; none if it stands for a
/// sequence.
std::optional<core::JsonAt> special_name(const core::JsonAt& item, bool one_sequence) {
  if (item.object().size() != 1) item.fail("expected one member");
  const auto sequence = item.find("Sequence");
  const core::JsonAt content = sequence ? *sequence : item.at("SpecialToken");
  core::JsonAt id = content.at("id");
  natural_of_32_bits(content.at("type_id"));
  if (!sequence) {
    id.string();
    return id;
  }
  const bool fits = id.string() == "A" || (id.string() == "B" && !one_sequence);
  if (!fits) id.fail("there is no sequence \"" + id.string() + "\" here");
  return std::nullopt;
}

}  // namespace

PostProcessor PostProcessor::parse(const core::JsonAt& json) {
  PostProcessor processor;
  processor.append(json);
  return processor;
}

std::vector<std::uint32_t> PostProcessor::apply(std::vector<std::uint32_t> ids) const {
  std::vector<Ids> parts{std::move(ids)};
  for (const Step& step : steps_) {
    std::vector<Ids> out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!step.is_template) out.emplace_back();
      for (const Item& item : i == 0 ? step.first : step.others) {
        if (step.is_template) out.emplace_back();
        const Ids& source = item.is_sequence ? parts[i] : item.special_ids;
        out.back().insert(out.back().end(), source.begin(), source.end());
      }
    }
    parts = std::move(out);
  }
  Ids all;
  for (const Ids& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

void PostProcessor::append(const core::JsonAt& json) {
  // What members it has counts, as in `tokenizers`; what it calls itself decides between the rest.
  const auto stated = json.find("type");
  const std::string type = stated && stated->value().is_string() ? stated->string() : "";
  const bool has_pair = json.find("cls") && json.find("sep");
  if (has_pair || type == "BertProcessing" || type == "RobertaProcessing") {
    append_pair(json, is_flag(json, "trim_offsets") && is_flag(json, "add_prefix_space"));
  } else if (type == "ByteLevel") {
    json.at("add_prefix_space").boolean();
    json.at("trim_offsets").boolean();
    if (const auto use_regex = json.find("use_regex")) use_regex->boolean();
  } else if (json.find("single") || type == "TemplateProcessing") {
    append_template(json);
  } else if (type == "Sequence") {
    for (const core::JsonAt& step : json.at("processors").elements()) append(step);
  } else {
    json.at("type").fail("post-processor \"" + type + "\" is not known");
  }
}

void PostProcessor::append_template(const core::JsonAt& json) {
  const core::JsonAt special_tokens = json.at("special_tokens");
  for (const auto& [name, token] : special_tokens.object()) {
    const core::JsonAt place(token, json.file(), special_tokens.path() + "." + name);
    place.at("id").string();
    for (const core::JsonAt& id : place.at("ids").elements()) natural_of_32_bits(id);
    for (const core::JsonAt& text : place.at("tokens").elements()) text.string();
  }
  for (const core::JsonAt& item : json.at("pair").elements()) special_name(item, false);
  Step step{true, {}, {}};
  for (const core::JsonAt& piece : json.at("single").elements()) {
    const auto name = special_name(piece, true);
    Item item{!name, {}};
    if (name) {
      const auto token = special_tokens.find(name->string());
      if (!token) {
        name->fail("\"" + name->string() + "\" is not among the template's special_tokens");
      }
      for (const core::JsonAt& id : token->at("ids").elements()) {
        item.special_ids.push_back(natural_of_32_bits(id));
      }
    }
    step.first.push_back(std::move(item));
  }
  if (parts_ != 1) json.fail("a template after one of several items is not supported");
  parts_ = step.first.size();
  steps_.push_back(std::move(step));
}

void PostProcessor::append_pair(const core::JsonAt& json, bool separator_in_front) {
  const Item text{true, {}};
  const Item first{false, {id_of_pair(json.at("cls"))}};
  const Item last{false, {id_of_pair(json.at("sep"))}};
  Step step{false, {first, text, last}, {text, last}};
  if (separator_in_front) step.others.insert(step.others.begin(), last);
  steps_.push_back(std::move(step));
}

}  // namespace m2v::tokenize
