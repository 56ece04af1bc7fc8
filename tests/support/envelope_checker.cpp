#include "tests/support/envelope_checker.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <charconv>

namespace errata::testing {
namespace {

namespace json = boost::json;

struct type_rule {
  std::string_view type;
  std::vector<unsigned> statuses;  // 4xx that carry it; server_error: every 5xx
};

// The reference's table of types, with what the catalog adds to it.
const std::vector<type_rule>& type_rules() {
  static const std::vector<type_rule> rules = {
      {"authentication_error", {401, 407, 440, 498}},
      {"authorization_error", {402, 403, 419, 451}},
      {"resource_not_found", {404, 410}},
      {"conflict", {409, 412, 423, 424}},
      {"rate_limit_error", {420, 429}},
  };
  return rules;
}

std::string_view expected_type(unsigned status) {
  if (status >= 500) return "server_error";
  for (const auto& rule : type_rules())
    if (std::count(rule.statuses.begin(), rule.statuses.end(), status) > 0) return rule.type;
  return "invalid_request";
}

bool is_code_text(std::string_view text) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return text.size() >= 2 && text.size() <= 63 && is_lower(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_'; });
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
  });
}

class judge {
 public:
  explicit judge(const received_response& response) : response_(response), head_(response.head) {}

  std::vector<std::string> problems(error_author author) {
    if (response_.status == 0) {
      fail("no status line: " + response_.describe());
      return std::move(problems_);
    }
    expect(head_.well_formed, "the head is not well formed");
    expect(response_.status >= 400 && response_.status <= 599, "the status is not an error's");
    expect(response_.body.complete, "the body is not complete");
    check_fields(author);
    if (response_.to_head_request) {
      expect(response_.body.content.empty(), "a body after HEAD");
    } else {
      check_length();
      check_body();
    }
    return std::move(problems_);
  }

 private:
  void fail(std::string text) { problems_.push_back(std::move(text)); }
  void expect(bool holds, std::string_view text) {
    if (!holds) fail(std::string(text));
  }

  bool one(std::string_view name) {
    const auto count = head_.count(name);
    if (count == 1) return true;
    fail(std::to_string(count) + " fields " + std::string(name) + " instead of one");
    return false;
  }

  void check_fields(error_author author) {
    if (one("X-Request-Id"))
      expect(is_request_id(head_.value("X-Request-Id")),
             "not a request id: " + head_.value("X-Request-Id"));
    if (one("Content-Type"))
      expect(head_.value("Content-Type") == "application/json",
             "Content-Type: " + head_.value("Content-Type"));
    if (one("Date"))
      expect(head_.value("Date").size() == 29 && head_.value("Date").ends_with(" GMT"),
             "Date: " + head_.value("Date"));
    expect(!head_.has("Transfer-Encoding"), "Transfer-Encoding on an error");
    expect(!head_.has("Content-Encoding"), "Content-Encoding on an error");
    expect(head_.value("X-Content-Type-Options") == "nosniff" || author == error_author::upstream,
           "no X-Content-Type-Options: nosniff");
    if (response_.status == 401) expect(head_.has("WWW-Authenticate"), "401, no WWW-Authenticate");
    if (response_.status == 405 && author == error_author::errata)
      expect(head_.has("Allow"), "405 without Allow");
    if (response_.status == 429 || response_.status == 503) check_retry_after();
    if (author == error_author::errata)
      expect(
          head_.value("Cache-Control") == "no-store",
          "an error of errata's own may be stored: Cache-Control: " + head_.value("Cache-Control"));
  }

  void check_retry_after() {
    if (!one("Retry-After")) return;
    const auto text = head_.value("Retry-After");
    unsigned seconds = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool whole = error == std::errc{} && stop == text.data() + text.size();
    expect((whole && seconds >= 1) || text.ends_with(" GMT"), "Retry-After: " + text);
  }

  void check_length() {
    if (!one("Content-Length")) return;
    expect(head_.value("Content-Length") == std::to_string(response_.body.content.size()),
           "Content-Length " + head_.value("Content-Length") + " of a body of " +
               std::to_string(response_.body.content.size()));
  }

