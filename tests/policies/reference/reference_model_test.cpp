#include "policies/reference/reference_model.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "tests/policies/reference/sample_catalog.hpp"

namespace errata {
namespace {

const reference_code& find(const reference_model& model, std::string_view code) {
  for (const reference_type& type : model.types) {
    for (const reference_code& entry : type.codes) {
      if (entry.row->code == code) return entry;
    }
  }
  BOOST_FAIL("no code " << code);
  return model.types.front().codes.front();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reference_model_test)

BOOST_AUTO_TEST_CASE(has_every_code_once_under_its_type) {
  const catalog& errors = catalog::built_in();
  const reference_model model = make_reference(errors, {});
  std::multiset<std::string_view> seen;
  for (const reference_type& type : model.types) {
    BOOST_TEST(!type.codes.empty(), type.type);
    for (const reference_code& code : type.codes) {
      seen.insert(code.row->code);
      BOOST_TEST(code.row->type == type.type);
      BOOST_TEST_REQUIRE(!code.uses.empty());
      const auto& first = code.uses.front().statuses;
      BOOST_TEST((std::find(first.begin(), first.end(), code.row->status) != first.end()),
                 code.row->code);
    }
  }
  const auto codes = errors.codes();
  BOOST_TEST(seen == std::multiset<std::string_view>(codes.begin(), codes.end()));
}

BOOST_AUTO_TEST_CASE(every_status_that_can_be_sent_is_among_the_uses_of_its_code) {
  const catalog& errors = catalog::built_in();
  const reference_model model = make_reference(errors, {});
  for (unsigned status = 400; status <= 599; ++status) {
    const catalog_row& row = errors.for_status(status);
    const auto& uses = find(model, row.code).uses;
    const bool found = std::any_of(uses.begin(), uses.end(), [&](const reference_use& use) {
      const bool named =
          std::find(use.statuses.begin(), use.statuses.end(), row.status) != use.statuses.end();
      const bool fits = named || (use.others && use.status_class == status / 100);
      const unsigned strict = use.strict == 0 ? row.status : use.strict;
      return fits && use.type == row.type && use.retry == row.retry && strict == row.strict;
    });
    BOOST_TEST(found, "status " << status << ", code " << row.code);
  }
}

BOOST_AUTO_TEST_CASE(says_who_makes_a_code) {
  const reference_model model = make_reference(catalog::built_in(), {});
  const reference_code& gateway = find(model, "bad_gateway");
  BOOST_TEST(gateway.invalid_upstream_status);
  BOOST_TEST(!gateway.is_named);
  BOOST_TEST((gateway.causes == std::vector{cause::upstream_closed, cause::upstream_malformed}));
  const reference_code& booking = find(model, "booking_not_found");
  BOOST_TEST(booking.is_named);
  BOOST_TEST(booking.upstream_statuses.empty());
  const reference_code& bad = find(model, "bad_request");
  BOOST_TEST(bad.other_upstream_statuses);
  BOOST_TEST(bad.upstream_statuses.front() == 400U);
}

BOOST_AUTO_TEST_CASE(one_code_may_have_two_types) {
  const reference_model model = make_reference(catalog::built_in(), {});
  const reference_code& session = find(model, "session_expired");
  BOOST_TEST_REQUIRE(session.uses.size() == 2U);
  BOOST_TEST(session.uses[0].type == "authorization_error");
  BOOST_TEST(session.uses[1].type == "authentication_error");
}

BOOST_AUTO_TEST_CASE(has_the_operators_codes_and_the_status_that_is_sent) {
  const catalog errors = sample_catalog();
  const reference_model model =
      make_reference(errors, {"https://docs.example.com/e#", "X-Id", false});
  const reference_code& hostile = find(model, hostile_code);
  BOOST_TEST(hostile.is_named);
  BOOST_TEST(hostile.row->status == 418U);
  BOOST_TEST(model.doc_url("a_b") == "https://docs.example.com/e#a_b");
  BOOST_TEST(make_reference(errors, {}).doc_url("a_b") == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
