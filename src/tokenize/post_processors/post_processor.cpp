#include "tokenize/post_processors/post_processor.h"

#include <limits>
#include <string>

namespace m2v::tokenize {
namespace {

std::uint32_t token_id(const core::JsonAt& json) {
  const std::uint64_t id = json.natural();
  if (id > std::numeric_limits<std::uint32_t>::max()) json.fail("a token id has at most 32 bits");
  return static_cast<std::uint32_t>(id);
}

/// The id in ["[SEP]", 102].
std::uint32_t id_of_pair(const core::JsonAt& json) {
  const auto elements = json.elements();
  if (elements.size() != 2) json.fail("expected a token and its id");
  return token_id(elements[1]);
}

}  // namespace

PostProcessor PostProcessor::parse(const core::JsonAt& json) {
  PostProcessor processor;
  processor.append(json);
  return processor;
}

std::vector<std::uint32_t> PostProcessor::apply(std::vector<std::uint32_t> ids) const {
  for (const Template& items : templates_) {
    std::vector<std::uint32_t> out;
    for (const Item& item : items) {
      const std::vector<std::uint32_t>& part = item.is_sequence ? ids : item.special_ids;
      out.insert(out.end(), part.begin(), part.end());
    }
    ids = std::move(out);
  }
  return ids;
}

void PostProcessor::append(const core::JsonAt& json) {
  const core::JsonAt type = json.at("type");
  if (type.string() == "TemplateProcessing") {
    templates_.push_back(parse_template(json));
  } else if (type.string() == "BertProcessing" || type.string() == "RobertaProcessing") {
    templates_.push_back(parse_pair(json));
  } else if (type.string() == "Sequence") {
    for (const core::JsonAt& step : json.at("processors").elements()) append(step);
  } else if (type.string() != "ByteLevel") {
    type.fail("post-processor \"" + type.string() + "\" is not supported");
  }
}

PostProcessor::Template PostProcessor::parse_template(const core::JsonAt& json) {
  const core::JsonAt special_tokens = json.at("special_tokens");
  Template items;
  for (const core::JsonAt& piece : json.at("single").elements()) {
    if (piece.get("Sequence")) {
      items.push_back({true, {}});
      continue;
    }
    Item item{false, {}};
    const core::JsonAt name = piece.at("SpecialToken").at("id");
    const auto token = special_tokens.get(name.string());
    if (!token) name.fail("\"" + name.string() + "\" is not among the template's special_tokens");
    for (const core::JsonAt& id : token->at("ids").elements()) {
      item.special_ids.push_back(token_id(id));
    }
    items.push_back(std::move(item));
  }
  return items;
}

PostProcessor::Template PostProcessor::parse_pair(const core::JsonAt& json) {
  const std::uint32_t first = id_of_pair(json.at("cls"));
  const std::uint32_t last = id_of_pair(json.at("sep"));
  return {{false, {first}}, {true, {}}, {false, {last}}};
}

}  // namespace m2v::tokenize
