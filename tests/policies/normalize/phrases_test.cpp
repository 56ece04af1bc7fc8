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
  BOOST_TEST(!is_weak(""));
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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
