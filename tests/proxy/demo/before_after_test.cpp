#include "proxy/demo/before_after.hpp"

#include <set>

#include <boost/test/unit_test.hpp>

using namespace errata;

namespace {

constexpr const char* good_body =
    R"({"error":{"type":"server_error","message":"An unexpected error occurred.",)"
    R"("code":"internal_error"}})";

fetched good_envelope() {
  fetched got;
  got.status = 500;
  got.body = good_body;
  got.fields = {{"Content-Type", "application/json"},
                {"Content-Length", std::to_string(got.body.size())},
                {"X-Request-Id", "01234567"}};
  return got;
}

fetched success(std::string body) {
  fetched got;
  got.status = 200;
  got.body = std::move(body);
  got.fields = {{"X-Request-Id", "01234567"}};
  return got;
}

comparison of(promised after, fetched before, fetched through) {
  comparison made;
  made.asked.path = made.asked.legacy_path = "/case";
  made.asked.after = after;
  made.before = std::move(before);
  made.after = std::move(through);
  return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(before_after_suite)

BOOST_AUTO_TEST_CASE(accepts_what_is_promised) {
  BOOST_TEST(broken_promise(of(promised::envelope, {}, good_envelope())) == "");
  BOOST_TEST(broken_promise(of(promised::untouched, success("a"), success("a"))) == "");
  auto cut = success("a");
  cut.failure = "cut off";
  BOOST_TEST(broken_promise(of(promised::broken, cut, cut)) == "");
  BOOST_TEST(broken_promise(of(promised::broken, cut, good_envelope())) == "");
}

BOOST_AUTO_TEST_CASE(refuses_an_error_that_is_not_canonical) {
  const auto refused = [](auto change) {
    auto got = good_envelope();
    change(got);
    return !broken_promise(of(promised::envelope, {}, got)).empty();
  };
  BOOST_TEST(refused([](fetched& f) { f.body = "oops"; }));
  BOOST_TEST(refused([](fetched& f) { f.status = 200; }));
  BOOST_TEST(refused([](fetched& f) { f.status = 404; }));
  BOOST_TEST(refused([](fetched& f) {
    f.status = 0;
    f.failure = "closed";
  }));
  BOOST_TEST(refused([](fetched& f) { f.failure = "cut off"; }));
  BOOST_TEST(refused([](fetched& f) { f.fields[0].second = "text/html"; }));
  BOOST_TEST(refused([](fetched& f) { f.fields.erase(f.fields.begin() + 1); }));
  BOOST_TEST(refused([](fetched& f) { f.fields.pop_back(); }));
  BOOST_TEST(refused([](fetched& f) { f.fields.push_back(f.fields.back()); }));
}

BOOST_AUTO_TEST_CASE(wants_retry_after_where_clients_are_told_to_wait) {
  auto got = good_envelope();
  got.status = 503;
  BOOST_TEST(broken_promise(of(promised::envelope, {}, got)) == "no Retry-After");
  got.fields.emplace_back("Retry-After", "1");
  BOOST_TEST(broken_promise(of(promised::envelope, {}, got)) == "");
}

BOOST_AUTO_TEST_CASE(refuses_a_success_that_was_touched) {
  auto other = success("a");
  other.status = 201;
  BOOST_TEST(broken_promise(of(promised::untouched, success("a"), other)) != "");
  BOOST_TEST(broken_promise(of(promised::untouched, success("a"), success("b"))) != "");
  BOOST_TEST(broken_promise(of(promised::broken, success("a"), success("a"))) != "");
}

BOOST_AUTO_TEST_CASE(holds_a_case_to_its_status) {
  auto made = of(promised::envelope, {}, good_envelope());
  made.asked.status = 503;
  BOOST_TEST(broken_promise(made) == "status 500 instead of 503");
}

BOOST_AUTO_TEST_CASE(fits_its_columns) {
  auto before = success(std::string(5000, 'x'));
  before.fields.emplace_back("Content-Type", std::string(300, 't'));
  auto made = of(promised::envelope, before, good_envelope());
  made.asked.path = "/" + std::string(60, 'p');
  made.after.body = std::string(5000, 'y');
  const auto entry = table_entry(made, false);
  std::size_t columns = 0;
  std::size_t lines = 0;
  for (const char c : entry) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++columns;
    if (c != '\n') continue;
    BOOST_TEST(columns <= table_columns + 1);
    columns = 0;
    ++lines;
  }
  BOOST_TEST(lines == 3u);
}

BOOST_AUTO_TEST_CASE(shows_status_type_code_and_message) {
  const auto entry = table_entry(of(promised::envelope, success("fine"), good_envelope()), false);
  BOOST_TEST(entry.find("500 server_error") != std::string::npos);
  BOOST_TEST(entry.find("internal_error: An unexpected error occurred.") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(never_drives_the_terminal) {
  auto before = success("\x1b[2J");
  before.fields.emplace_back("Content-Type", "text/\x1b[31m");
  const auto entry = table_entry(of(promised::envelope, before, good_envelope()), false);
  BOOST_TEST(entry.find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(names_the_fields_that_clients_act_upon) {
  auto got = good_envelope();
  got.fields.emplace_back("Set-Cookie", "a=1");
  got.fields.emplace_back("Set-Cookie", "b=2");
  got.fields.emplace_back("Retry-After", "7");
  const auto entry = table_entry(of(promised::envelope, success("fine"), got), false);
  BOOST_TEST(entry.find("internal_error (with Set-Cookie x2, retry after 7 s): An") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(asks_for_every_legacy_answer_and_for_errata_s_own) {
  std::set<std::string> asked;
  for (const auto& one : demo_cases()) asked.insert(one.path);
  for (const auto& one : legacy_answers()) BOOST_TEST(asked.count(one.path) == 1u, one.path);
  for (const char* own : {"/unreachable", "/retired", "/strict/empty-405", "/shadow/spring-500"})
    BOOST_TEST(asked.count(own) == 1u, own);
}

BOOST_AUTO_TEST_SUITE_END()
