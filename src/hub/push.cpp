#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/events.h"
#include "base/json.h"
#include "hub/api.h"
#include "hub/fetch.h"
#include "hub/hub_settings.h"
#include "hub/local_folder.h"
#include "hub/names.h"
#include "hub/problems.h"
#include "hub/retry.h"
#include "hub/shown.h"
#include "hub/upload.h"
#include "m2v/hub.h"
#include "model/model_folder.h"
#include "model/model_names.h"

namespace m2v::hub {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxCard = std::size_t{1} << 20;

class Pusher {
 public:
  Pusher(const fs::path& folder, std::string_view repository, const PushOptions& options,
         const Settings& settings, const OnEvent& on_event)
      : folder_(folder),
        options_(options),
        location_(options.subfolder.empty() ? "" : options.subfolder + "/"),
        settings_(settings),
        events_(on_event) {
    commit_.repository = repository;
    commit_.revision = options.revision;
    commit_.title = options.message.empty() ? "Upload model with m2v" : options.message;
    commit_.create_pr = options.create_pr;
  }

  PushResult run() {
    check_folder();
    if (settings_.offline) throw HubError("cannot push while offline", settings_.endpoint, 0);
    if (!settings_.token) {
      throw HubError(
          "pushing needs a token with the right to write (--token, HF_TOKEN, or hf auth login); "
          "make one on " +
              settings_.endpoint + "/settings/tokens",
          settings_.endpoint, 0);
    }
    ProgressForwarder looking(events_, "comparing");
    looking.run(0, {[&](std::atomic<bool>& stop) { look(waiting(looking, stop)); }});
    if (result_.kept_existing_card) {
      events_.warn("comparing", commit_.repository +
                                    ": its card (README.md) is hand-written and stays; ours was "
                                    "generated");
    }
    if (!additions_.empty()) {
      ProgressForwarder uploading(events_, "uploading");
      uploading.run(large_bytes(), {[&](std::atomic<bool>& stop) {
                      Client client(settings_, waiting(uploading, stop));
                      result_.uploaded =
                          upload_objects(client, commit_, additions_, uploading.progress().done);
                      const Committed done = send_commit(client, commit_, additions_);
                      result_.commit = done.commit;
                      result_.url = done.url;
                    }});
    }
    result_.changed = additions_.size();
    if (result_.url.empty()) result_.url = settings_.endpoint + "/" + commit_.repository;
    return std::move(result_);
  }

 private:
  WaitOptions waiting(ProgressForwarder& attended, const std::atomic<bool>& stop) const {
    return {stop, default_policy(settings_), attended.progress().warn};
  }

  /// Opens the folder, which must be a static model's: nothing else can be pushed.
  void check_folder() {
    model_ = model::open_model_folder(folder_, "");
    for (const std::string& warning : model_.warnings) events_.warn("comparing", warning);
    files_ = read_folder(folder_, model_.files);
  }

  /// Finds or creates the repository, and determines which of the folder's files it lacks.
  void look(const WaitOptions& waiting) {
    Client client(settings_, waiting);
    if (commit_.repository.find('/') == std::string::npos) {
      commit_.repository = current_account(client) + "/" + commit_.repository;
    }
    check_repository_name(commit_.repository);
    find_or_create(client);
    commit_.parent = find_commit(client, commit_.repository, commit_.revision);
    result_.commit = commit_.parent;
    const Listing theirs = list_files(client, commit_.repository, commit_.parent);
    const std::string their_card = read_their_card(client, theirs);
    const bool has_card = theirs.has(location_ + std::string(model::kCard));
    result_.kept_existing_card =
        choose_card(files_, model_, commit_.repository, has_card ? &their_card : nullptr);
    for (LocalFile& file : files_) file.path.insert(0, location_);
    std::vector<const LocalFile*> changed;
    for (const LocalFile& file : files_) {
      const RemoteFile* remote = theirs.find(file.path);
      if (remote == nullptr || !file.is(*remote)) changed.push_back(&file);
    }
    result_.unchanged = files_.size() - changed.size();
    additions_ = plan_additions(client, commit_, changed);
  }

  void find_or_create(Client& client) {
    Request request;
    request.url = api_url(settings_, commit_.repository, "");
    const Response response = send_with_retries(client, request);
    if (response.is_success()) {
      const base::Json info = parse_response(response);
      const base::Json* hidden = info.find("private");
      if (options_.make_private && hidden != nullptr && hidden->is_bool() && !hidden->boolean()) {
        throw HubError(commit_.repository +
                           ": already exists and is public; make it private in its "
                           "settings on the hub, or push without --private",
                       settings_.endpoint + "/" + commit_.repository, response.status);
      }
      return;
    }
    const std::string* code = response.header("x-error-code");
    if (code == nullptr || *code != "RepoNotFound") {
      throw_response_error(response, settings_, {commit_.repository, commit_.revision, true});
    }
    create(client);
  }

  void create(Client& client) {
    const std::size_t slash = commit_.repository.find('/');
    base::Json::Object wanted;
    wanted.emplace_back("name", commit_.repository.substr(slash + 1));
    wanted.emplace_back("organization", commit_.repository.substr(0, slash));
    wanted.emplace_back("type", "model");
    if (options_.make_private) wanted.emplace_back("private", true);
    const std::string body = base::Json(std::move(wanted)).dump();
    Request request;
    request.method = "POST";
    request.url = settings_.endpoint + "/api/repos/create";
    request.headers = {"Content-Type: application/json"};
    request.body = body;
    const Response response = send_with_retries(client, request);
    if (!response.is_success()) {
      throw_response_error(response, settings_, {commit_.repository, commit_.revision, true});
    }
    result_.created = true;
  }

  /// Returns the repository's model card; empty if there is none or it is too large.
  std::string read_their_card(Client& client, const Listing& theirs) const {
    const RemoteFile* card = theirs.find(location_ + std::string(model::kCard));
    if (card == nullptr || card->size > kMaxCard) return {};
    Request request;
    request.url = file_url(settings_, commit_.repository, commit_.parent, card->path);
    const Response response = send_with_retries(client, request);
    if (!response.is_success()) {
      throw_response_error(response, settings_, {commit_.repository, commit_.revision});
    }
    return response.body;
  }

  std::uint64_t large_bytes() const {
    std::uint64_t bytes = 0;
    for (const Addition& addition : additions_) {
      if (addition.is_lfs) bytes += addition.file->content().size();
    }
    return bytes;
  }

  const fs::path& folder_;
  model::ModelFolder model_;
  const PushOptions& options_;
  /// The location in the repository: "", or a folder with a trailing slash.
  std::string location_;
  const Settings& settings_;
  base::Events events_;
  Commit commit_;
  std::vector<LocalFile> files_;
  std::vector<Addition> additions_;
  PushResult result_;
};

}  // namespace

PushResult push(const fs::path& folder, std::string_view repository, const PushOptions& options,
                const OnEvent& on_event) {
  check_repository_name(repository);
  check_safe_path("revision", options.revision);
  if (!options.subfolder.empty()) check_safe_path("subfolder", options.subfolder);
  const Settings settings = read_settings(options);
  PushResult result;
  with_safe_messages(settings.token, on_event, [&](const OnEvent& events) {
    result = Pusher(folder, repository, options, settings, events).run();
  });
  const Redactor redact(settings.token);
  result.url = sanitized(redact(result.url));
  result.commit = sanitized(redact(result.commit));
  return result;
}

}  // namespace m2v::hub
