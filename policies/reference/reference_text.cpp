#include "policies/reference/reference_text.hpp"

#include <array>

#include "policies/envelope.hpp"

namespace errata {
namespace {

constexpr std::array<std::string_view, cause_count> cause_texts = {
    "the request is not well-formed HTTP, or it is not certain where it ends",
    "the address of the request is too long",
    "the header of the request is too large or has too many fields",
    "the body of the request is too large",
    "`Transfer-Encoding` names something other than `chunked`",
    "the request came in a version of HTTP other than 1.0 and 1.1",
    "`Expect` asks for something other than `100-continue`",
    "the method is CONNECT or TRACE",
    "the request has come through here before",
    "the header of the request did not arrive in time",
    "the body of the request did not arrive in time",
    "no service answers at this host and path",
    "a rate limit is used up",
    "the service cannot be reached",
    "the service has all the connections it may have",
    "there are more clients than can be served",
    "a restart is under way",
    "the service broke off before it answered",
    "the service's answer is not HTTP",
    "the service did not answer in time",
    "the gateway itself failed",
};

std::string envelope_text(const catalog_row& row, std::string_view param,
                          const std::string& doc_url) {
  std::string out;
  append_envelope(out, {row.type, row.message, row.code, param, doc_url});
  return out;
}

std::string listed(const std::vector<unsigned>& statuses, bool other_4xx, bool other_5xx,
                   const std::string& conjunction, const std::string& quantifier) {
  std::vector<std::string> parts;
  for (const unsigned status : statuses) parts.push_back(std::to_string(status));
  const std::string others = quantifier + (parts.empty() ? " " : " other ");
  if (other_4xx) parts.push_back(others + "4xx");
  if (other_5xx) parts.push_back(others + "5xx");
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += i + 1 == parts.size() ? ' ' + conjunction + ' ' : ", ";
    out += parts[i];
  }
  return out;
}

}  // namespace

std::vector<reference_member> envelope_members() {
  return {
      {"type", "always", "The category. A closed list that fits the status."},
      {"message", "always",
       "What went wrong, for a person: at most 512 bytes of UTF-8 without control characters. It "
       "may change at any time."},
      {"code", "always",
       "What went wrong, for a program: `^[a-z][a-z0-9_]{1,62}$`. The service's own code where it "
       "has one, else one of this page."},
      {"param", "sometimes",
       "The field or parameter of the request that is to blame, as the service spells it: "
       "`items[0].price`."},
      {"doc_url", "sometimes", "Where the code is documented."},
  };
}

std::vector<std::string> client_rules(const reference_options& options) {
  const std::string id = '`' + options.request_id_field + '`';
  std::vector<std::string> rules = {
      "Look at the HTTP status first. Every status from 400 up is an error and has this body, "
      "except in answer to HEAD.",
      "Branch on `type` or `code`, never on `message`.",
      "Accept codes that you do not know: services have their own beside those listed here. `type` "
      "is one of the list below.",
      "Log `code`, `message` and the header " + id +
          ". Every response carries exactly one; quote it to support.",
      "Repeat 429 and 503 after as many seconds as the header `Retry-After` says; both always have "
      "one. Wait longer each time, and give up at some point.",
      "Repeat other 5xx only where the code says so, and only requests that may be sent twice "
      "without harm: GET, HEAD, OPTIONS, PUT and DELETE.",
      "Do not repeat other 4xx, unless the code says so: the same request will fail again.",
  };
  if (options.problem_json) {
    rules.emplace_back(
        "Ask for `application/problem+json` by name in `Accept`, before `application/json`, to get "
        "the same error as a problem document (RFC 9457): `detail` is the message, `type` the "
        "`doc_url`, and `code` and `param` are there too.");
  }
  return rules;
}

std::string example_envelope(const reference_model& model) {
  for (const reference_status& entry : model.statuses) {
    if (entry.status == 422) {
      return envelope_text(*entry.row, "items[0].price", model.doc_url(entry.row->code));
    }
  }
  return {};
}

std::string example_envelope(const reference_model& model, const reference_code& code) {
  return envelope_text(*code.row, {}, model.doc_url(code.row->code));
}

std::string indented_envelope(std::string_view compact) {
  std::string out;
  bool quoted = false;
  std::size_t depth = 0;
  const auto line = [&] { out += '\n' + std::string(2 * depth, ' '); };
  for (std::size_t i = 0; i < compact.size(); ++i) {
    const char c = compact[i];
    if (!quoted && c == '}') {
      --depth;
      line();
    }
    out += c;
    if (quoted) {
      if (c == '\\' && i + 1 < compact.size()) {
        out += compact[++i];
      } else if (c == '"') {
        quoted = false;
      }
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{') ++depth;
    if (c == '{' || c == ',') line();
    if (c == ':') out += ' ';
  }
  return out;
}

std::string status_list(const std::vector<unsigned>& statuses, bool other_4xx, bool other_5xx) {
  return listed(statuses, other_4xx, other_5xx, "and", "every");
}

std::string status_list(const reference_use& use) {
  return status_list(use.statuses, use.others && use.status_class == 4,
                     use.others && use.status_class == 5) +
         (use.of_invalid ? ", in place of one that does not exist" : "");
}

std::string retry_text(const reference_use& use) {
  switch (use.retry) {
    case retry_advice::yes:
      return use.always_has_retry_after ? "yes, after `Retry-After` seconds"
                                        : "yes, after `Retry-After` seconds where it is given";
    case retry_advice::if_idempotent:
      return "only GET, HEAD, OPTIONS, PUT, DELETE";
    case retry_advice::no:
      break;
  }
  return "no";
}

std::string strict_text(const reference_use& use) {
  const std::string same = use.strict == 0 ? "the same" : std::to_string(use.strict);
  return use.strict_503_if_safe ? "503 if repeating is safe, else " + same : same;
}

std::string_view cause_text(cause c) noexcept {
  return cause_texts[static_cast<std::size_t>(c)];
}

std::vector<std::string> origin_texts(const reference_code& code) {
  std::vector<std::string> out;
  if (code.is_named) out.emplace_back("The service gives this code itself.");
  if (!code.upstream_statuses.empty() || code.other_upstream_statuses) {
    const bool is_4xx = code.row->status < 500;
    out.push_back("The service answers with " +
                  listed(code.upstream_statuses, code.other_upstream_statuses && is_4xx,
                         code.other_upstream_statuses && !is_4xx, "or", "any") +
                  " and gives no code of its own.");
  }
  if (code.invalid_upstream_status) {
    out.emplace_back("The service answers with a status that does not exist.");
  }
  for (const cause c : code.causes) {
    out.push_back("The gateway itself: " + std::string(cause_text(c)) + '.');
  }
  return out;
}

}  // namespace errata
