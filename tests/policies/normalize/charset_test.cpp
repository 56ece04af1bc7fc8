#include "policies/normalize/charset.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

namespace {

using errata::converted_text;
using errata::to_utf8;
using namespace std::string_literals;

std::string utf16(std::string_view ascii, bool big) {
  std::string out;
  for (const char c : ascii) {
    if (big) out.push_back('\0');
    out.push_back(c);
    if (!big) out.push_back('\0');
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(charset)

BOOST_AUTO_TEST_CASE(finds_the_charset_and_ends_in_sane_text) {
  const struct {
    const char* what;
    std::string body;
    const char* type;
    const char* text;
    const char* charset;
  } rows[] = {
      {"ascii", "abc", "", "abc", "utf-8"},
      {"utf-8 undeclared", "gr\xC3\xB6\xC3\x9F", "", "größ", "utf-8"},
      {"utf-8 declared", "gr\xC3\xB6", "text/plain; charset=UTF-8", "grö", "utf-8"},
      {"utf-8 with mark", "\xEF\xBB\xBFgr\xC3\xB6", "", "grö", "utf-8"},
      {"utf-16le with mark", "\xFF\xFE" + utf16("ab", false), "", "ab", "utf-16le"},
      {"utf-16be with mark", "\xFE\xFF" + utf16("ab", true), "", "ab", "utf-16be"},
      {"utf-16 declared, no mark, big", utf16("abcd", true), "a/b; charset=utf-16", "abcd",
       "utf-16be"},
      {"utf-16 declared, no mark, little", utf16("abcd", false), "a/b; charset=utf-16", "abcd",
       "utf-16le"},
      {"utf-16le by its zeros", utf16("{\"a\":1}", false), "", "{\"a\":1}", "utf-16le"},
      {"utf-16be by its zeros", utf16("{\"a\":1}", true), "application/json", "{\"a\":1}",
       "utf-16be"},
      {"utf-16 with a pair", "\xFF\xFE\x3D\xD8\x00\xDE"s, "", "\xF0\x9F\x98\x80", "utf-16le"},
      {"utf-16 with half a pair", "\xFF\xFE\x3D\xD8\x61\x00"s, "",
       "\xEF\xBF\xBD"
       "a",
       "utf-16le"},
      {"utf-16 of odd length", "\xFF\xFE\x61\x00\x62"s, "", "a", "utf-16le"},
      {"says utf-16, is utf-8", "gr\xC3\xB6", "a/b; charset=utf-16", "grö", "utf-8"},
      {"latin-1 declared", "caf\xE9", "a/b; charset=iso-8859-1", "café", "windows-1252"},
      {"latin-1 undeclared", "caf\xE9", "", "café", "windows-1252"},
      {"says utf-8, is latin-1",
       "gr\xF6\xDF"
       "er",
       "text/html;charset=UTF-8", "größer", "windows-1252"},
      {"says latin-1, is utf-8", "gr\xC3\xB6\xC3\x9F", "a/b; charset=latin1", "größ", "utf-8"},
      {"says ascii, is utf-8", "\xE2\x82\xAC", "a/b; charset=us-ascii", "€", "utf-8"},
      {"windows-1252 quotes", "\x93x\x94 \x80", "a/b; charset=windows-1252", "“x” €",
       "windows-1252"},
      {"unassigned in windows-1252", "\x81", "", "\xEF\xBF\xBD", "windows-1252"},
      {"latin-2",
       "\xA3\xF3"
       "d\xBC",
       "a/b; charset=ISO-8859-2", "Łódź", "iso-8859-2"},
      {"latin-9 euro", "\xA4", "a/b; charset=iso-8859-15", "€", "iso-8859-15"},
      {"cyrillic", "\xCD\xE5\xF2", "a/b; charset=windows-1251", "Нет", "windows-1251"},
      {"greek", "\xFC\xF7\xE9", "a/b; charset=iso-8859-7", "όχι", "iso-8859-7"},
      {"japanese", "\x83\x47\x83\x89\x81\x5B", "a/b; charset=Shift_JIS", "エラー", "shift_jis"},
      {"quoted label", "caf\xE9", "a/b; charset=\"iso-8859-1\"", "café", "windows-1252"},
      {"single-quoted label", "\xF3", "a/b; charset='iso-8859-2'", "ó", "iso-8859-2"},
      {"unknown label", "caf\xE9", "a/b; charset=x-klingon", "café", "windows-1252"},
      {"utf-7 is not honoured", "+ADw-b+AD4-", "a/b; charset=utf-7", "+ADw-b+AD4-", "utf-8"},
      {"xml declares", "<?xml version='1.0' encoding='ISO-8859-2'?><a>\xF3\xB3</a>", "text/xml",
       "<?xml version='1.0' encoding='ISO-8859-2'?><a>ół</a>", "iso-8859-2"},
      {"meta declares", "<html><meta charset=windows-1251><p>\xCD\xE5\xF2", "text/html",
       "<html><meta charset=windows-1251><p>Нет", "windows-1251"},
      {"old meta declares",
       "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">\xCD\xE5\xF2",
       "", "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">Нет",
       "windows-1251"},
      {"the field beats the document", "<meta charset=windows-1251>\xE9", "a/b;charset=latin1",
       "<meta charset=windows-1251>é", "windows-1252"},
      {"mostly utf-8, one bad byte", "\xC3\xB6\xC3\xB6\xFFx", "a/b; charset=utf-8",
       "öö\xEF\xBF\xBDx", "utf-8"},
      {"utf-8 cut in a character", "\xC3\xB6x\xE2\x82", "", "öx", "utf-8"},
      {"zeros are dropped", "a\0b"s, "", "ab", "utf-8"},
      {"overlong", "\xC0\xAF\xC3\xB6\xC3\xB6\xC3\xB6", "a/b; charset=utf-8", "\xEF\xBF\xBDööö",
       "utf-8"},
      {"empty", "", "a/b; charset=utf-16", "", "utf-8"},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.what) {
      const converted_text t = to_utf8(row.body, row.type, 4096);
      BOOST_TEST(t.text == row.text);
      BOOST_TEST(t.charset == row.charset);
      BOOST_TEST(!t.cut);
      BOOST_TEST(t.clean == (t.text == row.body));
    }
  }
}

BOOST_AUTO_TEST_CASE(reads_the_parameter) {
  BOOST_TEST(errata::charset_parameter("text/html") == "");
  BOOST_TEST(errata::charset_parameter("text/html; charset=a") == "a");
  BOOST_TEST(errata::charset_parameter("text/html;CHARSET = \"a\" ;x=y") == "a");
  BOOST_TEST(errata::charset_parameter("text/html; charset") == "");
  BOOST_TEST(errata::charset_parameter("text/html; charset=") == "");
  BOOST_TEST(errata::charset_parameter("charset=a") == "");
}

BOOST_AUTO_TEST_CASE(stays_within_the_limit_in_every_charset) {
  for (const char* name : {"utf-8", "iso-8859-1", "iso-8859-2", "utf-16le", "big5"}) {
    const std::string type = "a/b; charset=" + std::string(name);
    const std::string body(2000, '\xF3');
    for (std::size_t limit = 0; limit < 40; ++limit) {
      const converted_text t = to_utf8(body, type, limit);
      BOOST_TEST(t.text.size() <= limit);
      BOOST_TEST(t.cut);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
