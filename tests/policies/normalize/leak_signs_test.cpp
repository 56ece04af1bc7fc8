#include "policies/normalize/leak_signs.hpp"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "policies/normalize/leak_patterns.hpp"

namespace errata {
namespace {

// The parts of "(?:a)|(?:b)|...".
std::vector<std::string> alternatives(std::string_view joined) {
  std::vector<std::string> parts;
  int depth = 0;
  std::size_t first_of_class = 0;  // 0: in no class
  std::size_t begin = 0;
  for (std::size_t i = 0; i < joined.size(); ++i) {
    const char c = joined[i];
    if (c == '\\') {
      ++i;
    } else if (first_of_class != 0) {
      if (c == ']' && i > first_of_class) first_of_class = 0;
    } else if (c == '[') {
      first_of_class = i + (joined.substr(i + 1).starts_with('^') ? 2 : 1);
    } else if (c == '(') {
      if (depth++ == 0) begin = i + 3;
    } else if (c == ')' && --depth == 0) {
      parts.emplace_back(joined.substr(begin, i - begin));
    }
  }
  return parts;
}

RE2::Options byte_options() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  return options;
}

// Whether a text that matches may be without a sign, as far as RE2 can tell by the literals which
// all of its matches have.
template <class HasSign>
bool may_be_missed(const std::string& expression, HasSign&& has_sign) {
  constexpr int shortest_literal = 3;
  re2::FilteredRE2 filter(shortest_literal);
  int id = 0;
  BOOST_TEST_REQUIRE((filter.Add(expression, byte_options(), &id) == RE2::NoError), expression);
  std::vector<std::string> literals;
  filter.Compile(&literals);
  std::vector<int> without_sign;
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (!has_sign(literals[i])) without_sign.push_back(static_cast<int>(i));
  }
  std::vector<int> potential;
  filter.AllPotentials(without_sign, &potential);
  return !potential.empty();
}

bool leak_sign(std::string_view text) {
  return signs_of_leaks(text).any;
}

// Texts of those expressions that are not known by a literal, each of their alternatives once.
constexpr std::string_view known_by_marks[] = {
    "at com.example.Foo.bar(Foo.java:1)",
    "at a(",
    "  at new Foo (x.js:1:2)",
    "at async f (a:1)",
    " at /a/b:1",
    " at C:\\a:1",
    "x.java:1",
    "x.rb:1",
    "x.rb:1:in",
    "x.js:1",
    "x.php:1",
    "x.php(1)",
    "x.go:1",
    "x.asp line 1",
    "(gems 1.2.3) lib/",
    "x.cs:line 1",
    "x.pl line 1",
    "x.py:1",
    "#1 /x",
    "#1 {main}",
    "#1 f(",
    "a\nat b(",
    "a\nCaused by: ",
    "ORA-0001",
    "ERROR 1064 (42000)",
    "error 1064: table",
    "select * from x",
    "null pointer",
    "nullpointer",
    "nil pointer",
    "nullreference",
    "strconv.Atoi:",
    "HTTPConnectionPool",
    "curl error 7",
    "DFHAC2001",
    "IEC020I",
    "CEE0001C",
    "abend S0C7",
    "lambda_1",
    "33lambda_method(Clobs",
    "lambda_",
    "DEBUG = True",
    "__init__",
    "ALLOWED_HOSTS",
    "{badmatch",
    "in function a:b/2",
    "key (a)=",
    "a.b.C1",
    "com.example.aB.C",
    "java.lang",
    "System.IO",
    "A::b",
    "Ab\\Cd",
    "#<Foo bar>",
    "<function x>",
    "0x7fffff",
    "[object Object]",
    "a@1234567",
    "<local1>",
    "OtherError",
    "a.BError",
    " /usr/x",
    " ../../x",
    " ../etc/x",
    " ~/x",
    " ~root/x",
    "C:\\x",
    "\\\\host\\",
    "file://",
    "node_modules",
    "site-packages",
    "WEB-INF",
    " a.py",
    " a.sock",
    "10.1.2.3",
    "192.168.0.1",
    "172.16.0.1",
    "127.0.0.1",
    "169.254.0.1",
    "100.64.0.1",
    "0.0.0.0",
    "localhost",
    "::1:80",
    "[::1]",
    "fd00:ab:",
    "fc12::",
    "fe80:1",
    "a-b:80",
    "db.x:80",
    "redis:6379",
    "http://x/",
    "https://x",
    "container abcdefabcdef",
    "a-01234567-abcde",
    "pod-abcdefab-abcde",
    "a.internal",
    "arn:aws:s3:::x",
    "cn=a, dc=b",
    "nginx 1.2",
    "java-1.8",
    "node.js 18.1",
    "php/7",
    "Foo/1.2",
    "1.2-SNAPSHOT",
    "a@b.c",
    "://a:b@",
    "eyJabcdefgh.abcd",
    "sk_abcdefgh",
    "whsec_abcdefgh",
    "sk-abcdefghijklmnop",
    "AKIAABCDEFGHIJKL",
    "ghp_abcdefghijklmnop",
    "glpat-abcdefghijkl",
    "xoxb-abcdefgh",
    "AIzaabcdefghijklmnopqrst",
    "ya29.a",
    "ya29.-",
    "SG.abcdefghijkl",
    "SG.-----------_",
    "password=abc",
    "pass=abc",
    "cookie: a=bcd",
    "sid=abcdef",
    "account_key=abc",
    "Basic abCdef",
    "sk-a*b",
    "4111 1111 1111 1111",
    "card no 4111111111111",
    "abcdefabcdefabcdefabcdefabcdefab",
    "EPERM",
    "ENOENT",
    "EACCES",
    "EEXIST",
};

}  // namespace

