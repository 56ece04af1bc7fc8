#include "policies/catalog.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "policies/envelope.hpp"

namespace errata {
namespace {

std::string file(const std::string& name) {
  std::ifstream in(std::string(ERRATA_SOURCE_DIR) + "/" + name);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct expected_row {
  unsigned status;
  unsigned sent;           // under preserve
  unsigned strict_unsafe;  // under strict, after a method that must not be repeated
  unsigned strict_safe;
  std::string_view type;
  std::string_view code;
};

// The reference: everything not in this table is checked by unlisted_statuses_have_rows.
constexpr expected_row table[] = {
    {400, 400, 400, 400, "invalid_request", "bad_request"},
    {401, 401, 401, 401, "authentication_error", "authentication_required"},
    {402, 402, 403, 403, "authorization_error", "payment_required"},
    {403, 403, 403, 403, "authorization_error", "permission_denied"},
    {404, 404, 404, 404, "resource_not_found", "not_found"},
    {405, 405, 400, 400, "invalid_request", "method_not_allowed"},
    {406, 406, 400, 400, "invalid_request", "not_acceptable"},
    {407, 407, 401, 401, "authentication_error", "proxy_authentication_required"},
    {408, 408, 400, 400, "invalid_request", "request_timeout"},
    {409, 409, 409, 409, "conflict", "resource_conflict"},
    {410, 410, 404, 404, "resource_not_found", "resource_gone"},
    {411, 411, 400, 400, "invalid_request", "length_required"},
    {412, 412, 409, 409, "conflict", "precondition_failed"},
    {413, 413, 400, 400, "invalid_request", "payload_too_large"},
    {414, 414, 400, 400, "invalid_request", "uri_too_long"},
    {415, 415, 400, 400, "invalid_request", "unsupported_media_type"},
    {416, 416, 400, 400, "invalid_request", "range_not_satisfiable"},
    {417, 417, 400, 400, "invalid_request", "expectation_failed"},
    {418, 418, 400, 400, "invalid_request", "bad_request"},
    {419, 419, 403, 403, "authorization_error", "session_expired"},
    {420, 420, 429, 429, "rate_limit_error", "rate_limit_exceeded"},
    {421, 421, 421, 421, "invalid_request", "misdirected_request"},
    {422, 422, 422, 422, "invalid_request", "validation_failed"},
    {423, 423, 409, 409, "conflict", "resource_locked"},
    {424, 424, 409, 409, "conflict", "dependency_failed"},
    {425, 425, 425, 425, "invalid_request", "too_early"},
    {426, 426, 426, 426, "invalid_request", "upgrade_required"},
    {428, 428, 400, 400, "invalid_request", "precondition_required"},
    {429, 429, 429, 429, "rate_limit_error", "rate_limit_exceeded"},
    {431, 431, 400, 400, "invalid_request", "headers_too_large"},
    {440, 440, 401, 401, "authentication_error", "session_expired"},
    {451, 451, 403, 403, "authorization_error", "unavailable_for_legal_reasons"},
    {460, 460, 400, 400, "invalid_request", "bad_request"},
    {463, 463, 400, 400, "invalid_request", "bad_request"},
    {494, 494, 400, 400, "invalid_request", "headers_too_large"},
    {495, 495, 400, 400, "invalid_request", "bad_request"},
    {496, 496, 400, 400, "invalid_request", "bad_request"},
    {497, 497, 400, 400, "invalid_request", "bad_request"},
    {498, 498, 401, 401, "authentication_error", "invalid_token"},
    {499, 499, 400, 400, "invalid_request", "bad_request"},
    {500, 500, 500, 500, "server_error", "internal_error"},
    {501, 501, 500, 500, "server_error", "not_implemented"},
    {502, 502, 500, 503, "server_error", "bad_gateway"},
    {503, 503, 503, 503, "server_error", "service_unavailable"},
    {504, 504, 500, 503, "server_error", "gateway_timeout"},
    {505, 505, 500, 500, "server_error", "http_version_not_supported"},
    {506, 506, 500, 500, "server_error", "internal_error"},
    {507, 507, 500, 500, "server_error", "insufficient_storage"},
    {508, 508, 500, 500, "server_error", "loop_detected"},
    {509, 509, 503, 503, "server_error", "service_unavailable"},
    {510, 510, 500, 500, "server_error", "internal_error"},
    {511, 511, 500, 500, "server_error", "bad_gateway"},
    {520, 520, 500, 503, "server_error", "bad_gateway"},
    {521, 521, 503, 503, "server_error", "service_unavailable"},
    {522, 522, 503, 503, "server_error", "service_unavailable"},
    {523, 523, 503, 503, "server_error", "service_unavailable"},
    {524, 524, 500, 503, "server_error", "gateway_timeout"},
    {525, 525, 500, 500, "server_error", "bad_gateway"},
    {526, 526, 500, 500, "server_error", "bad_gateway"},
    {527, 527, 503, 503, "server_error", "service_unavailable"},
    {529, 529, 503, 503, "server_error", "service_unavailable"},
    {530, 530, 503, 503, "server_error", "service_unavailable"},
    {598, 598, 500, 503, "server_error", "gateway_timeout"},
    {599, 599, 500, 503, "server_error", "gateway_timeout"},
};

// conf/catalog.json with one text replaced.
std::string edited(std::string_view from, std::string_view to) {
  std::string text = file("conf/catalog.json");
  const auto at = text.find(from);
  BOOST_TEST_REQUIRE(at != std::string::npos, "conf/catalog.json has no " << from);
  return text.replace(at, from.size(), to);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(catalog_test)

BOOST_AUTO_TEST_CASE(shipped_file_has_no_problems) {
  const parsed_catalog parsed = catalog::parse(file("conf/catalog.json"));
  for (const catalog_problem& problem : parsed.problems) {
    BOOST_TEST_ERROR(problem.pointer << ": " << problem.message);
  }
  BOOST_TEST(parsed.problems.empty());
}

BOOST_AUTO_TEST_CASE(each_listed_status_has_the_row_of_the_reference) {
  const catalog& codes = catalog::built_in();
  for (const expected_row& want : table) {
    BOOST_TEST_CONTEXT("status " << want.status) {
      const catalog_row& row = codes.for_status(want.status);
      BOOST_TEST(row.type == want.type);
      BOOST_TEST(row.code == want.code);
      BOOST_TEST(catalog::sent_status(row, status_policy::preserve, false) == want.sent);
      BOOST_TEST(catalog::sent_status(row, status_policy::preserve, true) == want.sent);
      BOOST_TEST(catalog::sent_status(row, status_policy::strict, false) == want.strict_unsafe);
      BOOST_TEST(catalog::sent_status(row, status_policy::strict, true) == want.strict_safe);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_status_from_0_to_999_and_beyond_has_a_row) {
  const catalog& codes = catalog::built_in();
  std::set<unsigned> listed;
  for (const expected_row& row : table) listed.insert(row.status);
  for (unsigned status = 0; status <= 1100; ++status) {
    BOOST_TEST_CONTEXT("status " << status) {
      const catalog_row& row = codes.for_status(status);
      BOOST_TEST(is_code(row.code));
      BOOST_TEST(codes.is_type(row.type));
      BOOST_TEST(!row.message.empty());
      if (status < 400 || status > 599) {
        BOOST_TEST(row.code == "bad_gateway");
        BOOST_TEST(row.status == 502U);
        BOOST_TEST(row.strict == 500U);
      } else if (!listed.contains(status)) {
        BOOST_TEST(row.code == (status < 500 ? "bad_request" : "internal_error"));
        BOOST_TEST(row.status == status);
        BOOST_TEST(row.strict == (status < 500 ? 400U : 500U));
      }
      BOOST_TEST(codes.type_of(row.status) == row.type);
      BOOST_TEST(codes.type_of(row.strict) == row.type);
    }
  }
}

BOOST_AUTO_TEST_CASE(strict_sends_only_the_statuses_of_the_reference) {
  const std::set<unsigned> reference = {400, 401, 403, 404, 409, 422, 429, 500, 503, 421, 425, 426};
  for (unsigned status = 0; status <= 999; ++status) {
    const catalog_row& row = catalog::built_in().for_status(status);
    for (const bool safe : {false, true}) {
      const unsigned sent = catalog::sent_status(row, status_policy::strict, safe);
      BOOST_TEST(reference.contains(sent), "status " << status << " is sent as " << sent);
      if (status >= 400 && status <= 599) {
        BOOST_TEST(sent / 100 == status / 100, "status " << status << " changes its class");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_cause_has_a_row) {
  struct {
    cause c;
    unsigned status;
    unsigned strict;
    std::string_view code;
  } const causes[] = {
      {cause::malformed_request, 400, 400, "malformed_request"},
      {cause::target_too_long, 414, 400, "uri_too_long"},
      {cause::headers_too_large, 431, 400, "headers_too_large"},
      {cause::body_too_large, 413, 400, "payload_too_large"},
      {cause::unknown_transfer_coding, 501, 500, "unknown_transfer_coding"},
      {cause::version_not_supported, 505, 500, "http_version_not_supported"},
      {cause::expectation_failed, 417, 400, "expectation_failed"},
      {cause::method_not_allowed, 405, 400, "method_not_allowed"},
      {cause::loop_detected, 508, 500, "loop_detected"},
      {cause::header_timeout, 408, 400, "request_timeout"},
      {cause::body_timeout, 408, 400, "request_timeout"},
      {cause::route_not_found, 404, 404, "route_not_found"},
      {cause::rate_limited, 429, 429, "rate_limit_exceeded"},
      {cause::upstream_unreachable, 503, 503, "service_unavailable"},
      {cause::upstream_saturated, 503, 503, "service_unavailable"},
      {cause::overloaded, 503, 503, "service_unavailable"},
      {cause::draining, 503, 503, "service_unavailable"},
      {cause::upstream_closed, 502, 500, "bad_gateway"},
      {cause::upstream_malformed, 502, 500, "bad_gateway"},
      {cause::upstream_timeout, 504, 500, "gateway_timeout"},
      {cause::internal, 500, 500, "internal_error"},
  };
  static_assert(std::size(causes) == cause_count);
  for (const auto& want : causes) {
    BOOST_TEST_CONTEXT(cause_name(want.c)) {
      const catalog_row& row = catalog::built_in().for_cause(want.c);
      BOOST_TEST(row.status == want.status);
      BOOST_TEST(catalog::sent_status(row, status_policy::strict, false) == want.strict);
      BOOST_TEST(row.code == want.code);
    }
  }
  BOOST_TEST(cause_name(cause::malformed_request) == "malformed_request");
  BOOST_TEST(cause_name(cause::internal) == "internal");
}

BOOST_AUTO_TEST_CASE(finds_codes_by_name) {
  const catalog& codes = catalog::built_in();
  BOOST_TEST_REQUIRE(codes.find_code("bad_gateway") != nullptr);
  BOOST_TEST(codes.find_code("bad_gateway")->status == 502U);
  BOOST_TEST(codes.find_code("bad_gateway")->strict_503_if_safe);
  BOOST_TEST(codes.find_code("bad_request")->status == 400U);
  BOOST_TEST(codes.find_code("rate_limit_exceeded")->status == 429U);
  BOOST_TEST(codes.find_code("route_not_found")->status == 404U);
  BOOST_TEST(codes.find_code("no_such_code") == nullptr);
  BOOST_TEST(codes.find_code("") == nullptr);
  const auto all = codes.codes();
  BOOST_TEST(std::is_sorted(all.begin(), all.end()));
  for (const std::string_view code : all) BOOST_TEST(codes.find_code(code)->code == code);
}

BOOST_AUTO_TEST_CASE(operators_codes_start_from_the_row_of_their_status) {
  const parsed_catalog parsed = catalog::parse(
      edited("\"codes\": {",
             R"("codes": {"shop_closed": {"status": 503, "message": "Closed.", "retry": "no"},
                                    "tea_time": {"status": 418, "description": "Wait for tea."},)"));
  BOOST_TEST_REQUIRE(parsed.problems.empty());
  const catalog_row* closed = parsed.value.find_code("shop_closed");
  BOOST_TEST_REQUIRE(closed != nullptr);
  BOOST_TEST(closed->status == 503U);
  BOOST_TEST(closed->type == "server_error");
  BOOST_TEST(closed->message == "Closed.");
  BOOST_TEST((closed->retry == retry_advice::no));
  const catalog_row* tea = parsed.value.find_code("tea_time");
  BOOST_TEST_REQUIRE(tea != nullptr);
  BOOST_TEST(tea->status == 418U);
  BOOST_TEST(tea->strict == 400U);
  BOOST_TEST(tea->message == "The request is invalid.");
  BOOST_TEST(tea->description == "Wait for tea.");
  BOOST_TEST(closed->description == "");
  std::vector<std::string_view> own;
  for (const catalog_row& row : parsed.value.own_codes()) own.emplace_back(row.code);
  BOOST_TEST_REQUIRE(own.size() >= 2U);
  BOOST_TEST(own[0] == "shop_closed");
  BOOST_TEST(own[1] == "tea_time");
}

BOOST_AUTO_TEST_CASE(a_description_goes_with_its_code) {
  const catalog& codes = catalog::built_in();
  BOOST_TEST(codes.for_status(420).description == codes.for_status(429).description);
  BOOST_TEST(codes.for_status(418).description == codes.for_status(400).description);
  BOOST_TEST(codes.for_status(498).description != codes.for_status(401).description);
  BOOST_TEST(codes.for_cause(cause::draining).description == codes.for_status(503).description);
  BOOST_TEST(codes.for_cause(cause::route_not_found).description !=
             codes.for_status(404).description);
  for (const std::string_view code : codes.codes()) {
    BOOST_TEST(!codes.find_code(code)->description.empty(), code << " has no description");
  }
}

BOOST_AUTO_TEST_CASE(knows_the_codes_that_the_reference_names) {
  const struct {
    std::string_view code;
    unsigned status;
  } named[] = {{"invalid_api_key", 401},
               {"insufficient_scope", 403},
               {"missing_required_field", 400},
               {"invalid_field_value", 400},
               {"invalid_json", 400},
               {"booking_not_found", 404},
               {"booking_already_cancelled", 409}};
  for (const auto& want : named) {
    const catalog_row* row = catalog::built_in().find_code(want.code);
    BOOST_TEST_REQUIRE(row != nullptr, want.code);
    BOOST_TEST(row->status == want.status);
  }
}

BOOST_AUTO_TEST_CASE(tells_listed_statuses_and_types) {
  const catalog& codes = catalog::built_in();
  for (const unsigned status : {400U, 420U, 530U}) BOOST_TEST(codes.lists(status), status);
  for (const unsigned status : {0U, 200U, 418U, 599999U}) BOOST_TEST(!codes.lists(status), status);
  BOOST_TEST(codes.types().size() == 7U);
  BOOST_TEST(codes.types().front() == "invalid_request");
}

BOOST_AUTO_TEST_CASE(exempt_list_may_be_emptied) {
  const parsed_catalog parsed =
      catalog::parse(edited("\"strict_exempt\": [421, 425, 426]", "\"strict_exempt\": []"));
  BOOST_TEST_REQUIRE(parsed.problems.empty());
  for (const unsigned status : {421U, 425U, 426U}) {
    const catalog_row& row = parsed.value.for_status(status);
    BOOST_TEST(catalog::sent_status(row, status_policy::strict, true) == 400U);
  }
}

BOOST_AUTO_TEST_CASE(idempotent_methods_are_those_of_rfc_9110) {
  for (const char* method : {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}) {
    BOOST_TEST(is_idempotent(method), method);
  }
  for (const char* method : {"POST", "PATCH", "CONNECT", "get", "", "GETX"}) {
    BOOST_TEST(!is_idempotent(method), method);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
