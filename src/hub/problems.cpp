#include "hub/problems.h"

#include "core/json.h"
#include "hub/shown.h"
#include "hub/url.h"

namespace m2v::hub {
namespace {

/// What the server says itself; empty if it does not.
std::string server_message(const Response& response) {
  if (const std::string* message = response.header("x-error-message")) return shown(*message);
  try {
    const core::Json body = core::parse_json(response.body, "the answer");
    const core::Json* message = body.find("error");
    if (message != nullptr && message->is_string()) return shown(message->string());
  } catch (const Error&) {
    return {};  // not JSON: a page for people
  }
  return {};
}

std::string advice_for_gated(const Settings& settings, const About& about) {
  const std::string page = settings.endpoint + "/" + about.repository;
  if (!settings.token) {
    return "its authors want to know who uses it: accept their terms on " + page +
           ", then pass a token of your account (--token, HF_TOKEN, or hf auth login)";
  }
  return "its authors want to know who uses it, and your account has not been let in: accept their "
         "terms on " +
         page;
}

std::string advice_for_missing(const Settings& settings, const About& about) {
  std::string text = "no such repository on " + settings.endpoint;
  if (!settings.token) {
    text +=
        ", or it is private: check the name; for a private one pass a token (--token, HF_TOKEN, "
        "or hf auth login)";
  } else {
    text += ", or your token may not read it: check the name and what the token may do";
  }
  if (about.repository.find('/') == std::string::npos) {
    text += ". Most names have an owner: is minishlab/" + about.repository +
            " (a static model) or sentence-transformers/" + about.repository +
            " (a teacher) meant?";
  }
  return text;
}

/// What is wrong and what to do, after the repository's name.
std::string explain(const Response& response, const Settings& settings, const About& about) {
  const std::string* code = response.header("x-error-code");
  const std::string said = server_message(response);
  const int status = response.status;
  if (code != nullptr && *code == "GatedRepo") return advice_for_gated(settings, about);
  if (code != nullptr && *code == "RevisionNotFound") {
    return "it has no branch, tag or commit '" + about.revision + "'";
  }
  if (code != nullptr && *code == "EntryNotFound") {
    return "a file is gone since it was listed (" + shown_url(response.url) + "); try again";
  }
  if (status == 401 && (said.find("Invalid credentials") != std::string::npos ||
                        (settings.token && code == nullptr))) {
    return "the hub does not know your token; make a new one on " + settings.endpoint +
           "/settings/tokens";
  }
  if (about.writing && status == 401) {
    return "writing needs a token (--token, HF_TOKEN, or hf auth login)";
  }
  if (about.writing && status == 403) {
    return "your token may not write here" + (said.empty() ? "" : " (" + said + ")") +
           "; it must be one with the right to write, of an account that may";
  }
  if ((code != nullptr && *code == "RepoNotFound") || status == 401) {
    return advice_for_missing(settings, about);
  }
  const std::string detail = said.empty() ? "" : ": " + said;
  if (status == 403) return "the hub refuses access" + detail;
  if (status == 409 || status == 412) return "it has changed meanwhile" + detail + "; try again";
  if (status == 429) return "the hub wants fewer requests of you; wait a few minutes";
  if (status >= 500) {
    return "the hub has trouble (status " + std::to_string(status) + detail + "); try again later";
  }
  return "the hub answers with status " + std::to_string(status) + detail + " (" +
         shown_url(response.url) + "); is HF_ENDPOINT right?";
}

}  // namespace

void throw_problem(const Response& response, const Settings& settings, const About& about) {
  throw HubError(about.repository + ": " + explain(response, settings, about),
                 shown_url(response.url), response.status);
}

}  // namespace m2v::hub
