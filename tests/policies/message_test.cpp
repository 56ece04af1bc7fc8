#include "policies/message.hpp"

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <vector>

using namespace errata;

BOOST_AUTO_TEST_SUITE(message)

namespace {

// In the order of field_id, which leaves `other` out.
constexpr std::string_view known[] = {
    "Accept",
    "Accept-Ranges",
    "Age",
    "Allow",
    "Authorization",
    "Baggage",
    "Cache-Control",
    "Connection",
    "Content-Disposition",
    "Content-Digest",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Location",
    "Content-MD5",
    "Content-Range",
    "Content-Type",
    "Cookie",
    "Date",
    "Digest",
    "ETag",
    "Expect",
    "Expires",
    "Forwarded",
    "Host",
    "HTTP2-Settings",
    "Keep-Alive",
    "Last-Modified",
    "Max-Forwards",
    "Origin",
    "Pragma",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "Refresh",
    "Repr-Digest",
    "Retry-After",
    "Set-Cookie",
    "Signature",
    "Signature-Input",
    "TE",
    "Traceparent",
    "Tracestate",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "User-Agent",
    "Vary",
    "Via",
    "WWW-Authenticate",
    "X-Content-Type-Options",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
    "X-Request-Id",
};

std::string with_case(std::string_view text, int (*change)(int)) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(change(static_cast<unsigned char>(c)));
  return out;
}

std::vector<std::string> members_of(std::string_view list) {
  std::vector<std::string> out;
  for_each_member(list, [&](std::string_view member) { out.emplace_back(member); });
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(identifies_every_known_name_in_any_case) {
  BOOST_TEST(std::size(known) == static_cast<std::size_t>(field_id::x_request_id));
  for (std::size_t i = 0; i < std::size(known); ++i) {
    const auto wanted = static_cast<field_id>(i + 1);
    BOOST_TEST_CONTEXT(known[i]) {
      BOOST_TEST((identify_field(known[i]) == wanted));
      BOOST_TEST((identify_field(with_case(known[i], std::tolower)) == wanted));
      BOOST_TEST((identify_field(with_case(known[i], std::toupper)) == wanted));
    }
  }
}

// The look-up hashes length, first and last letter: neighbours that share them must not match.
BOOST_AUTO_TEST_CASE(takes_nothing_else_for_a_known_name) {
  for (const auto name : known) {
    BOOST_TEST_CONTEXT(name) {
      std::string other(name);
      BOOST_TEST((identify_field(other + "x") == field_id::other));
      BOOST_TEST((identify_field(other + " ") == field_id::other));
      BOOST_TEST((identify_field(" " + other) == field_id::other));
      BOOST_TEST((identify_field(other.substr(1)) == field_id::other));
      for (std::size_t i = 0; i < name.size(); ++i) {
        other = name;
        other[i] = '_';
        BOOST_TEST((identify_field(other) == field_id::other), other);
        // The top bit is no matter of case.
        other[i] = static_cast<char>(name[i] ^ 0x80);
        BOOST_TEST((identify_field(other) == field_id::other), other);
      }
    }
  }
  BOOST_TEST((identify_field("") == field_id::other));
  BOOST_TEST((identify_field(std::string(70000, 'a')) == field_id::other));
  BOOST_TEST((identify_field(std::string_view("host\0", 5)) == field_id::other));
}

BOOST_AUTO_TEST_CASE(compares_only_letters_without_case) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const char x = static_cast<char>(a);
      const char y = static_cast<char>(b);
      const bool upper_a = a >= 'A' && a <= 'Z';
      const bool upper_b = b >= 'A' && b <= 'Z';
      const bool same = (upper_a ? a + 32 : a) == (upper_b ? b + 32 : b);
      if (iequals({&x, 1}, {&y, 1}) != same) BOOST_ERROR(a << " and " << b);
    }
  }
  BOOST_TEST(iequals("", ""));
  BOOST_TEST(!iequals("", "a"));
  BOOST_TEST(!iequals("Host", "Hos"));
  BOOST_TEST(!iequals("Hos", "Host"));
  // Beast before 1.88 reads one byte past the end here.
  const std::vector<char> tight = {'H', 'O', 'S', 'T'};
  BOOST_TEST(iequals({tight.data(), tight.size()}, "host"));
}

BOOST_AUTO_TEST_CASE(takes_only_tchar_for_a_token) {
  const std::string_view tchar =
      "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (int i = 0; i < 256; ++i) {
    const std::string one = {'a', static_cast<char>(i), 'z'};
    const bool wanted = tchar.find(static_cast<char>(i)) != std::string_view::npos;
    BOOST_TEST(is_token(one) == wanted, "byte " << i);
  }
  BOOST_TEST(!is_token(""));
  BOOST_TEST(is_token("a"));
}

