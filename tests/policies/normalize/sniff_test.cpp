#include "policies/normalize/sniff.hpp"

#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>

#include "tests/support/repeated.hpp"

namespace errata {

std::ostream& operator<<(std::ostream& out, body_kind kind) {
  return out << static_cast<int>(kind);
}

BOOST_AUTO_TEST_SUITE(sniff_test)

BOOST_AUTO_TEST_CASE(sees_what_a_body_is) {
  struct {
    std::string_view text;
    body_kind kind;
    std::string_view document;  // empty: as the text is
  } const rows[] = {
      {"", body_kind::empty, ""},
      {" \r\n\t", body_kind::empty, ""},
      {"null", body_kind::empty, ""},
      {"{\"a\":1}", body_kind::json, ""},
      {"\xEF\xBB\xBF {\"a\":1} ", body_kind::json, "{\"a\":1}"},
      {"[1]", body_kind::json, ""},
      {"\"text\"", body_kind::json, ""},
      {")]}',\n{\"a\":1}", body_kind::json, "{\"a\":1}"},
      {"while(1);{\"a\":1}", body_kind::json, "{\"a\":1}"},
      {"cb({\"a\":1});", body_kind::json, "{\"a\":1}"},
      {"/**/ typeof cb === 'function' && cb({\"a\":1});", body_kind::json, "{\"a\":1}"},
      {"<br />\n<b>Notice</b>: x in <b>y</b> on line <b>3</b><br />\n{\"a\":1}", body_kind::json,
       "{\"a\":1}"},
      {"Notice: something\n{\"a\":1}", body_kind::json, "{\"a\":1}"},
      {"<!DOCTYPE html><html></html>", body_kind::html, ""},
      {"<html><body>x", body_kind::html, ""},
      {"<h1>404</h1>", body_kind::html, ""},
      {"<!-- note --><p>x</p>", body_kind::html, ""},
      {"<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\"><html/>", body_kind::html, ""},
      {"<?xml version=\"1.0\"?>\n<Error><Code>a</Code></Error>", body_kind::xml, ""},
      {"<?xml version=\"1.0\"?><link><title>a</title></link>", body_kind::xml, ""},
      {"<Error><Code>a</Code></Error>", body_kind::xml, ""},
      {"<s:Envelope xmlns:s=\"x\"></s:Envelope>", body_kind::xml, ""},
      {"<empty/>", body_kind::xml, ""},
      {"<error><message>It is miss", body_kind::xml, ""},
      {"<error>It is missing</err", body_kind::xml, ""},
      {"<client> not allowed", body_kind::text, ""},
      {"<client> is < 5", body_kind::text, ""},
      {"<client", body_kind::text, ""},
      {"< 5 items", body_kind::text, ""},
      {"no such thing", body_kind::text, ""},
      {"-3", body_kind::text, ""},
      {"error=invalid_request&error_description=x+y", body_kind::form, ""},
      {"a = b", body_kind::text, ""},
      {"/* debug */ {'error': 'single quotes'}", body_kind::json, "{'error': 'single quotes'}"},
      {"see {\"a\":1} for more", body_kind::text, ""},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.text) {
      const sniffed seen = sniff(row.text);
      BOOST_TEST(seen.kind == row.kind);
      if (row.kind != body_kind::empty) {
        BOOST_TEST(seen.document == (row.document.empty() ? row.text : row.document));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(control_characters_are_counted_wherever_they_stand) {
  for (const char control : {'\x01', '\x1F', '\x7F'}) {
    for (std::size_t at = 0; at < 17; ++at) {
      BOOST_TEST_CONTEXT(at) {
        std::string few(30, 'a');
        few[at] = few[at + 4] = few[at + 8] = control;
        BOOST_TEST((sniff(few).kind == body_kind::text));
        few[at + 12] = control;
        BOOST_TEST((sniff(few).kind == body_kind::binary));
      }
    }
  }
  const std::string letters(30, '\xC3');
  BOOST_TEST((sniff(letters + "\t\n\r \x1B").kind == body_kind::text));
}

BOOST_AUTO_TEST_CASE(pictures_and_archives_are_binary) {
  std::string bytes("\x89PNG\r\n\x1A\n", 8);
  for (int i = 0; i < 300; ++i) bytes += "\x01\x02\xEF\xBF\xBDx";
  BOOST_TEST(sniff(bytes).kind == body_kind::binary);
  BOOST_TEST(sniff("Caf\xC3\xA9 ferm\xC3\xA9").kind == body_kind::text);
}

BOOST_AUTO_TEST_CASE(what_starts_like_json_may_be_text) {
  BOOST_TEST(sniff("[error] disk full").otherwise == body_kind::text);
  BOOST_TEST(sniff("\"quoted\" is bad").otherwise == body_kind::text);
  BOOST_TEST(sniff("{\"items\":[1,").otherwise == body_kind::json);
}

BOOST_AUTO_TEST_CASE(hostile_texts_take_linear_time) {
  for (const char* part : {"<", "{", "(", "<!--", "<?x", "{\"", "a(", "\n{\"a\":", "}", ")]}'"}) {
    const std::string text = testing::repeated(part, 1 << 20);
    for (const char* end : {"", "}", ")", "});"}) {
      const std::string whole = text + end;
      const sniffed seen = sniff(whole);
      BOOST_TEST(seen.document.size() <= whole.size());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
