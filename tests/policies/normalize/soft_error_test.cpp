#include "policies/normalize/soft_error.hpp"

#include <boost/test/unit_test.hpp>
#include <initializer_list>
#include <string>

namespace errata {
namespace {

struct line {
  std::string_view name, value;
};

response_head head_of(unsigned status, std::initializer_list<line> lines) {
  response_head head;
  head.status = status;
  for (const line& l : lines) head.fields.add(l.name, l.value);
  return head;
}

std::shared_ptr<const shape_rule> rule_on(std::initializer_list<std::string_view> places,
                                          std::string_view type = {}) {
  shape_rule rule;
  for (const std::string_view place : places) {
    rule.when.emplace_back();
    rule.when.back().where = selector::parse(place).value;
  }
  if (!type.empty()) rule.content_types.push_back(*media_range::parse(type));
  return std::make_shared<const shape_rule>(rule);
}

BOOST_AUTO_TEST_SUITE(soft_error)

BOOST_AUTO_TEST_CASE(tells_by_the_head_what_is_never_held) {
  const shape_rules any = {rule_on({"/error"})};
  const struct {
    bool held;
    unsigned status;
    std::string_view method;
    std::initializer_list<line> lines;
  } cases[] = {
      {true, 200, "GET", {}},
      {true, 200, "POST", {{"Content-Type", "application/json"}}},
      {true, 207, "GET", {}},
      {true, 299, "GET", {{"Content-Type", "text/html"}}},
      {true, 200, "GET", {{"Content-Type", "application/octet-stream"}}},
      {true, 200, "GET", {{"Content-Encoding", "gzip"}}},
      {true, 200, "GET", {{"Content-Encoding", "gzip, deflate"}}},
      {false, 200, "HEAD", {}},
      {false, 204, "GET", {}},
      {false, 205, "GET", {}},
      {false, 206, "GET", {}},
      {false, 301, "GET", {}},
      {false, 304, "GET", {}},
      {false, 404, "GET", {}},
      {false, 200, "GET", {{"Content-Type", "text/event-stream"}}},
      {false, 200, "GET", {{"Content-Type", "Text/Event-Stream; charset=utf-8"}}},
      {false, 200, "GET", {{"Content-Type", "application/x-ndjson"}}},
      {false, 200, "GET", {{"Content-Type", "multipart/mixed; boundary=x"}}},
      {false, 200, "GET", {{"Content-Type", "image/svg+xml"}}},
      {false, 200, "GET", {{"Content-Type", "video/mp4"}}},
      {false, 200, "GET", {{"Content-Encoding", "compress"}}},
      {false, 200, "GET", {{"Content-Encoding", "gzip"}, {"Content-Encoding", "x-secret"}}},
  };
  for (const auto& one : cases) {
    BOOST_TEST(
        may_be_soft_error(any, one.method, head_of(one.status, one.lines)) == one.held,
        one.status << " " << one.method << (one.lines.size() > 0 ? one.lines.begin()->value : ""));
  }
  BOOST_TEST(!may_be_soft_error({}, "GET", head_of(200, {})));
}

BOOST_AUTO_TEST_CASE(wants_a_rule_that_fits_the_head) {
  const shape_rules rules = {rule_on({"/error"}, "application/json"),
                             rule_on({"xml://e"}, "text/*")};
  BOOST_TEST(may_be_soft_error(rules, "GET", head_of(200, {{"Content-Type", "application/json"}})));
  BOOST_TEST(may_be_soft_error(rules, "GET", head_of(200, {{"Content-Type", "text/xml"}})));
  BOOST_TEST(!may_be_soft_error(rules, "GET", head_of(200, {{"Content-Type", "application/pdf"}})));
  BOOST_TEST(!may_be_soft_error(rules, "GET", head_of(200, {})));
}

BOOST_AUTO_TEST_CASE(gives_up_at_the_first_telling_byte) {
  using namespace std::string_view_literals;
  const shape_rules json = {rule_on({"/error"})};
  const shape_rules xml = {rule_on({"xml://e"})};
  const shape_rules text = {rule_on({"re2://(x)"})};
  const shape_rules both = {rule_on({"/error"}), rule_on({"xml://e"})};
  const shape_rules all_of = {rule_on({"/error", "re2://(x)"})};
  const struct {
    const shape_rules& rules;
    std::string_view begun;
    bool held;
  } cases[] = {
      {json, "", true},
      {json, " \r\n\t", true},
      {json, " {", true},
      {json, "[1", true},
      {json, "\xEF\xBB\xBF{", true},
      {json, "\xEF\xBB", true},
      {json, "\xFF\xFE{\0"sv, true},
      {json, "\xFE", true},
      {json, "<html>", false},
      {json, "Invalid", false},
      {json, "\xEF\xBB\xBF<", false},
      {json, "\"text\"", false},
      {json, "\xC3\xA9", false},
      {xml, "<?xml", true},
      {xml, "{", false},
      {text, "anything", true},
      {text, "any\0thing"sv, false},
      {text, "\x89PNG\r\n\x1A\n\0"sv, false},
      {both, "<", true},
      {both, "{", true},
      {both, "x", false},
      {all_of, "x", false},
      {all_of, "{", true},
  };
  for (const auto& one : cases) {
    BOOST_TEST(may_still_be_soft_error(one.rules, head_of(200, {}), one.begun) == one.held,
               one.begun);
  }
}

BOOST_AUTO_TEST_CASE(cannot_tell_by_bytes_in_a_coding_or_of_two_a_character) {
  using namespace std::string_view_literals;
  const shape_rules json = {rule_on({"/error"})};
  BOOST_TEST(may_still_be_soft_error(json, head_of(200, {{"Content-Encoding", "gzip"}}),
                                     "\x1F\x8B\x08\0"sv));
  BOOST_TEST(may_still_be_soft_error(
      json, head_of(200, {{"Content-Type", "application/json; charset=UTF-16LE"}}), "{\0"sv));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace errata
