// The normalizer with rules of the operator's: errors.shapes and errors.success_errors.
#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>

#include "policies/normalize/shape_rule.hpp"
#include "tests/policies/normalize/normalizer_exchange.hpp"

namespace errata {
namespace {

std::shared_ptr<shape_rule> own_rule(std::string name) {
  auto rule = std::make_shared<shape_rule>();
  rule->name = std::move(name);
  return rule;
}

selector place(std::string_view text) {
  return selector::parse(text).value;
}

body_test present(std::string_view text) {
  body_test test;
  test.where = place(text);
  return test;
}

BOOST_AUTO_TEST_SUITE(normalizer_rules)

BOOST_AUTO_TEST_CASE(an_own_shape_goes_before_the_dialects) {
  const auto rule = own_rule("acme");
  rule->when = {present("/fault")};
  rule->message = {place("/fault/say")};
  rule->code = {place("/fault/nr")};
  rule->param = {place("/fault/what")};
  rule->codes = {{"17", "insufficient_funds"}};
  rule->status_of_code = {{"17", 402}};
  const route_shapes shapes{{rule}, {}};
  const exchange e{.status = 400, .shapes = &shapes};
  const normalized own = e.run(
      R"({"message":"Generic","fault":{"say":"Not <b>enough</b> money","nr":17,"what":"amount"}})");
  BOOST_TEST(own.shape == "acme");
  BOOST_TEST(own.status == 402U);
  BOOST_TEST(own.code == "insufficient_funds");
  BOOST_TEST(member(own, "message") == "Not enough money");
  BOOST_TEST(member(own, "param") == "amount");
  BOOST_TEST(member(own, "type") == catalog::built_in().type_of(402));

  const normalized other = e.run(R"({"message":"No such order"})");
  BOOST_TEST(other.shape != "acme");
  BOOST_TEST(other.status == 400U);
  BOOST_TEST(member(other, "message") == "No such order");
}

BOOST_AUTO_TEST_CASE(dialects_fill_in_where_an_own_shape_says_nothing) {
  const auto rule = own_rule("moved");
  rule->message = {place("/fault/say")};
  rule->param = {place("/where")};
  rule->status = 409;
  const route_shapes shapes{{rule}, {}};
  const exchange e{.status = 400, .shapes = &shapes};
  const normalized out =
      e.run(R"({"message":"Already there","code":"DUPLICATE_ORDER","where":"order_id"})");
  BOOST_TEST(out.shape == "moved");
  BOOST_TEST(out.status == 409U);
  BOOST_TEST(out.code == "duplicate_order");
  BOOST_TEST(member(out, "message") == "Already there");
  BOOST_TEST(member(out, "param") == "order_id");
}

BOOST_AUTO_TEST_CASE(what_an_own_shape_extracts_is_scrubbed) {
  const auto rule = own_rule("acme");
  rule->message = {place("/a"), place("/b"), place("text://Ask the desk at desk@example.com.")};
  const route_shapes shapes{{rule}, {}};
  const exchange e{.status = 400, .shapes = &shapes};
  const normalized second =
      e.run(R"({"a":"SELECT iban FROM accounts WHERE id = 7","b":"The account is closed."})");
  BOOST_TEST(member(second, "message") == "The account is closed.");
  BOOST_TEST(second.scrubbed.internals() > 0U);
  // The operator's own words stand as they are.
  const normalized last = e.run(R"({"a":"SELECT iban FROM accounts WHERE id = 7"})");
  BOOST_TEST(member(last, "message") == "Ask the desk at desk@example.com.");
}

BOOST_AUTO_TEST_CASE(a_5xx_message_of_an_own_shape_wants_trust) {
  const auto rule = own_rule("acme");
  rule->message = {place("/say")};
  rule->code = {place("/nr")};
  rule->codes = {{"db", "db_down"}};
  const route_shapes shapes{{rule}, {}};
  const exchange e{.status = 500, .shapes = &shapes};
  constexpr std::string_view body = R"({"say":"Payments rest until Monday","nr":"db"})";
  BOOST_TEST(member(e.run(body), "message") == catalog::built_in().for_status(500).message);
  BOOST_TEST(e.run(body).code == "db_down");
  rule->trusted = true;
  BOOST_TEST(member(e.run(body), "message") == "Payments rest until Monday");
  constexpr std::string_view leaky = R"({"say":"NullPointerException in a.b.C.pay, C.java:3"})";
  BOOST_TEST(member(e.run(leaky), "message") == catalog::built_in().for_status(500).message);
  // What leaves as a 4xx is said like a 4xx.
  rule->trusted = false;
  rule->status = 422;
  BOOST_TEST(member(e.run(body), "message") == "Payments rest until Monday");
}

BOOST_AUTO_TEST_CASE(own_words_need_no_trust) {
  const auto rule = own_rule("down");
  rule->message = {place("text://The bank is closed on Sundays.")};
  rule->code = {place("text://bank_closed")};
  const route_shapes shapes{{rule}, {}};
  for (const std::string_view body : {"", "<html><body>x</body></html>", "\x01\x02\x03", "{}"}) {
    const normalized out = exchange{.status = 503, .shapes = &shapes}.run(body);
    BOOST_TEST(member(out, "message") == "The bank is closed on Sundays.", body);
    BOOST_TEST(out.code == "bank_closed", body);
    BOOST_TEST(out.shape == "down", body);
  }
  const exchange to_head{
      .status = 503, .method = "HEAD", .state = body_state::absent, .shapes = &shapes};
  BOOST_TEST(to_head.run("").code == "bank_closed");
}

BOOST_AUTO_TEST_CASE(an_own_shape_leaves_canonical_errors_and_hidden_statuses_alone) {
  const auto rule = own_rule("all");
  rule->message = {place("text://Words.")};
  const route_shapes shapes{{rule}, {}};
  BOOST_TEST((exchange{.status = 404, .shapes = &shapes}.run(canonical_404).untouched));
  BOOST_TEST((exchange{.status = 999, .shapes = &shapes}.run("{}").shape == "default"));
}

BOOST_AUTO_TEST_CASE(an_own_shape_reads_what_was_compressed_and_what_was_cut) {
  const auto rule = own_rule("page");
  rule->when = {present("html://p.error")};
  rule->message = {place("html://p.error")};
  const route_shapes shapes{{rule}, {}};
  const std::string page = "<html><p class=error>Too late to cancel.</p>" + std::string(90, ' ');
  exchange e{.status = 409,
             .response = {{"Content-Type", "text/html"}, {"Content-Encoding", "gzip"}},
             .shapes = &shapes};
  BOOST_TEST(member(e.run(gzip(page)), "message") == "Too late to cancel.");
  e.response = {{"Content-Type", "text/html"}};
  e.state = body_state::over_cap;
  BOOST_TEST(member(e.run(page), "message") == "Too late to cancel.");
  e.state = body_state::truncated;
  BOOST_TEST(e.run(page).shape == "truncated");
}

BOOST_AUTO_TEST_CASE(a_success_that_means_no_becomes_an_error) {
  const auto rule = own_rule("refusal");
  rule->when = {present("/success")};
  rule->when[0].how = body_test::comparison::equals;
  rule->when[0].values = {false};
  rule->status = 422;
  const route_shapes shapes{{}, {rule}};
  const exchange e{.status = 200, .shapes = &shapes};
  BOOST_TEST((e.judge() == verdict::inspect));
  const normalized refused =
      e.run(R"({"success":false,"error":"The coupon has expired","error_code":"COUPON_EXPIRED"})");
  BOOST_TEST(!refused.untouched);
  BOOST_TEST(refused.status == 422U);
  BOOST_TEST(refused.shape == "refusal");
  BOOST_TEST(refused.code == "coupon_expired");
  BOOST_TEST(member(refused, "message") == "The coupon has expired");
  for (const std::string_view body :
       {"", "{}", R"({"success":true})", R"({"success":"false"})", "{\"success\":false",
        "{\"success\":false}\n{\"success\":true}", "\x1F\x8B\x08 broken"}) {
    BOOST_TEST(e.run(body).untouched, body);
  }
  BOOST_TEST(
      (exchange{.status = 422, .shapes = &shapes}.run(R"({"success":false})").shape != "refusal"));
  BOOST_TEST((exchange{.status = 200}.judge() == verdict::pass));
  BOOST_TEST(
      (exchange{.status = 200, .method = "HEAD", .shapes = &shapes}.judge() == verdict::pass));
  BOOST_TEST((exchange{.status = 302, .shapes = &shapes}.judge() == verdict::pass));
}

BOOST_AUTO_TEST_CASE(a_success_error_keeps_to_the_status_policy_and_the_cap) {
  const auto rule = own_rule("gone");
  rule->when = {present("/gone")};
  rule->status = 410;
  const route_shapes shapes{{}, {rule}};
  exchange e{.status = 200, .policy = status_policy::strict, .shapes = &shapes};
  BOOST_TEST(e.run(R"({"gone":1})").status == 404U);
  // A body that grows beyond the cap when it is decoded is not whole.
  e.options.max_body = 1024;
  e.response = {{"Content-Encoding", "gzip"}};
  BOOST_TEST(e.run(gzip(R"({"gone":1})")).status == 404U);
  BOOST_TEST(e.run(gzip(R"({"gone":1})" + std::string(2000, ' '))).untouched);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace errata
