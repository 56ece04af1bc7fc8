#include "policies/reference/reference_text.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <set>

#include "policies/envelope.hpp"

namespace errata {

BOOST_AUTO_TEST_SUITE(reference_text)

BOOST_AUTO_TEST_CASE(examples_are_canonical) {
  const catalog& errors = catalog::built_in();
  for (const char* base : {"", "https://docs.example.com/errors#"}) {
    const reference_model model = make_reference(errors, {base, "X-Request-Id", false});
    BOOST_TEST(is_canonical(example_envelope(model), 422, errors));
    for (const reference_type& type : model.types) {
      for (const reference_code& code : type.codes) {
        const std::string compact = example_envelope(model, code);
        BOOST_TEST(is_canonical(compact, code.row->status, errors), code.row->code);
        BOOST_TEST((boost::json::parse(indented_envelope(compact)) == boost::json::parse(compact)));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(indents_what_is_no_string) {
  BOOST_TEST(indented_envelope(R"({"error":{"message":"a{\",:}","code":"b"}})") ==
             "{\n  \"error\": {\n    \"message\": \"a{\\\",:}\",\n    \"code\": \"b\"\n  }\n}");
}

BOOST_AUTO_TEST_CASE(lists_statuses_as_a_sentence_does) {
  BOOST_TEST(status_list({404}, false, false) == "404");
  BOOST_TEST(status_list({404, 410}, false, false) == "404 and 410");
  BOOST_TEST(status_list({400, 460}, true, false) == "400, 460 and every other 4xx");
  BOOST_TEST(status_list({}, false, true) == "every 5xx");
}

BOOST_AUTO_TEST_CASE(says_when_to_repeat_and_what_strict_sends) {
  reference_use use;
  BOOST_TEST(retry_text(use) == "no");
  BOOST_TEST(strict_text(use) == "the same");
  use.retry = retry_advice::yes;
  BOOST_TEST(retry_text(use).find("where it is given") != std::string::npos);
  use.always_has_retry_after = true;
  BOOST_TEST(retry_text(use) == "yes, after `Retry-After` seconds");
  use.retry = retry_advice::if_idempotent;
  BOOST_TEST(retry_text(use).find("GET") != std::string::npos);
  use.strict = 500;
  BOOST_TEST(strict_text(use) == "500");
  use.strict_503_if_safe = true;
  BOOST_TEST(strict_text(use) == "503 if repeating is safe, else 500");
}

BOOST_AUTO_TEST_CASE(every_code_says_who_makes_it) {
  const reference_model model = make_reference(catalog::built_in(), {});
  for (const reference_type& type : model.types) {
    for (const reference_code& code : type.codes) {
      BOOST_TEST(!origin_texts(code).empty(), code.row->code);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_cause_has_its_own_sentence) {
  std::set<std::string_view> texts;
  for (std::size_t i = 0; i < cause_count; ++i) texts.insert(cause_text(static_cast<cause>(i)));
  BOOST_TEST(texts.size() == cause_count);
  BOOST_TEST(!texts.contains(""));
}

BOOST_AUTO_TEST_CASE(names_the_request_id_header_in_use) {
  bool named = false;
  for (const std::string& rule : client_rules({"", "X-Trace", false})) {
    named = named || rule.find("`X-Trace`") != std::string::npos;
  }
  BOOST_TEST(named);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
