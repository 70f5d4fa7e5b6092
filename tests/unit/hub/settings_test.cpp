#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "hub/hub_settings.h"
#include "support/temp_folder.h"

using namespace m2v::hub;

namespace {

/// The environment that these tests depend on, empty at first and restored at the end.
class Environment {
 public:
  Environment() {
    for (const char* name : kNames) {
      const char* value = std::getenv(name);
      old_.push_back(value == nullptr ? std::nullopt : std::optional<std::string>(value));
      ::unsetenv(name);
    }
  }
  ~Environment() {
    for (std::size_t i = 0; i < old_.size(); ++i) {
      if (old_[i])
        ::setenv(kNames[i], old_[i]->c_str(), 1);
      else
        ::unsetenv(kNames[i]);
    }
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

 private:
  static constexpr const char* kNames[] = {"HOME",
                                           "XDG_CACHE_HOME",
                                           "HF_HOME",
                                           "HF_HUB_CACHE",
                                           "HUGGINGFACE_HUB_CACHE",
                                           "HF_TOKEN",
                                           "HF_TOKEN_PATH",
                                           "HF_ENDPOINT",
                                           "HF_HUB_OFFLINE",
                                           "TRANSFORMERS_OFFLINE",
                                           "M2V_OTHER",
                                           "HUGGING_FACE_HUB_TOKEN",
                                           "HF_HUB_DOWNLOAD_TIMEOUT",
                                           "HF_HUB_DISABLE_IMPLICIT_TOKEN"};
  std::vector<std::optional<std::string>> old_;
};

}  // namespace

// In the order of precedence that huggingface_hub documents.
TEST_CASE("where the cache is") {
  Environment environment;
  const auto cache = [] { return read_settings(HubOptions()).cache.string(); };
  environment.set("HOME", "/home/me");
  CHECK(cache() == "/home/me/.cache/huggingface/hub");
  environment.set("XDG_CACHE_HOME", "/xdg");
  CHECK(cache() == "/xdg/huggingface/hub");
  environment.set("HF_HOME", "~/hf");
  CHECK(cache() == "/home/me/hf/hub");
  environment.set("M2V_OTHER", "/other");
  environment.set("HUGGINGFACE_HUB_CACHE", "$M2V_OTHER/a/${M2V_OTHER}$M2V_NOT_SET${");
  CHECK(cache() == "/other/a//other$M2V_NOT_SET${");
  environment.set("HF_HUB_CACHE", "/cache");
  CHECK(cache() == "/cache");
  HubOptions options;
  options.cache = "/mine";
  CHECK(read_settings(options).cache == "/mine");
}

TEST_CASE("which token") {
  Environment environment;
  const m2v::test::TempFolder folder;
  const auto token = [] { return read_settings(HubOptions()).token; };
  environment.set("HF_HOME", folder.path().string());
  CHECK_FALSE(token().has_value());
  std::ofstream(folder.path() / "token") << "hf_file\n";
  CHECK(token() == "hf_file");
  environment.set("HUGGING_FACE_HUB_TOKEN", "hf_old");
  CHECK(token() == "hf_old");
  environment.set("HF_TOKEN", "  hf_new\r\n");
  CHECK(token() == "hf_new");
  environment.set("HF_TOKEN", " ");
  CHECK(token() == "hf_old");
  environment.set("HF_HUB_DISABLE_IMPLICIT_TOKEN", "yes");
  CHECK_FALSE(token().has_value());
  HubOptions options;
  options.token = "hf_given";
  CHECK(read_settings(options).token == "hf_given");
  options.token = "";
  CHECK_FALSE(read_settings(options).token.has_value());
  for (const char* const bad : {"a b", "a\r\nX-Header: b", "\xC3\xA4"}) {
    options.token = bad;
    try {
      read_settings(options);
      FAIL("accepted");
    } catch (const std::invalid_argument& problem) {
      CHECK(std::string(problem.what()).find(bad) == std::string::npos);
    }
  }
}

TEST_CASE("the rest") {
  Environment environment;
  environment.set("HOME", "/home/me");
  Settings settings = read_settings(HubOptions());
  CHECK(settings.endpoint.starts_with("https://"));
  CHECK_FALSE(settings.offline);
  CHECK(settings.timeout == 10);
  environment.set("HF_ENDPOINT", "http://localhost:5//");
  environment.set("HF_HUB_OFFLINE", "1");
  environment.set("HF_HUB_DOWNLOAD_TIMEOUT", "3");
  settings = read_settings(HubOptions());
  CHECK(settings.endpoint == "http://localhost:5");
  CHECK(settings.offline);
  CHECK(settings.timeout == 3);
  environment.set("HF_HUB_DOWNLOAD_TIMEOUT", "soon");
  CHECK(read_settings(HubOptions()).timeout == 10);
  for (const char* const bad : {"hub", "ftp://hub", "https://me:secret@hub", "https://hub?x"}) {
    CAPTURE(bad);
    environment.set("HF_ENDPOINT", bad);
    CHECK_THROWS_AS(read_settings(HubOptions()), std::invalid_argument);
  }
}

TEST_CASE("a libcurl of another distribution finds this one's certificates") {
  const m2v::test::TempFolder folder;
  const std::string built_in = folder / "debian.crt", first = folder / "fedora.crt";
  const std::string second = folder / "suse.pem";
  const std::array<const char*, 2> locations = {first.c_str(), second.c_str()};
  CHECK(trusted_certificates(built_in.c_str(), locations).empty());  // none: libcurl says so
  m2v::test::write_file(second, "");
  CHECK(trusted_certificates(built_in.c_str(), locations) == second);
  m2v::test::write_file(first, "");
  CHECK(trusted_certificates(built_in.c_str(), locations) == first);
  CHECK(trusted_certificates(nullptr, locations).empty());  // it has a location of another kind
  m2v::test::write_file(built_in, "");
  CHECK(trusted_certificates(built_in.c_str(), locations).empty());
}
