#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings/convert.h"
#include "bindings/modules.h"
#include "m2v/data_problems.h"
#include "m2v/error.h"
#include "m2v/fit.h"
#include "m2v/text_table.h"

namespace m2v::python {
namespace {

template <typename T>
std::vector<T> list_of(const nb::handle& array) {
  const auto values =
      nb::cast<nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>>(array);
  return {values.data(), values.data() + values.size()};
}

Labels labels_of(const nb::dict& given) {
  Labels labels;
  labels.classes.names = nb::cast<std::vector<std::string>>(given["names"]);
  labels.classes.integers = nb::cast<bool>(given["integers"]);
  labels.numbers = list_of<std::uint32_t>(given["numbers"]);
  labels.offsets = list_of<std::size_t>(given["offsets"]);
  labels.multilabel = nb::cast<bool>(given["multilabel"]);
  return labels;
}

MatrixView view_of(const Vectors& vectors) {
  return {vectors.data(), vectors.shape(0), vectors.shape(1)};
}

/// Passes events to a Python function, which may be None. Ctrl-C, or a function that returns False,
/// ends training, which then returns the best model so far.
class Listener {
 public:
  explicit Listener(nb::object function) : function_(std::move(function)) {}

  OnEvent on_event() {
    return [this](const Event& event) {
      const nb::gil_scoped_acquire held;
      try {
        if (PyErr_CheckSignals() != 0) throw nb::python_error();
        return !tell(function_, event).is(nb::bool_(false));
      } catch (nb::python_error& error) {
        interrupted_ = error.matches(PyExc_KeyboardInterrupt);
        if (!interrupted_) throw;
        return false;
      }
    };
  }

  /// Raises the exception for training that ended before there was a model to return.
  [[noreturn]] void raise_cancelled() const {
    if (!interrupted_) throw Cancelled();
    PyErr_SetNone(PyExc_KeyboardInterrupt);
    throw nb::python_error();
  }

 private:
  nb::object function_;
  bool interrupted_ = false;
};

/// Options, with the arrays that they refer to. The texts that they refer to are owned by the
/// dictionary, which must outlive this object.
struct Given {
  ClassifierOptions options;  ///< What they have in common with the other tasks' is used for these.
  double temperature = PairOptions().temperature;
  Texts validation_partners;
  std::optional<Vectors> validation_vectors;

  PairOptions for_pairs(std::size_t outputs) const {
    return {options, outputs, temperature, validation_partners};
  }
  VectorOptions for_vectors() const {
    return {options, validation_vectors ? view_of(*validation_vectors) : MatrixView()};
  }

