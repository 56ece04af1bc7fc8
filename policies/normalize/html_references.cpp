#include "policies/normalize/html_references.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

struct named_character {
  std::string_view name;
  std::uint16_t character;
  bool bare = false;  // counts without a semicolon, too
};

// The names of HTML 4 and those of the signs in ASCII, sorted.
constexpr named_character characters[] = {
    named_character{"AElig", 0xC6, true},  named_character{"AMP", 0x26, true},
    named_character{"Aacute", 0xC1, true}, named_character{"Acirc", 0xC2, true},
    named_character{"Agrave", 0xC0, true}, named_character{"Alpha", 0x391},
    named_character{"Aring", 0xC5, true},  named_character{"Atilde", 0xC3, true},
    named_character{"Auml", 0xC4, true},   named_character{"Beta", 0x392},
    named_character{"COPY", 0xA9, true},   named_character{"Ccedil", 0xC7, true},
    named_character{"Chi", 0x3A7},         named_character{"Dagger", 0x2021},
    named_character{"Delta", 0x394},       named_character{"ETH", 0xD0, true},
    named_character{"Eacute", 0xC9, true}, named_character{"Ecirc", 0xCA, true},
    named_character{"Egrave", 0xC8, true}, named_character{"Epsilon", 0x395},
    named_character{"Eta", 0x397},         named_character{"Euml", 0xCB, true},
    named_character{"GT", 0x3E, true},     named_character{"Gamma", 0x393},
    named_character{"Iacute", 0xCD, true}, named_character{"Icirc", 0xCE, true},
    named_character{"Igrave", 0xCC, true}, named_character{"Iota", 0x399},
    named_character{"Iuml", 0xCF, true},   named_character{"Kappa", 0x39A},
    named_character{"LT", 0x3C, true},     named_character{"Lambda", 0x39B},
    named_character{"Mu", 0x39C},          named_character{"NewLine", 0xA},
    named_character{"Ntilde", 0xD1, true}, named_character{"Nu", 0x39D},
    named_character{"OElig", 0x152},       named_character{"Oacute", 0xD3, true},
    named_character{"Ocirc", 0xD4, true},  named_character{"Ograve", 0xD2, true},
    named_character{"Omega", 0x3A9},       named_character{"Omicron", 0x39F},
    named_character{"Oslash", 0xD8, true}, named_character{"Otilde", 0xD5, true},
    named_character{"Ouml", 0xD6, true},   named_character{"Phi", 0x3A6},
    named_character{"Pi", 0x3A0},          named_character{"Prime", 0x2033},
    named_character{"Psi", 0x3A8},         named_character{"QUOT", 0x22, true},
    named_character{"REG", 0xAE, true},    named_character{"Rho", 0x3A1},
    named_character{"Scaron", 0x160},      named_character{"Sigma", 0x3A3},
    named_character{"THORN", 0xDE, true},  named_character{"Tab", 0x9},
    named_character{"Tau", 0x3A4},         named_character{"Theta", 0x398},
    named_character{"Uacute", 0xDA, true}, named_character{"Ucirc", 0xDB, true},
    named_character{"Ugrave", 0xD9, true}, named_character{"Upsilon", 0x3A5},
    named_character{"Uuml", 0xDC, true},   named_character{"Xi", 0x39E},
    named_character{"Yacute", 0xDD, true}, named_character{"Yuml", 0x178},
    named_character{"Zeta", 0x396},        named_character{"aacute", 0xE1, true},
    named_character{"acirc", 0xE2, true},  named_character{"acute", 0xB4, true},
    named_character{"aelig", 0xE6, true},  named_character{"agrave", 0xE0, true},
    named_character{"alefsym", 0x2135},    named_character{"alpha", 0x3B1},
    named_character{"amp", 0x26, true},    named_character{"and", 0x2227},
    named_character{"ang", 0x2220},        named_character{"apos", 0x27},
    named_character{"aring", 0xE5, true},  named_character{"ast", 0x2A},
    named_character{"asymp", 0x2248},      named_character{"atilde", 0xE3, true},
    named_character{"auml", 0xE4, true},   named_character{"bdquo", 0x201E},
    named_character{"beta", 0x3B2},        named_character{"brvbar", 0xA6, true},
    named_character{"bsol", 0x5C},         named_character{"bull", 0x2022},
    named_character{"cap", 0x2229},        named_character{"ccedil", 0xE7, true},
    named_character{"cedil", 0xB8, true},  named_character{"cent", 0xA2, true},
    named_character{"check", 0x2713},      named_character{"chi", 0x3C7},
    named_character{"circ", 0x2C6},        named_character{"clubs", 0x2663},
    named_character{"colon", 0x3A},        named_character{"comma", 0x2C},
    named_character{"commat", 0x40},       named_character{"cong", 0x2245},
    named_character{"copy", 0xA9, true},   named_character{"crarr", 0x21B5},
    named_character{"cross", 0x2717},      named_character{"cup", 0x222A},
    named_character{"curren", 0xA4, true}, named_character{"dArr", 0x21D3},
    named_character{"dagger", 0x2020},     named_character{"darr", 0x2193},
    named_character{"dash", 0x2010},       named_character{"deg", 0xB0, true},
    named_character{"delta", 0x3B4},       named_character{"diams", 0x2666},
    named_character{"divide", 0xF7, true}, named_character{"dollar", 0x24},
    named_character{"eacute", 0xE9, true}, named_character{"ecirc", 0xEA, true},
    named_character{"egrave", 0xE8, true}, named_character{"empty", 0x2205},
    named_character{"emsp", 0x2003},       named_character{"ensp", 0x2002},
    named_character{"epsilon", 0x3B5},     named_character{"equals", 0x3D},
    named_character{"equiv", 0x2261},      named_character{"eta", 0x3B7},
    named_character{"eth", 0xF0, true},    named_character{"euml", 0xEB, true},
    named_character{"euro", 0x20AC},       named_character{"excl", 0x21},
    named_character{"exist", 0x2203},      named_character{"fnof", 0x192},
    named_character{"forall", 0x2200},     named_character{"frac12", 0xBD, true},
    named_character{"frac14", 0xBC, true}, named_character{"frac34", 0xBE, true},
    named_character{"frasl", 0x2044},      named_character{"gamma", 0x3B3},
    named_character{"ge", 0x2265},         named_character{"grave", 0x60},
    named_character{"gt", 0x3E, true},     named_character{"hArr", 0x21D4},
    named_character{"harr", 0x2194},       named_character{"hearts", 0x2665},
    named_character{"hellip", 0x2026},     named_character{"horbar", 0x2015},
    named_character{"hyphen", 0x2010},     named_character{"iacute", 0xED, true},
    named_character{"icirc", 0xEE, true},  named_character{"iexcl", 0xA1, true},
    named_character{"igrave", 0xEC, true}, named_character{"image", 0x2111},
    named_character{"infin", 0x221E},      named_character{"int", 0x222B},
    named_character{"iota", 0x3B9},        named_character{"iquest", 0xBF, true},
    named_character{"isin", 0x2208},       named_character{"iuml", 0xEF, true},
    named_character{"kappa", 0x3BA},       named_character{"lArr", 0x21D0},
    named_character{"lambda", 0x3BB},      named_character{"lang", 0x2329},
    named_character{"laquo", 0xAB, true},  named_character{"larr", 0x2190},
    named_character{"lbrace", 0x7B},       named_character{"lbrack", 0x5B},
    named_character{"lceil", 0x2308},      named_character{"lcub", 0x7B},
    named_character{"ldquo", 0x201C},      named_character{"le", 0x2264},
    named_character{"lfloor", 0x230A},     named_character{"lowast", 0x2217},
    named_character{"lowbar", 0x5F},       named_character{"loz", 0x25CA},
    named_character{"lpar", 0x28},         named_character{"lrm", 0x200E},
    named_character{"lsaquo", 0x2039},     named_character{"lsqb", 0x5B},
    named_character{"lsquo", 0x2018},      named_character{"lt", 0x3C, true},
    named_character{"macr", 0xAF, true},   named_character{"mdash", 0x2014},
    named_character{"micro", 0xB5, true},  named_character{"middot", 0xB7, true},
    named_character{"minus", 0x2212},      named_character{"mu", 0x3BC},
    named_character{"nabla", 0x2207},      named_character{"nbsp", 0xA0, true},
    named_character{"ndash", 0x2013},      named_character{"ne", 0x2260},
    named_character{"ni", 0x220B},         named_character{"not", 0xAC, true},
    named_character{"notin", 0x2209},      named_character{"nsub", 0x2284},
    named_character{"ntilde", 0xF1, true}, named_character{"nu", 0x3BD},
    named_character{"num", 0x23},          named_character{"oacute", 0xF3, true},
    named_character{"ocirc", 0xF4, true},  named_character{"oelig", 0x153},
    named_character{"ograve", 0xF2, true}, named_character{"oline", 0x203E},
    named_character{"omega", 0x3C9},       named_character{"omicron", 0x3BF},
    named_character{"oplus", 0x2295},      named_character{"or", 0x2228},
    named_character{"ordf", 0xAA, true},   named_character{"ordm", 0xBA, true},
    named_character{"oslash", 0xF8, true}, named_character{"otilde", 0xF5, true},
    named_character{"otimes", 0x2297},     named_character{"ouml", 0xF6, true},
    named_character{"para", 0xB6, true},   named_character{"part", 0x2202},
    named_character{"percnt", 0x25},       named_character{"period", 0x2E},
    named_character{"permil", 0x2030},     named_character{"perp", 0x22A5},
    named_character{"phi", 0x3C6},         named_character{"phone", 0x260E},
    named_character{"pi", 0x3C0},          named_character{"piv", 0x3D6},
    named_character{"plus", 0x2B},         named_character{"plusmn", 0xB1, true},
    named_character{"pound", 0xA3, true},  named_character{"prime", 0x2032},
    named_character{"prod", 0x220F},       named_character{"prop", 0x221D},
    named_character{"psi", 0x3C8},         named_character{"quest", 0x3F},
    named_character{"quot", 0x22, true},   named_character{"rArr", 0x21D2},
    named_character{"radic", 0x221A},      named_character{"rang", 0x232A},
    named_character{"raquo", 0xBB, true},  named_character{"rarr", 0x2192},
    named_character{"rbrace", 0x7D},       named_character{"rbrack", 0x5D},
    named_character{"rceil", 0x2309},      named_character{"rcub", 0x7D},
    named_character{"rdquo", 0x201D},      named_character{"real", 0x211C},
    named_character{"reg", 0xAE, true},    named_character{"rfloor", 0x230B},
    named_character{"rho", 0x3C1},         named_character{"rlm", 0x200F},
    named_character{"rpar", 0x29},         named_character{"rsaquo", 0x203A},
    named_character{"rsqb", 0x5D},         named_character{"rsquo", 0x2019},
    named_character{"sbquo", 0x201A},      named_character{"scaron", 0x161},
    named_character{"sdot", 0x22C5},       named_character{"sect", 0xA7, true},
    named_character{"semi", 0x3B},         named_character{"shy", 0xAD, true},
    named_character{"sigma", 0x3C3},       named_character{"sigmaf", 0x3C2},
    named_character{"sim", 0x223C},        named_character{"sol", 0x2F},
    named_character{"spades", 0x2660},     named_character{"star", 0x2606},
    named_character{"sub", 0x2282},        named_character{"sube", 0x2286},
    named_character{"sum", 0x2211},        named_character{"sup", 0x2283},
    named_character{"sup1", 0xB9, true},   named_character{"sup2", 0xB2, true},
    named_character{"sup3", 0xB3, true},   named_character{"supe", 0x2287},
    named_character{"szlig", 0xDF, true},  named_character{"tau", 0x3C4},
    named_character{"there4", 0x2234},     named_character{"theta", 0x3B8},
    named_character{"thetasym", 0x3D1},    named_character{"thinsp", 0x2009},
    named_character{"thorn", 0xFE, true},  named_character{"tilde", 0x2DC},
    named_character{"times", 0xD7, true},  named_character{"trade", 0x2122},
    named_character{"uArr", 0x21D1},       named_character{"uacute", 0xFA, true},
    named_character{"uarr", 0x2191},       named_character{"ucirc", 0xFB, true},
    named_character{"ugrave", 0xF9, true}, named_character{"uml", 0xA8, true},
    named_character{"upsih", 0x3D2},       named_character{"upsilon", 0x3C5},
    named_character{"uuml", 0xFC, true},   named_character{"verbar", 0x7C},
    named_character{"vert", 0x7C},         named_character{"weierp", 0x2118},
    named_character{"xi", 0x3BE},          named_character{"yacute", 0xFD, true},
    named_character{"yen", 0xA5, true},    named_character{"yuml", 0xFF, true},
    named_character{"zeta", 0x3B6},        named_character{"zwj", 0x200D},
    named_character{"zwnj", 0x200C},
};
static_assert(std::is_sorted(std::begin(characters), std::end(characters),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));

