#include "distill/pooling.h"

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace m2v::distillation {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kChoose = "; choose one with --pooling mean, first, last or pooler";
constexpr std::string_view kPrefix = "pooling_mode_";

/// Returns the active modes of a configuration, by their names after "pooling_mode_"; newer files
/// hold them as a string or a list instead.
std::vector<std::string> active_modes(const base::JsonAt& configuration) {
  std::vector<std::string> modes;
  if (const auto mode = configuration.get("pooling_mode")) {
    if (mode->value().is_string()) return {mode->string()};
    for (const base::JsonAt& one : mode->elements()) modes.push_back(one.string());
    return modes;
  }
  for (const auto& [key, value] : configuration.object()) {
    if (key.starts_with(kPrefix) && configuration.boolean_or(key, false)) {
      modes.push_back(key.substr(kPrefix.size()));
    }
  }
  return modes;
}

encoder::Pooling read_pooling(const fs::path& path) {
  const std::string name = path.string();
  const base::Json json = base::read_json(name);
  const base::JsonAt configuration(json, name);
  const std::vector<std::string> modes = active_modes(configuration);
  if (modes.empty()) return encoder::Pooling::kMean;
  if (modes.size() > 1) {
    std::string list;
    for (const std::string& mode : modes) list += (list.empty() ? "" : " and ") + mode;
    configuration.fail("the teacher concatenates several poolings, " + list + std::string(kChoose));
  }
  const std::string& mode = modes.front();
  if (mode == "mean_tokens" || mode == "mean") return encoder::Pooling::kMean;
  if (mode == "cls_token" || mode == "cls") return encoder::Pooling::kFirst;
  if (mode == "lasttoken") return encoder::Pooling::kLast;
  configuration.fail("the teacher's pooling, " + mode + ", is not known" + std::string(kChoose));
}

}  // namespace

encoder::Pooling choose_pooling(Pooling pooling, const std::optional<fs::path>& configuration) {
  switch (pooling) {
    case Pooling::kMean:
      return encoder::Pooling::kMean;
    case Pooling::kFirst:
      return encoder::Pooling::kFirst;
    case Pooling::kLast:
      return encoder::Pooling::kLast;
    case Pooling::kPooler:
      return encoder::Pooling::kPooler;
    case Pooling::kAuto:
      break;
  }
  return configuration ? read_pooling(*configuration) : encoder::Pooling::kMean;
}

std::string_view pooling_name(encoder::Pooling pooling) noexcept {
  switch (pooling) {
    case encoder::Pooling::kMean:
      return "mean";
    case encoder::Pooling::kFirst:
      return "first";
    case encoder::Pooling::kLast:
      return "last";
    case encoder::Pooling::kPooler:
      return "pooler";
  }
  return "";
}

}  // namespace m2v::distillation
