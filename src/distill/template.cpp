#include "distill/template.h"

#include <limits>
#include <optional>

namespace m2v::distillation {
namespace {

std::uint32_t read_id(const base::JsonAt& value) {
  const std::uint64_t id = value.natural();
  if (id > std::numeric_limits<std::uint32_t>::max()) value.fail("is too large for an id");
  return static_cast<std::uint32_t>(id);
}

/// Reads the id of a token in the form ["text", id].
std::uint32_t pair_id(const base::JsonAt& pair) {
  const auto items = pair.elements();
  if (items.size() != 2) pair.fail("must be a token and its id");
  return read_id(items[1]);
}

/// Returns the ids of a template's item; empty if it stands for the text.
std::vector<std::uint32_t> item_ids(const base::JsonAt& item, const base::JsonAt& special_tokens) {
  const auto special = item.get("SpecialToken");
  if (!special) return {};
  std::vector<std::uint32_t> ids;
  const base::JsonAt token = special_tokens.at(special->at("id").string());
  for (const base::JsonAt& id : token.at("ids").elements()) ids.push_back(read_id(id));
  return ids;
}

Template read_processor(const base::JsonAt& processor) {
  const std::string& type = processor.at("type").string();
  if (type == "TemplateProcessing") {
    const auto single = processor.at("single").elements();
    if (single.empty()) return {};
    const base::JsonAt special_tokens = processor.at("special_tokens");
    return {.before = item_ids(single.front(), special_tokens),
            .after = item_ids(single.back(), special_tokens)};
  }
  if (type == "BertProcessing" || type == "RobertaProcessing") {
    return {.before = {pair_id(processor.at("cls"))}, .after = {pair_id(processor.at("sep"))}};
  }
  if (type == "ByteLevel") return {};
  if (type == "Sequence") {
    Template result;
    for (const base::JsonAt& part : processor.at("processors").elements()) {
      Template inner = read_processor(part);
      if (result.before.empty()) result.before = std::move(inner.before);
      if (result.after.empty()) result.after = std::move(inner.after);
    }
    return result;
  }
  processor.at("type").fail("post-processors of type \"" + type + "\" are not supported");
}

}  // namespace

Template read_template(const base::JsonAt& tokenizer) {
  const auto processor = tokenizer.get("post_processor");
  return processor ? read_processor(*processor) : Template{};
}

}  // namespace m2v::distillation