constexpr std::size_t longest_name = 8;
constexpr std::size_t longest_bare_name = 6;

constexpr bool is_name_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

const named_character* find_named(std::string_view name) noexcept {
  const auto at =
      std::lower_bound(std::begin(characters), std::end(characters), name,
                       [](const named_character& c, std::string_view n) { return c.name < n; });
  return at != std::end(characters) && at->name == name ? at : nullptr;
}

// windows-1252 from 80 to 9F, which these numbers mean; 0 where nothing is assigned.
constexpr std::array<std::uint16_t, 32> windows_1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// Each appends the character that the reference at the start of `text` stands for, and tells the
// reference's length; 0 where there is none. `text` begins with '&'.
std::size_t append_numbered(std::string& out, std::string_view text) {
  const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const std::size_t first = hex ? 3 : 2;
  std::uint32_t value = 0;
  std::size_t i = first;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    const char letter = static_cast<char>(c | 0x20);
    std::uint32_t digit;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (hex && letter >= 'a' && letter <= 'f') {
      digit = static_cast<std::uint32_t>(letter - 'a') + 10;
    } else {
      break;
    }
    value = std::min<std::uint32_t>(value * (hex ? 16 : 10) + digit, 0x110000);
  }
  if (i == first) return 0;
  if (value >= 0x80 && value < 0xA0 && windows_1252[value - 0x80] != 0)
    value = windows_1252[value - 0x80];
  append_utf8(out, value == 0 ? 0xFFFD : value);
  return i < text.size() && text[i] == ';' ? i + 1 : i;
}

std::size_t append_named(std::string& out, std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && end <= longest_name && is_name_char(text[end])) ++end;
  const std::string_view name = text.substr(1, end - 1);
  if (end < text.size() && text[end] == ';') {
    if (const named_character* found = find_named(name)) {
      append_utf8(out, found->character);
      return end + 1;
    }
  }
  for (std::size_t length = std::min(name.size(), longest_bare_name); length > 1; --length) {
    const named_character* found = find_named(name.substr(0, length));
    if (found == nullptr || !found->bare) continue;
    append_utf8(out, found->character);
    return length + 1;
  }
  return 0;
}

}  // namespace

void append_resolved(std::string& out, std::string_view raw) {
  while (true) {
    const auto at = raw.find('&');
    out.append(raw.substr(0, at));
    if (at == std::string_view::npos) return;
    raw.remove_prefix(at);
    const bool numbered = raw.size() > 1 && raw[1] == '#';
    std::size_t length = numbered ? append_numbered(out, raw) : append_named(out, raw);
    if (length == 0) {
      out.push_back('&');
      length = 1;
    }
    raw.remove_prefix(length);
  }
}

}  // namespace errata