BOOST_AUTO_TEST_SUITE(signs_of_leaks_and_traces)

BOOST_AUTO_TEST_CASE(no_expression_matches_what_has_no_sign) {
  for (const RE2* all : {&leak_patterns::any_talk(), &leak_patterns::any_name()}) {
    const std::vector<std::string> patterns = alternatives(all->pattern());
    BOOST_TEST_REQUIRE(patterns.size() >= 2U);
    for (const std::string& pattern : patterns) {
      for (const std::string& expression : alternatives(pattern)) {
        if (!may_be_missed(expression, leak_sign)) continue;
        const RE2 re(expression, byte_options());
        const auto matches = [&re](std::string_view text) {
          return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), re);
        };
        BOOST_TEST(std::any_of(std::begin(known_by_marks), std::end(known_by_marks), matches),
                   "no text for " << expression);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_known_by_marks_has_one) {
  const auto is_leak = [](const std::string& text) {
    return RE2::PartialMatch(text, leak_patterns::any_talk()) ||
           RE2::PartialMatch(text, leak_patterns::any_name());
  };
  for (const std::string_view text : known_by_marks) {
    const std::string alone(text);
    BOOST_TEST(is_leak(alone), text << " is no leak");
    BOOST_TEST(leak_sign(alone), text);
    const std::string sentence = "So it is: " + alone + " it is so.";
    BOOST_TEST((leak_sign(sentence) || !is_leak(sentence)), sentence);
  }
}

BOOST_AUTO_TEST_CASE(plain_sentences_have_none) {
  for (const std::string_view text :
       {"", "a", "It is so.", "must be at least 1", "Seat 14C of flight HX 204 was taken.",
        "Amount must be no less than 50 cents.", "This field may not be blank.", "amount",
        "birth_date", "customer_id", "Choose another one, or ask: we are there (really).",
        "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
        "There is no order 8812 in this sh\xC3\xB6p's \"book\"", "Validation error"}) {
    const bool number = text.find("8812") != std::string_view::npos;
    BOOST_TEST(signs_of_leaks(text).any == number, text);
  }
  BOOST_TEST(signs_of_leaks("Seat 14C").digit);
  BOOST_TEST(!signs_of_leaks("Seat C").digit);
}

// So long that only a search that goes over it once comes to its end.
BOOST_AUTO_TEST_CASE(blank_lines_are_passed_over_once) {
  for (const std::string_view line : {"\n", " \n", "\r\n", "\t\n"}) {
    std::string lines;
    while (lines.size() < (1U << 20)) lines += line;
    BOOST_TEST(!has_sign_of_trace(lines));
    BOOST_TEST(has_sign_of_trace(lines + "\n  at once"));
    BOOST_TEST(has_sign_of_trace("Sorry." + lines + "#0"));
  }
}

BOOST_AUTO_TEST_CASE(no_trace_is_without_a_sign) {
  for (const std::string& expression : alternatives(leak_patterns::trace_marks().pattern())) {
    if (!may_be_missed(expression, has_sign_of_trace)) continue;
    const auto has = [&](const char* part) { return expression.find(part) != std::string::npos; };
    BOOST_TEST((has("at ") || has("^#") || has("stack ?trace")), expression);
  }
  for (const std::string_view text :
       {"at a.b(c)", "x\n \t at /a:1", "x\r\n\n  at a.b(c) in d:line 1", "#1 /x", "x\n#0 {main}",
        "Stack trace", "stacktrace:", "DEBUG=True", "x.rb:1:in y"}) {
    BOOST_TEST(has_sign_of_trace(text), text);
  }
  for (const std::string_view text : {"", "at", "look at it\nand # that", "<p>Not here</p>\n<a>"}) {
    BOOST_TEST(!has_sign_of_trace(text), text);
  }
}

BOOST_AUTO_TEST_CASE(no_frame_is_without_a_sign) {
  for (const std::string_view text : {"at a.b(",
                                      "\t at f x:1",
                                      "File \"a\", line 1",
                                      "  Caused by: ",
                                      "Traceback (most",
                                      "goroutine 1 [",
                                      "... 3 more",
                                      "... 3 common",
                                      "#0 x",
                                      " ^~~~",
                                      "~",
                                      "from a:1",
                                      "  thrown in /a",
                                      "Stack trace:",
                                      "stacktrace",
                                      "Backtrace",
                                      "call stack",
                                      "Inner Exception",
                                      "root cause",
                                      "DETAIL: ",
                                      "HINT: ",
                                      "CONTEXT: ",
                                      "STATEMENT: ",
                                      "LINE 1: ",
                                      "[SQL: ",
                                      "[parameters: ",
                                      "(Background on this error"}) {
    BOOST_TEST(
        RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), leak_patterns::frame_lines()),
        text << " is no frame");
    BOOST_TEST(has_sign_of_frame(text), text);
  }
  for (const std::string_view text : {"", " ", "The order is gone.", "a", "file it", "[x]"}) {
    BOOST_TEST(!has_sign_of_frame(text), text);
  }
}

// A short text is looked at in another way than a long one: blanks behind it make it one.
BOOST_AUTO_TEST_CASE(are_the_same_in_short_and_in_long_texts) {
  const std::string blanks(64, ' ');
  const std::string_view bytes = "aFgz09x_-./:\\@<~*={# \n\t\xC3,G";
  std::minstd_rand random(4);
  std::size_t marked = 0;
  for (int turn = 0; turn < 20'000; ++turn) {
    // Mostly one of three bytes, so that there are runs of every length.
    std::string text(1 + random() % 64, 'a');
    const std::size_t first = random() % bytes.size();
    for (char& c : text) {
      const auto which = random() % 12;
      c = which == 0 ? bytes[random() % bytes.size()] : which < 6 ? bytes[first] : 'b';
    }
    const leak_signs brief = signs_of_leaks(text);
    const leak_signs whole = signs_of_leaks(text + blanks);
    marked += brief.any ? 1U : 0U;
    if (brief.any != whole.any || brief.digit != whole.digit) BOOST_ERROR("differ: " << text);
  }
  BOOST_TEST(marked > 1'000u);
  BOOST_TEST(marked < 19'000u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