  explicit Given(const nb::dict& given) {
    ClassifierOptions& to = options;
    const auto copy = [&]<typename T>(const char* name, T& option) {
      take<T>(given, name, [&](T value) { option = std::move(value); });
    };
    copy("hidden_layers", to.hidden_layers);
    copy("hidden_dim", to.hidden_dim);
    copy("freeze", to.freeze);
    take<std::optional<bool>>(given, "freeze_weights", [&](std::optional<bool> freeze) {
      if (freeze)
        to.token_weights = *freeze ? TokenWeightTraining::kNever : TokenWeightTraining::kAlways;
    });
    copy("normalize", to.normalize);
    take<std::optional<std::size_t>>(given, "max_length",
                                     [&](auto length) { to.max_length = limit(length); });
    copy("learning_rate", to.learning_rate);
    copy("batch_size", to.batch_size);
    copy("min_epochs", to.min_epochs);
    copy("max_epochs", to.max_epochs);
    copy("early_stopping_patience", to.early_stopping_patience);
    copy("validation_steps", to.validation_steps);
    copy("validation_count", to.validation_count);
    copy("token_dropout", to.token_dropout);
    copy("seed", to.seed);
    copy("threads", to.threads);
    copy("class_weights", to.class_weights);
    copy("focal_gamma", to.focal_gamma);
    copy("calibrate", to.calibrate);
    copy("temperature", temperature);
    take<const TextList&>(given, "validation_texts",
                          [&](const TextList& texts) { to.validation_texts = texts.texts(); });
    take<const TextList&>(given, "validation_partners",
                          [&](const TextList& texts) { validation_partners = texts.texts(); });
    take<nb::dict>(given, "validation_labels",
                   [&](const nb::dict& labels) { to.validation_labels = labels_of(labels); });
    take<Vectors>(given, "validation_vectors",
                  [&](const Vectors& vectors) { validation_vectors = vectors; });
  }
};

nb::dict dict_of(const FitCheck& check, bool classifies) {
  nb::dict result;
  result["epoch"] = check.epoch;
  result["step"] = check.step;
  result["train_loss"] = check.train_loss;
  result["loss"] = check.loss;
  if (classifies) {
    result["train_accuracy"] = check.train_accuracy;
    result["accuracy"] = check.accuracy;
  }
  result["learning_rate"] = check.learning_rate;
  result["seconds"] = check.seconds;
  result["best"] = check.best;
  return result;
}

nb::dict dict_of(const TemperatureScaling& scaling) {
  nb::dict result;
  result["temperature"] = scaling.temperature;
  result["loss_before"] = scaling.loss_before;
  result["loss_after"] = scaling.loss_after;
  result["error_before"] = scaling.error_before;
  result["error_after"] = scaling.error_after;
  return result;
}

nb::dict dict_of(const FitReport& report, bool classifies) {
  nb::list checks;
  for (const FitCheck& check : report.checks) checks.append(dict_of(check, classifies));
  nb::dict result;
  result["checks"] = checks;
  result["train_texts"] = report.train_texts;
  result["validation_texts"] = report.validation_texts;
  result["batch_size"] = report.batch_size;
  result["steps"] = report.steps;
  result["seconds"] = report.seconds;
  result["cancelled"] = report.cancelled;
  if (report.calibration) result["calibration"] = dict_of(*report.calibration);
  nb::dict problems;
  for (const DataProblem& problem : report.data_problems) {
    const std::string_view name = name_of(problem.kind);
    problems[nb::str(name.data(), name.size())] = problem.count;
  }
  if (classifies) result["data_problems"] = problems;
  return result;
}

/// Calls `train(given, on_event, report)` without the GIL. Returns its result and the report.
template <typename Train>
auto run(const nb::dict& options, const nb::object& function, bool classifies, const Train& train) {
  const Given given(options);
  Listener listener(function);
  const OnEvent events = listener.on_event();
  FitReport report;
  try {
    auto trained = [&] {
      const nb::gil_scoped_release released;
      return train(given, events, &report);
    }();
    return std::pair(std::move(trained), dict_of(report, classifies));
  } catch (const Cancelled&) {
    listener.raise_cancelled();
  }
}

/// Returns the model, without activation and classes (which the Python package handles), and the
/// report.
nb::tuple with_report(const std::pair<ModelWithHead, nb::dict>& trained) {
  const auto& [model, report] = trained;
  return nb::make_tuple(ModelWithHead(model.model(), {.layers = model.head().layers}), report);
}

nb::tuple fit_classes(const StaticModel& model, const TextList& texts, const nb::dict& given,
                      const nb::dict& options, const nb::object& function) {
  const Labels labels = labels_of(given);
  return with_report(run(options, function, true, [&](const Given& how, auto&&... rest) {
    return fit(model, texts.texts(), labels, how.options, rest...);
  }));
}

nb::tuple continue_classes(const ModelWithHead& start, const TextList& texts, const nb::dict& given,
                           const nb::dict& options, const nb::object& function) {
  const Labels labels = labels_of(given);
  const ModelWithHead classifier(
      start.model(),
      {.layers = start.head().layers,
       .activation = labels.multilabel ? Head::Activation::kSigmoid : Head::Activation::kSoftmax,
       .classes = labels.classes});
  return with_report(run(options, function, true, [&](const Given& how, auto&&... rest) {
    return fit(classifier, texts.texts(), labels, how.options, rest...);
  }));
}

nb::tuple train_vectors(const StaticModel& model, const TextList& texts, const Vectors& vectors,
                        bool cosine, const nb::dict& options, const nb::object& function) {
  const VectorLoss loss = cosine ? VectorLoss::kCosine : VectorLoss::kMeanSquaredError;
  return with_report(run(options, function, false, [&](const Given& how, auto&&... rest) {
    return fit_vectors(model, texts.texts(), view_of(vectors), loss, how.for_vectors(), rest...);
  }));
}

nb::tuple train_pairs(const StaticModel& model, const TextList& texts, const TextList& partners,
                      std::size_t outputs, const nb::dict& options, const nb::object& function) {
  return with_report(run(options, function, false, [&](const Given& how, auto&&... rest) {
    return fit_pairs(model, texts.texts(), partners.texts(), how.for_pairs(outputs), rest...);
  }));
}

nb::tuple train_head(const Vectors& vectors, const nb::dict& given, const nb::dict& options,
                     const nb::object& function) {
  const Labels labels = labels_of(given);
  const auto [head, report] = run(options, function, true, [&](const Given& how, auto&&... rest) {
    return fit_head(view_of(vectors), labels, how.options, rest...);
  });
  return nb::make_tuple(pairs_of(head), report);
}

/// Returns the texts of a file, the JSON value that belongs to each, and the library's messages
/// about the file.
nb::tuple read_table(const std::filesystem::path& path, const std::string& format,
                     const std::string& text_field, const std::string& label_field) {
  std::vector<std::string> notices;
  TextOptions options{.text_field = text_field, .label_field = label_field};
  if (format == "tsv") options.format = TextFormat::kTsv;
  if (format == "csv") options.format = TextFormat::kCsv;
  if (format == "jsonl") options.format = TextFormat::kJsonl;
  options.on_event = [&](const Event& event) {
    notices.push_back(event.message);
    return true;
  };
  const TextTable table = [&] {
    const nb::gil_scoped_release released;
    return TextTable::read_values(path, options);
  }();
  nb::list texts, values;
  for (const std::string_view text : table.texts()) texts.append(nb::str(text.data(), text.size()));
  for (const std::string_view value : table.values()) {
    values.append(nb::str(value.data(), value.size()));
  }
  return nb::make_tuple(texts, values, notices);
}

std::vector<std::string> data_problems(const TextList& texts, const nb::dict& given) {
  std::vector<std::string> messages;
  for (const DataProblem& problem : find_data_problems(texts.texts(), labels_of(given))) {
    messages.push_back(describe(problem));
  }
  return messages;
}

}  // namespace
}  // namespace m2v::python

