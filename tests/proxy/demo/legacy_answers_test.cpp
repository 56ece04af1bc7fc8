#include "proxy/demo/legacy_answers.hpp"

#include <set>

#include <boost/test/unit_test.hpp>

#include "proxy/demo/legacy_parts.hpp"
#include "proxy/demo/plain_client.hpp"

using namespace errata;

namespace {

std::string all_bytes(const legacy_answer& answer) {
  std::string bytes;
  for (const auto& step : answer.steps) bytes += step.bytes;
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(legacy_answers_suite)

BOOST_AUTO_TEST_CASE(has_dozens_of_misbehaviours) {
  unsigned errors = 0;
  for (const auto& one : legacy_answers()) errors += one.after != promised::untouched ? 1 : 0;
  BOOST_TEST(errors >= 50u);
}

BOOST_AUTO_TEST_CASE(names_each_path_once) {
  std::set<std::string> seen;
  for (const auto& one : legacy_answers()) {
    BOOST_TEST_CONTEXT(one.path) {
      BOOST_TEST(one.path.front() == '/');
      BOOST_TEST(seen.insert(one.path).second);
      BOOST_TEST(!one.title.empty());
      BOOST_TEST(!one.group.empty());
      BOOST_TEST(!one.steps.empty());
      BOOST_TEST(find_legacy_answer(one.path) == &one);
    }
  }
  BOOST_TEST(find_legacy_answer("/nowhere") == nullptr);
}

BOOST_AUTO_TEST_CASE(promises_untouched_only_for_whole_responses) {
  for (const auto& one : legacy_answers()) {
    if (one.after != promised::untouched) continue;
    BOOST_TEST_CONTEXT(one.path) {
      fetched got;
      BOOST_TEST(read_response(all_bytes(one), false, got));
      BOOST_TEST(got.failure == "");
      BOOST_TEST((got.status < 400 || one.path == "/canonical-409"));
    }
  }
}

BOOST_AUTO_TEST_CASE(promises_an_envelope_for_no_success) {
  for (const auto& one : legacy_answers()) {
    if (one.after != promised::envelope) continue;
    BOOST_TEST_CONTEXT(one.path) {
      fetched got;
      read_response(all_bytes(one), one.ending != legacy_ending::keep_open, got);
      BOOST_TEST((got.status == 0 || got.status >= 400));
    }
  }
}

BOOST_AUTO_TEST_CASE(lists_every_path_in_the_index) {
  fetched got;
  BOOST_TEST(read_response(legacy_index(), false, got));
  BOOST_TEST(got.status == 200u);
  for (const auto& one : legacy_answers())
    BOOST_TEST(got.body.find("\n  " + one.path + " ") != std::string::npos, one.path);
}

BOOST_AUTO_TEST_CASE(compresses_and_chunks) {
  const auto gzip = legacy_parts::compressed("hello", legacy_parts::coding::gzip);
  BOOST_TEST(gzip.substr(0, 2) == "\x1f\x8b");
  const auto deflate = legacy_parts::compressed("hello", legacy_parts::coding::deflate);
  BOOST_TEST(deflate.substr(0, 1) == "\x78");
  BOOST_TEST(legacy_parts::chunked("hello", 3) == "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
  BOOST_TEST(legacy_parts::chunked("", 3) == "0\r\n\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