BOOST_AUTO_TEST_CASE(lets_no_line_end_or_control_character_into_a_field_value) {
  for (int i = 0; i < 256; ++i) {
    const std::string inside = {'a', static_cast<char>(i), 'z'};
    const bool wanted = i == '\t' || (i >= 0x20 && i != 0x7F);
    BOOST_TEST(is_field_value(inside) == wanted, "inside: byte " << i);
    const std::string alone(1, static_cast<char>(i));
    const bool blank = i == ' ' || i == '\t';
    BOOST_TEST(is_field_value(alone) == (wanted && !blank), "alone: byte " << i);
  }
  BOOST_TEST(is_field_value(""));
  for (const char* refused : {" a", "a ", "\ta", "a\t", " ", "a\r\nSet-Cookie: b=c", "a\nb"}) {
    BOOST_TEST(!is_field_value(refused), refused);
  }
}

BOOST_AUTO_TEST_CASE(trims_spaces_and_tabs_only) {
  const struct {
    std::string_view text;
    std::string_view trimmed;
  } rows[] = {
      {"", ""},         {" ", ""},         {" \t \t", ""},       {"a", "a"},
      {" a", "a"},      {"a\t", "a"},      {"\t a b \t", "a b"}, {"\na\r", "\na\r"},
      {"\v a", "\v a"}, {" \xA0", "\xA0"},
  };
  for (const auto& r : rows) BOOST_TEST(trim(r.text) == r.trimmed);
}

BOOST_AUTO_TEST_CASE(splits_lists_as_rfc_9110_section_5_6_1_has_it) {
  const struct {
    std::string_view list;
    std::vector<std::string> members;
  } rows[] = {
      {"", {}},
      {",", {}},
      {" , ,\t, ", {}},
      {"a", {"a"}},
      {"a,b", {"a", "b"}},
      {" a , b\t,c ", {"a", "b", "c"}},
      {",a,,b,", {"a", "b"}},
      {"a b,c", {"a b", "c"}},
      {"\"a,b\"", {"\"a", "b\""}},
      {"close;x=1", {"close;x=1"}},
  };
  for (const auto& r : rows) BOOST_TEST(members_of(r.list) == r.members, r.list);
  BOOST_TEST(members_of(std::string(60000, ',')).empty());
  BOOST_TEST(members_of("a" + std::string(60000, ',') + "b").size() == 2u);
}

BOOST_AUTO_TEST_CASE(finds_a_token_in_any_line_of_a_field) {
  const struct {
    std::vector<std::pair<std::string_view, std::string_view>> lines;
    bool listed;
  } rows[] = {
      {{}, false},
      {{{"Connection", "close"}}, true},
      {{{"connection", "CLOSE"}}, true},
      {{{"Connection", "keep-alive, close"}}, true},
      {{{"Connection", "keep-alive"}, {"Connection", "close"}}, true},
      {{{"Connection", ""}, {"Connection", ",,close,,"}}, true},
      {{{"Connection", "closed"}}, false},
      {{{"Connection", "close x"}}, false},
      {{{"Connection", "xclose"}}, false},
      {{{"Proxy-Connection", "close"}}, false},
      {{{"X-Connection", "close"}}, false},
  };
  for (const auto& r : rows) {
    field_list fields;
    for (const auto& [name, value] : r.lines) fields.add(name, value);
    BOOST_TEST(lists_token(fields, field_id::connection, "close") == r.listed);
  }
}

BOOST_AUTO_TEST_CASE(keeps_fields_in_order_with_their_repeats) {
  field_list fields;
  fields.add("Set-Cookie", "a=1");
  fields.add("X-One", "1");
  fields.add("set-cookie", "b=2");
  fields.add("x-one", "2");
  fields.add(field_id::host, "HOST", "h");
  BOOST_TEST(fields.size() == 5u);
  std::string seen;
  for (const field& f : fields) seen.append(f.name).append("=").append(f.value).append(" ");
  BOOST_TEST(seen == "Set-Cookie=a=1 X-One=1 set-cookie=b=2 x-one=2 HOST=h ");

  BOOST_TEST(fields.has(field_id::set_cookie));
  BOOST_TEST(fields.count(field_id::set_cookie) == 2u);
  BOOST_TEST(fields.count(field_id::other) == 2u);
  BOOST_TEST(fields.value(field_id::set_cookie) == "a=1");
  BOOST_TEST(fields.value(field_id::host) == "h");
  BOOST_REQUIRE(fields.find("X-ONE") != nullptr);
  BOOST_TEST(fields.find("X-ONE")->value == "1");
  BOOST_TEST(fields.find(field_id::set_cookie) == fields.begin());

  BOOST_TEST(!fields.has(field_id::date));
  BOOST_TEST(fields.count(field_id::date) == 0u);
  BOOST_TEST(fields.find(field_id::date) == nullptr);
  BOOST_TEST(fields.find("x-two") == nullptr);
  BOOST_TEST(fields.value(field_id::date) == "");
}

BOOST_AUTO_TEST_CASE(forgets_everything_when_cleared) {
  field_list fields;
  for (const auto name : known) fields.add(name, "v");
  for (std::size_t i = 1; i <= std::size(known); ++i) {
    BOOST_TEST(fields.count(static_cast<field_id>(i)) == 1u);
  }
  BOOST_TEST(!fields.has(field_id::other));
  fields.clear();
  BOOST_TEST(fields.size() == 0u);
  BOOST_TEST((fields.begin() == fields.end()));
  for (std::size_t i = 0; i <= std::size(known); ++i) {
    BOOST_TEST(!fields.has(static_cast<field_id>(i)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
