#include "policies/normalize/html_references.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

BOOST_AUTO_TEST_SUITE(html_references)

BOOST_AUTO_TEST_CASE(resolves_as_browsers_do) {
  const struct {
    const char* raw;
    const char* text;
  } rows[] = {
      {"", ""},
      {"no reference", "no reference"},
      {"a &amp; b &lt;c&gt;", "a & b <c>"},
      {"&quot;x&apos;&#39;", "\"x''"},
      {"gr&ouml;&szlig;er &rarr; 5&nbsp;&euro;", "größer → 5\xC2\xA0€"},
      {"&Alpha;&alpha;", "Αα"},
      {"x&period;y&comma;", "x.y,"},
      {"&#8364;&#x20ac;&#X20AC;", "€€€"},
      {"&#8364 &#x41z", "€ Az"},
      {"&#128;&#x93;&#129;", "€“\xC2\x81"},
      {"&#0;&#xD800;&#x110000;&#99999999999;", "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"&amp", "&"},
      {"&copy2026 &notit;", "©2026 ¬it;"},
      {"&hellip &unknown; &", "&hellip &unknown; &"},
      {"a&b=c&d", "a&b=c&d"},
      {"&#; &#x; &#", "&#; &#x; &#"},
      {"&&amp;", "&&"},
      {"&amp;lt;", "&lt;"},
  };
  for (const auto& row : rows) {
    std::string out = "<";
    errata::append_resolved(out, row.raw);
    BOOST_TEST(out == std::string("<") + row.text, row.raw << " gave " << out);
  }
}

BOOST_AUTO_TEST_SUITE_END()
