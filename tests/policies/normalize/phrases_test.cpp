#include "policies/normalize/phrases.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {

BOOST_AUTO_TEST_SUITE(phrases)

BOOST_AUTO_TEST_CASE(trims_white_space) {
  BOOST_TEST(trimmed(" \r\n a b\t") == "a b");
  BOOST_TEST(trimmed(" \n") == "");
  BOOST_TEST(trimmed("") == "");
}

BOOST_AUTO_TEST_CASE(several_words_are_wordy) {
  BOOST_TEST(is_wordy("two words"));
  BOOST_TEST(is_wordy("\xE5\xBA\x93\xE5\xAD\x98"));
  BOOST_TEST(!is_wordy(" one "));
  BOOST_TEST(!is_wordy(""));
}

BOOST_AUTO_TEST_CASE(knows_what_frameworks_say_about_validation) {
  BOOST_TEST(is_weak("Validation failed for object='order'. Error count: 1"));
  BOOST_TEST(is_weak("The given data was invalid."));
  BOOST_TEST(!is_weak("The email field is required."));
  BOOST_TEST(is_weak("BAD REQUEST"));
  BOOST_TEST(is_weak("One or more fields are wrong"));
  BOOST_TEST(is_weak("unprocessable"));
  BOOST_TEST(is_weak("It could not be validated"));
  BOOST_TEST(!is_weak("The voucher is valid until Friday"));
  BOOST_TEST(!is_weak("Validation failed" + std::string(200, '.')));
  BOOST_TEST(!is_weak(""));
}

BOOST_AUTO_TEST_CASE(knows_them_wherever_they_stand) {
  for (std::size_t before = 0; before < 40; ++before) {
    for (std::size_t behind = 0; behind < 20; ++behind) {
      for (const std::string_view phrase : {"BAD REQUEST", "One or more fields", "unprocessable",
                                            "invalid data", "schema violation"}) {
        const std::string text =
            std::string(before, 'b').append(phrase).append(std::string(behind, 'v'));
        if (!is_weak(text)) BOOST_ERROR(text);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(knows_phrases_that_stand_for_nothing) {
  BOOST_TEST(is_empty_phrase("No message available"));
  BOOST_TEST(is_empty_phrase(" null "));
  BOOST_TEST(!is_empty_phrase("No room available"));
}

BOOST_AUTO_TEST_CASE(takes_out_lines_for_support) {
  BOOST_TEST(trimmed(without_diagnostics("Not valid.\nRequestId:4f2b\nTime:2026-11-22T07:52Z")) ==
             "Not valid.");
  BOOST_TEST(trimmed(without_diagnostics("RequestId:4f2b")) == "RequestId:4f2b");
  BOOST_TEST(trimmed(without_diagnostics("Note: this stays\nhere")) == "Note: this stays\nhere");
}

BOOST_AUTO_TEST_CASE(takes_out_labelled_ids_and_counts) {
  BOOST_TEST(trimmed(without_diagnostics(
                 "Not valid.\nTrace ID: 4f2b\nTimestamp: 2026-11-22 07:52Z")) == "Not valid.");
  BOOST_TEST(trimmed(without_diagnostics("2 errors occurred:\n\t* no name\n\t* no weight\n")) ==
             "no name; no weight");
  BOOST_TEST(without_diagnostics("Oops\n    at run (/x)") == "Oops\n    at run (/x)\n");
}

BOOST_AUTO_TEST_CASE(finds_the_document_that_a_message_ends_with) {
  BOOST_TEST(document_in(R"({"a":1})") == 0);
  BOOST_TEST(document_in(R"({"broken)") == 0);
  BOOST_TEST(document_in(R"(Not valid: [{"a":1}])") == 11);
  BOOST_TEST(document_in("Not valid: [qty]") == std::string_view::npos);
  BOOST_TEST(document_in("") == std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(tells_a_code_before_a_message) {
  BOOST_TEST(code_prefix("WEAK_PHRASE : longer please") == "WEAK_PHRASE");
  BOOST_TEST(code_prefix("ERR_7: no") == "ERR_7");
  BOOST_TEST(code_prefix("NOTE: no") == "");
  BOOST_TEST(code_prefix("ORDER_ID is missing: no") == "");
  BOOST_TEST(code_prefix("_A: no") == "");
  BOOST_TEST(code_prefix("") == "");
}

BOOST_AUTO_TEST_CASE(takes_off_the_number_of_the_status) {
  BOOST_TEST(without_number("404 Crate Not Found", 404) == "Crate Not Found");
  BOOST_TEST(without_number("400 (Bad request) no label", 400) == "no label");
  BOOST_TEST(without_number("404 crates are missing", 409) == "404 crates are missing");
  BOOST_TEST(without_number("404", 404) == "404");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
