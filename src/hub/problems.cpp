#include "hub/problems.h"

#include "base/json.h"
#include "hub/shown.h"
#include "hub/url.h"

namespace m2v::hub {
namespace {

/// Returns the server's own error message; empty if it sent none.
std::string server_message(const Response& response) {
  if (const std::string* message = response.header("x-error-message")) return sanitized(*message);
  try {
    const base::Json body = base::parse_json(response.body, "the answer");
    const base::Json* message = body.find("error");
    if (message != nullptr && message->is_string()) return sanitized(message->string());
  } catch (const Error&) {
    return {};  // not JSON: an HTML page
  }
  return {};
}

std::string advice_for_gated(const Settings& settings, const RequestContext& about) {
  const std::string page = settings.endpoint + "/" + about.repository;
  if (!settings.token) {
    return "its authors want to know who uses it: accept their terms on " + page +
           ", then pass a token of your account (--token, HF_TOKEN, or hf auth login)";
  }
  return "its authors want to know who uses it, and your account does not have access yet: accept "
         "their "
         "terms on " +
         page;
}

std::string advice_for_missing(const Settings& settings, const RequestContext& about) {
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

/// Returns the problem and its remedy, to follow the repository's name.
std::string explain(const Response& response, const Settings& settings,
                    const RequestContext& about) {
  const std::string* code = response.header("x-error-code");
  const std::string said = server_message(response);
  const int status = response.status;
  if (code != nullptr && *code == "GatedRepo") return advice_for_gated(settings, about);
  if (code != nullptr && *code == "RevisionNotFound") {
    return "it has no branch, tag or commit '" + about.revision + "'";
  }
  if (code != nullptr && *code == "EntryNotFound") {
    return "a file was removed after it was listed (" + url_for_display(response.url) +
           "); try again";
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
  if (status == 409 || status == 412)
    return "it was changed in the meantime" + detail + "; try again";
  if (status == 429) return "the hub wants fewer requests of you; wait a few minutes";
  if (status >= 500) {
    return "the hub has trouble (status " + std::to_string(status) + detail + "); try again later";
  }
  return "the hub answers with status " + std::to_string(status) + detail + " (" +
         url_for_display(response.url) + "); is HF_ENDPOINT right?";
}

}  // namespace

void throw_response_error(const Response& response, const Settings& settings,
                          const RequestContext& about) {
  throw HubError(about.repository + ": " + explain(response, settings, about),
                 url_for_display(response.url), response.status);
}

}  // namespace m2v::hub
