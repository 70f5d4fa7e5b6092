#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/events.h"
#include "base/json.h"
#include "hub/api.h"
#include "hub/cache.h"
#include "hub/fetch.h"
#include "hub/hub_settings.h"
#include "hub/leftovers.h"
#include "hub/names.h"
#include "hub/needs.h"
#include "hub/retry.h"
#include "hub/shown.h"
#include "m2v/hub.h"

namespace m2v::hub {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStage = "asking the hub";
constexpr char kModules[] = "modules.json";

/// A model's folder in the cache.
struct CachedModel {
  std::string commit;
  fs::path folder;
  /// Whether nothing is missing for certain. Otherwise the model can be loaded, but optional files
  /// may be missing.
  bool complete = false;
};

/// Returns whether the failure lies with the Hub or the connection, rather than with the user's
/// request.
bool is_unreachable(const HubError& problem) {
  const int status = problem.status();
  return status >= 500 || is_transient(status) || (status >= 300 && status < 400) ||
         dynamic_cast<const Unreachable*>(&problem) != nullptr;
}

class Resolver {
 public:
  Resolver(std::string_view repository, const HubOptions& options, const Settings& settings,
           const OnEvent& on_event)
      : repository_(repository),
        options_(options),
        folder_(options.subfolder.empty() ? "" : options.subfolder + "/"),
        settings_(settings),
        cache_(settings_, repository_),
        events_(on_event) {}

  fs::path run() {
    const std::optional<CachedModel> cached =
        options_.force_download ? std::nullopt : find_cached();
    if (cached && cached->complete && !options_.refresh && !settings_.offline) {
      return cached->folder;
    }
    if (settings_.offline) return offline(cached);
    try {
      return download(cached.has_value());
    } catch (const HubError& problem) {
      const bool away = is_unreachable(problem);
      // With `refresh`, the user must learn that the Hub refused the request.
      if (!away && (!cached || options_.refresh)) throw;
      if (!cached) throw_without_copy(problem);
      events_.warn(
          kStage,
          repository_ + (away ? ": the hub cannot be reached (" : ": the download failed (") +
              problem.what() + "); using the copy in the cache, commit " + short_commit(*cached));
      return cached->folder;
    }
  }

 private:
  static std::string short_commit(const CachedModel& model) { return model.commit.substr(0, 8); }

  fs::path offline(const std::optional<CachedModel>& cached) const {
    if (options_.force_download) {
      throw std::invalid_argument("offline and force_download exclude each other");
    }
    if (!cached) {
      const std::string incomplete = describe_incomplete();
      const std::string absent = "revision '" + options_.revision +
                                 "' of it is not in the cache (" + settings_.cache.string() +
                                 "); download it";
      throw HubError(repository_ + ": offline, and " +
                         (incomplete.empty() ? absent : incomplete + "; download the rest") +
                         " once while online: m2v pull " + repository_,
                     settings_.endpoint, 0);
    }
    events_.warn(kStage, repository_ + ": offline; using the copy in the cache, commit " +
                             short_commit(*cached));
    return cached->folder;
  }

  fs::path model_folder(const std::string& commit) const {
    return options_.subfolder.empty() ? cache_.snapshot(commit)
                                      : cache_.file(commit, options_.subfolder);
  }

