#include "m2v/training_file.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include "base/impl_access.h"
#include "base/json.h"
#include "m2v/version.h"
#include "model/model_impl.h"

namespace m2v {
namespace {

using base::Json;
using base::JsonAt;

constexpr std::string_view kFile = "training.json";

Json number(std::size_t value) { return Json(static_cast<std::int64_t>(value)); }
Json number(const std::optional<std::size_t>& value) { return value ? number(*value) : Json(); }
/// JSON cannot represent NaN and infinity, which result from divergence.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

/// Null: trained if the model has token weights.
Json freeze_weights(TokenWeightTraining training) {
  return training == TokenWeightTraining::kIfPresent
             ? Json()
             : Json(training == TokenWeightTraining::kNever);
}

/// Returns the options that determine the result, except for data such as validation texts.
Json::Object options_json(const FitOptions& options) {
  Json::Object object;
  object.emplace_back("hidden_layers", number(options.hidden_layers));
  object.emplace_back("hidden_dim", number(options.hidden_dim));
  object.emplace_back("freeze", options.freeze);
  object.emplace_back("freeze_weights", freeze_weights(options.token_weights));
  object.emplace_back("normalize", options.normalize);
  const bool unlimited = options.max_length == kNoLimit;
  object.emplace_back("max_length", unlimited ? Json("none") : number(options.max_length));
  object.emplace_back("learning_rate", number(options.learning_rate));
  object.emplace_back("batch_size", number(options.batch_size));
  object.emplace_back("min_epochs", number(options.min_epochs));
  object.emplace_back("max_epochs", number(options.max_epochs));
  object.emplace_back("early_stopping_patience", number(options.early_stopping_patience));
  object.emplace_back("validation_steps", number(options.validation_steps));
  object.emplace_back("token_dropout", number(options.token_dropout));
  object.emplace_back("seed", options.seed);
  object.emplace_back("validation_fraction", number(options.validation_fraction));
  object.emplace_back("validation_count", number(options.validation_count));
  return object;
}

Json::Object options_json(const ClassifierOptions& options) {
  Json::Object object = options_json(static_cast<const FitOptions&>(options));
  Json::Array weights;
  for (const float weight : options.class_weights) weights.push_back(number(double{weight}));
  object.emplace_back("balanced", options.balanced);
  object.emplace_back("class_weights", std::move(weights));
  object.emplace_back("focal_gamma", number(options.focal_gamma));
  object.emplace_back("calibrate", options.calibrate);
  return object;
}

Json::Object options_json(const PairOptions& options) {
  Json::Object object = options_json(static_cast<const FitOptions&>(options));
  object.emplace_back("temperature", number(options.temperature));
  return object;
}

Json check_json(const FitCheck& check) {
  Json::Object object;
  object.emplace_back("epoch", number(check.epoch));
  object.emplace_back("step", number(check.step));
  object.emplace_back("train_loss", number(check.train_loss));
  object.emplace_back("train_accuracy", number(check.train_accuracy));
  object.emplace_back("loss", number(check.loss));
  object.emplace_back("accuracy", number(check.accuracy));
  object.emplace_back("learning_rate", number(check.learning_rate));
  object.emplace_back("seconds", number(check.seconds));
  object.emplace_back("best", check.best);
  return object;
}

Json calibration_json(const TemperatureScaling& calibration) {
  Json::Object object;
  object.emplace_back("temperature", number(calibration.temperature));
  object.emplace_back("loss_before", number(calibration.loss_before));
  object.emplace_back("loss_after", number(calibration.loss_after));
  object.emplace_back("error_before", number(calibration.error_before));
  object.emplace_back("error_after", number(calibration.error_after));
  return object;
}

Json problems_json(const std::vector<DataProblem>& problems) {
  Json::Object object;
  for (const DataProblem& problem : problems) {
    object.emplace_back(std::string(name_of(problem.kind)), number(problem.count));
  }
  return object;
}

double real(const JsonAt& object, std::string_view key) {
  const auto value = object.get(key);
  return value ? value->number() : std::nan("");
}

FitCheck read_check(const JsonAt& object) {
  return {.epoch = object.at("epoch").natural(),
          .step = object.at("step").natural(),
          .train_loss = real(object, "train_loss"),
          .train_accuracy = real(object, "train_accuracy"),
          .loss = real(object, "loss"),
          .accuracy = real(object, "accuracy"),
          .learning_rate = real(object, "learning_rate"),
          .seconds = real(object, "seconds"),
          .best = object.at("best").boolean()};
}

TemperatureScaling read_calibration(const JsonAt& object) {
  return {.temperature = real(object, "temperature"),
          .loss_before = real(object, "loss_before"),
          .loss_after = real(object, "loss_after"),
          .error_before = real(object, "error_before"),
          .error_after = real(object, "error_after")};
}

std::string record(Json::Object options, const FitReport& report) {
  Json::Array checks;
  for (const FitCheck& check : report.checks) checks.push_back(check_json(check));
  Json::Object object;
  object.emplace_back("m2v", version());
  object.emplace_back("options", std::move(options));
  object.emplace_back("train_texts", number(report.train_texts));
  object.emplace_back("validation_texts", number(report.validation_texts));
  object.emplace_back("batch_size", number(report.batch_size));
  object.emplace_back("steps", number(report.steps));
  object.emplace_back("seconds", number(report.seconds));
  object.emplace_back("cancelled", report.cancelled);
  if (!report.data_problems.empty()) {
    object.emplace_back("data_problems", problems_json(report.data_problems));
  }
  if (report.calibration) {
    object.emplace_back("calibration", calibration_json(*report.calibration));
  }
  object.emplace_back("checks", std::move(checks));
  return Json(std::move(object)).dump(2) + "\n";
}

}  // namespace

std::string training_json(const ClassifierOptions& options, const FitReport& report) {
  return record(options_json(options), report);
}

std::string training_json(const VectorOptions& options, const FitReport& report) {
  return record(options_json(static_cast<const FitOptions&>(options)), report);
}

std::string training_json(const PairOptions& options, const FitReport& report) {
  return record(options_json(options), report);
}

std::optional<FitReport> read_training(const ModelWithHead& trained) {
  const model::ModelFolder& folder = impl_of(trained.model()).folder;
  const model::ModelFiles& files = folder.files;
  if (folder.config_path.empty() || !files.has(kFile)) return std::nullopt;  // not loaded from disk
  const std::string path = files.path(kFile);
  const Json json = base::parse_json(files.open(kFile).view(), path);
  const JsonAt object(json, path);
  FitReport report{.checks = {},
                   .train_texts = object.at("train_texts").natural(),
                   .validation_texts = object.at("validation_texts").natural(),
                   .batch_size = object.at("batch_size").natural(),
                   .steps = object.at("steps").natural(),
                   .seconds = real(object, "seconds"),
                   .cancelled = object.at("cancelled").boolean()};
  for (const JsonAt& check : object.at("checks").elements()) {
    report.checks.push_back(read_check(check));
  }
  if (const auto calibration = object.get("calibration")) {
    report.calibration = read_calibration(*calibration);
  }
  return report;
}

}  // namespace m2v