  void check_body() {
    json::error_code error;
    const auto value = json::parse(response_.body.content, error);
    if (error || !value.is_object()) {
      fail("the body is not a JSON object: " + response_.body.content.substr(0, 200));
      return;
    }
    const auto& outer = value.get_object();
    const auto* inner = outer.if_contains("error");
    if (outer.size() != 1 || inner == nullptr || !inner->is_object()) {
      fail("the body is not {\"error\":{...}}");
      return;
    }
    check_members(inner->get_object());
  }

  void check_members(const json::object& members) {
    static constexpr std::array<std::string_view, 5> order = {"type", "message", "code", "param",
                                                              "doc_url"};
    std::size_t at = 0;
    for (const auto& member : members) {
      const std::string_view name(member.key().data(), member.key().size());
      const auto* found = std::find(order.begin() + at, order.end(), name);
      if (found == order.end()) {
        fail("unknown, repeated or misplaced member " + std::string(name));
        return;
      }
      at = static_cast<std::size_t>(found - order.begin()) + 1;
      expect(member.value().is_string(), std::string(name) + " is not a string");
      if (member.value().is_string()) check_member(name, member.value().get_string());
    }
    for (const auto* name : {"type", "message", "code"})
      expect(members.contains(name), std::string("no ") + name);
  }

  void check_member(std::string_view name, std::string_view text) {
    expect(!text.empty() && !has_control_character(text),
           std::string(name) + " is empty or has control characters");
    if (name == "message") expect(text.size() <= 512, "message longer than 512 bytes");
    if (name == "code") expect(is_code_text(text), "not a code: " + std::string(text));
    if (name == "type")
      expect(text == expected_type(response_.status),
             "type " + std::string(text) + " with " + std::to_string(response_.status));
  }

  const received_response& response_;
  const text_head& head_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> envelope_problems(const received_response& response, error_author author) {
  return judge(response).problems(author);
}

std::string envelope_member(const received_response& response, std::string_view name) {
  json::error_code error;
  const auto value = json::parse(response.body.content, error);
  if (error || !value.is_object()) return {};
  const auto* inner = value.get_object().if_contains("error");
  if (inner == nullptr || !inner->is_object()) return {};
  const auto* member = inner->get_object().if_contains(name);
  if (member == nullptr || !member->is_string()) return {};
  return std::string(member->get_string().data(), member->get_string().size());
}

bool is_request_id(std::string_view id) {
  return id.size() >= 8 && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("._~+/=-").find(c) != std::string_view::npos;
         });
}

bool is_minted_request_id(std::string_view id) {
  if (id.size() != 36 || id[14] != '7') return false;
  if (std::string_view("89ab").find(id[19]) == std::string_view::npos) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (id[i] >= '0' && id[i] <= '9') || (id[i] >= 'a' && id[i] <= 'f');
    if (dash ? id[i] != '-' : !hex) return false;
  }
  return true;
}

void check_error(const received_response& response, unsigned status, std::string_view code,
                 error_author author) {
  BOOST_TEST_CONTEXT("reply: " << response.describe()) {
    for (const auto& problem : envelope_problems(response, author)) BOOST_ERROR(problem);
    BOOST_TEST(response.status == status);
    if (!code.empty() && !response.to_head_request)
      BOOST_TEST(envelope_member(response, "code") == code);
  }
}

void check_well_formed(const received_response& response) {
  BOOST_TEST_CONTEXT("reply: " << response.describe()) {
    BOOST_TEST(response.complete());
    BOOST_TEST(response.head.count("X-Request-Id") == 1u);
    BOOST_TEST(is_request_id(response.head.value("X-Request-Id")));
    BOOST_TEST(response.head.count("Date") == 1u);
    if (response.status >= 400 && response.status <= 599 && response.status / 100 != 1)
      BOOST_TEST(response.head.count("Content-Type") <= 1u);
  }
}

}  // namespace errata::testing