  /// Reads a small JSON file of the snapshot; no value if it is absent or damaged. Loading the
  /// model reports a damaged file better.
  std::optional<base::Json> read_json(const std::string& commit, const std::string& name) const {
    const fs::path path = cache_.file(commit, folder_ + name);
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) return std::nullopt;
    try {
      return base::read_json(path.string());
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  /// Calls work(config, modules) with the snapshot's config.json and modules.json; null for a file
  /// that is absent.
  auto with_settings(const std::string& commit, const auto& work) const {
    const auto modules = read_json(commit, kModules);
    const base::Json* const known = modules ? &*modules : nullptr;
    const auto config = read_json(commit, transformer_folder(known) + "config.json");
    return work(config ? &*config : nullptr, known);
  }

  std::optional<RequiredFiles> needs_of(const std::string& commit,
                                        const std::function<bool(const std::string&)>& has) const {
    return with_settings(commit, [&](const base::Json* config, const base::Json* modules) {
      return find_required_files(has, folder_, config, modules);
    });
  }

  [[noreturn]] void throw_without_copy(const HubError& problem) const {
    const std::string incomplete = describe_incomplete();
    if (options_.force_download || incomplete.empty()) throw;
    throw HubError(problem.what() + (" (" + incomplete + ")"), problem.url(), problem.status());
  }

  /// Describes what the cached copy lacks; empty if there is no copy or it lacks nothing.
  std::string describe_incomplete() const {
    const std::optional<std::string> commit = cache_.commit_of(options_.revision);
    std::error_code ignored;
    if (!commit || !fs::is_directory(cache_.snapshot(*commit), ignored)) return {};
    std::vector<std::string> missing;
    const auto listing = cache_.listing(*commit);
    const auto needs =
        !listing ? std::nullopt
                 : needs_of(*commit, [&](const std::string& path) { return listing->has(path); });
    if (needs) {
      for (const std::string& path : needs->files) {
        if (!cache_.has(*commit, *listing->find(path))) missing.push_back(path);
      }
    } else {
      missing = with_settings(*commit, [&](const base::Json* config, const base::Json* modules) {
        const auto has = [&](const std::string& path) { return is_cached(*commit, path); };
        return missing_files(has, folder_, config, modules);
      });
    }
    if (missing.empty()) return {};
    std::string text =
        "the copy of it in the cache (" + cache_.snapshot(*commit).string() + ") lacks ";
    constexpr std::size_t kListed = 5;
    for (std::size_t i = 0; i < std::min(missing.size(), kListed); ++i) {
      text += (i == 0 ? "" : ", ") + sanitized(missing[i]);
    }
    if (missing.size() > kListed) {
      text += " and " + std::to_string(missing.size() - kListed) + " more files";
    }
    return text;
  }

  bool is_cached(const std::string& commit, const std::string& path) const {
    std::error_code ignored;
    return fs::is_regular_file(cache_.file(commit, path), ignored);
  }

  std::optional<CachedModel> find_cached() const {
    const std::optional<std::string> commit = cache_.commit_of(options_.revision);
    if (!commit) return std::nullopt;
    CachedModel model{*commit, model_folder(*commit), true};
    if (const auto listing = cache_.listing(*commit)) {
      const auto needs =
          needs_of(*commit, [&](const std::string& path) { return listing->has(path); });
      if (!needs) return std::nullopt;
      for (const std::string& path : needs->files) {
        if (!cache_.has(*commit, *listing->find(path))) return std::nullopt;
      }
      return model;
    }
    // Another program has downloaded the files and left no listing. The files present must suffice;
    // an absent file is known not to exist only if that program recorded it.
    const auto needs =
        needs_of(*commit, [&](const std::string& path) { return is_cached(*commit, path); });
    if (!needs) return std::nullopt;
    for (const std::string& path : needs->optional) {
      const bool card = path.ends_with("README.md");
      if (!card && !cache_.is_known_absent(*commit, path)) model.complete = false;
    }
    return model;
  }

  fs::path download(bool has_cached) const {
    // With a cached copy, a long wait for an unreachable Hub is pointless.
    const RetryPolicy asking = has_cached ? quick_policy(settings_) : default_policy(settings_, 3);
    const RetryPolicy fetching =
        has_cached ? quick_policy(settings_, 2) : default_policy(settings_);
    std::string commit;
    std::optional<Listing> listing;
    ProgressForwarder attended(events_, kStage);
    attended.run(0, {[&](std::atomic<bool>& stopped) {
                   Client client(settings_, {stopped, asking, attended.progress().warn});
                   commit = find_commit(client, repository_, options_.revision);
                   listing = cache_.listing(commit);
                   if (listing) return;
                   listing = list_files(client, repository_, commit);
                   cache_.store_listing(commit, *listing);
                 }});
    const Source source{repository_, commit};
    const std::vector<std::string> paths = find_files(source, *listing, fetching).files;
    fetch(source, *listing, fetching, paths);
    try {
      cache_.store_commit(options_.revision, commit);
      clear_leftovers(cache_, *listing);
    } catch (const IoError& problem) {  // the model itself is complete
      events_.warn(kStage, problem.what());
    }
    return model_folder(commit);
  }

  /// Downloads the configuration and, if necessary, modules.json: they determine which other files
  /// are needed.
  RequiredFiles find_files(const Source& source, const Listing& listing,
                           const RetryPolicy& patience) const {
    const auto has = [&](const std::string& path) { return listing.has(path); };
    const std::string modules = folder_ + kModules;
    fetch(source, listing, patience, {folder_ + "config.json"});
    auto needs = needs_of(source.commit, has);
    if (!needs || std::ranges::find(needs->files, modules) != needs->files.end()) {
      fetch(source, listing, patience, {modules});
      if (const auto json = read_json(source.commit, kModules)) {
        fetch(source, listing, patience, {folder_ + transformer_folder(&*json) + "config.json"});
      }
      needs = needs_of(source.commit, has);
    }
    if (!needs) throw_no_model(listing);
    return *needs;
  }

  void fetch(const Source& source, const Listing& listing, const RetryPolicy& patience,
             const std::vector<std::string>& paths) const {
    std::vector<RemoteFile> files;
    for (const std::string& path : paths) {
      if (const RemoteFile* file = listing.find(path)) files.push_back(*file);
    }
    fetch_files(settings_, patience, cache_, source, std::move(files), options_.parallel,
                options_.force_download, events_);
  }

  [[noreturn]] void throw_no_model(const Listing& listing) const {
    std::vector<std::string> paths;
    for (const RemoteFile& file : listing.files()) paths.push_back(file.path);
    throw HubError(repository_ + ": " + describe_missing_model(paths, folder_),
                   settings_.endpoint + "/" + repository_, 0);
  }

  std::string repository_;
  const HubOptions& options_;
  std::string folder_;
  const Settings& settings_;
  Cache cache_;
  base::Events events_;
};

}  // namespace

fs::path pull(std::string_view repository, const HubOptions& options, const OnEvent& on_event) {
  check_repository_name(repository);
  check_safe_path("revision", options.revision);
  if (!options.subfolder.empty()) check_safe_path("subfolder", options.subfolder);
  const Settings settings = read_settings(options);
  fs::path folder;
  with_safe_messages(settings.token, on_event, [&](const OnEvent& events) {
    folder = Resolver(repository, options, settings, events).run();
  });
  return folder;
}

fs::path resolve(std::string_view id_or_path, const HubOptions& options, const OnEvent& on_event) {
  if (!options.subfolder.empty()) check_safe_path("subfolder", options.subfolder);
  const fs::path path(id_or_path);
  std::error_code ignored;
  if (fs::exists(path, ignored)) {
    const fs::path folder = options.subfolder.empty() ? path : path / options.subfolder;
    if (!fs::is_directory(folder, ignored))
      throw IoError("cannot open the model folder", folder, ENOTDIR);
    return folder;
  }
  if (is_path_like(id_or_path)) throw IoError("no such folder or file:", path, ENOENT);
  return pull(id_or_path, options, on_event);
}

}  // namespace m2v::hub
