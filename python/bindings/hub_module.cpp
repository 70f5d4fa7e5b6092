#include <nanobind/stl/string_view.h>

#include <string>

#include "bindings/convert.h"
#include "bindings/modules.h"
#include "m2v/hub.h"

namespace m2v::python {
namespace {

using hub::HubOptions;
using hub::PushOptions;
using hub::PushResult;

std::filesystem::path resolve(const std::string& id_or_path, const std::string& revision,
                              const std::string& subfolder, std::optional<std::string> token,
                              bool force_download, const nb::object& function) {
  HubOptions options;
  options.revision = revision;
  options.subfolder = subfolder;
  options.token = std::move(token);
  options.force_download = force_download;
  const OnEvent events = on_event(function);
  const nb::gil_scoped_release released;
  return hub::resolve(id_or_path, options, events);
}

nb::dict push(const std::filesystem::path& folder, const std::string& repository,
              const std::string& revision, const std::string& subfolder, const std::string& message,
              bool create_pr, bool make_private, std::optional<std::string> token,
              const nb::object& function) {
  const PushOptions options{.revision = revision,
                            .subfolder = subfolder,
                            .message = message,
                            .create_pr = create_pr,
                            .make_private = make_private,
                            .token = std::move(token),
                            .endpoint = {}};
  const OnEvent events = on_event(function);
  PushResult pushed;
  {
    const nb::gil_scoped_release released;
    pushed = hub::push(folder, repository, options, events);
  }
  nb::dict result;
  result["url"] = pushed.url;
  result["commit"] = pushed.commit;
  result["created"] = pushed.created;
  result["changed"] = pushed.changed;
  result["unchanged"] = pushed.unchanged;
  result["uploaded"] = pushed.uploaded;
  result["kept_their_card"] = pushed.kept_existing_card;
  return result;
}

}  // namespace
}  // namespace m2v::python

M2V_PYTHON_MODULE(_hub, module) {
  namespace nb = nanobind;
  module.doc() = "Bindings of m2v's client for the Hugging Face Hub.";
  nb::module_::import_("m2v._m2v");  // defines the exceptions
  module.def("resolve", &m2v::python::resolve, nb::arg("id_or_path"), nb::arg("revision") = "main",
             nb::arg("subfolder") = "", nb::arg("token") = nb::none(),
             nb::arg("force_download") = false, nb::arg("on_event") = nb::none());
  module.def("is_path_like", &m2v::hub::is_path_like, nb::arg("name"));
  module.def("sentence_transformer_id", &m2v::hub::sentence_transformer_id, nb::arg("name"));
  module.def("push", &m2v::python::push, nb::arg("folder"), nb::arg("repository"),
             nb::arg("revision") = "main", nb::arg("subfolder") = "", nb::arg("message") = "",
             nb::arg("create_pr") = false, nb::arg("make_private") = false,
             nb::arg("token") = nb::none(), nb::arg("on_event") = nb::none());
}