M2V_PYTHON_MODULE(_train, module) {
  namespace nb = nanobind;
  namespace python = m2v::python;
  module.doc() = "Bindings of m2v's training.";
  nb::module_::import_("m2v._m2v");  // defines the types
  module.def("fit", &python::fit_classes, nb::arg("model"), nb::arg("texts"), nb::arg("labels"),
             nb::arg("options"), nb::arg("on_event").none());
  module.def("fit_more", &python::continue_classes, nb::arg("trained"), nb::arg("texts"),
             nb::arg("labels"), nb::arg("options"), nb::arg("on_event").none());
  module.def("fit_vectors", &python::train_vectors, nb::arg("model"), nb::arg("texts"),
             nb::arg("vectors"), nb::arg("cosine"), nb::arg("options"), nb::arg("on_event").none());
  module.def("fit_pairs", &python::train_pairs, nb::arg("model"), nb::arg("texts"),
             nb::arg("partners"), nb::arg("outputs"), nb::arg("options"),
             nb::arg("on_event").none());
  module.def("data_problems", &python::data_problems, nb::arg("texts"), nb::arg("labels"));
  module.def("fit_head", &python::train_head, nb::arg("vectors"), nb::arg("labels"),
             nb::arg("options"), nb::arg("on_event").none());
  module.def("read_table", &python::read_table, nb::arg("path"), nb::arg("format"),
             nb::arg("text_field"), nb::arg("label_field"));
}
