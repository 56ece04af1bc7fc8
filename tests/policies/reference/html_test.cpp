#include "policies/reference/html.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

#include "tests/policies/reference/sample_catalog.hpp"

namespace errata {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

constexpr bool is_void(std::string_view name) {
  return name == "meta" || name == "!DOCTYPE";
}

// Names of elements that are closed out of order, or not at all.
std::vector<std::string> badly_nested(std::string page) {
  for (const std::string_view raw : {"style", "script"}) {  // which hold no markup
    const std::string open = "<" + std::string(raw) + ">";
    const auto begin = page.find(open) + open.size();
    page.erase(begin, page.find("</" + std::string(raw), begin) - begin);
  }
  std::vector<std::string> open;
  std::vector<std::string> bad;
  for (auto at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const bool closes = page[at + 1] == '/';
    const auto begin = at + (closes ? 2 : 1);
    const std::string name = page.substr(begin, page.find_first_of(" >", begin) - begin);
    if (is_void(name)) continue;
    if (!closes) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      bad.push_back(name);
    } else {
      open.pop_back();
    }
  }
  bad.insert(bad.end(), open.begin(), open.end());
  return bad;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reference_html)

BOOST_AUTO_TEST_CASE(each_code_is_a_section_with_its_id_and_is_in_the_index) {
  const catalog& errors = catalog::built_in();
  const std::string page = html_reference(make_reference(errors, {}));
  for (const std::string_view code : errors.codes()) {
    const std::string name(code);
    BOOST_TEST(count(page, " id=\"" + name + '"') == 1U, code);
    BOOST_TEST(has(page, "<li><a href=\"#" + name + "\"><span>"), code);
  }
}

BOOST_AUTO_TEST_CASE(needs_nothing_from_elsewhere) {
  const std::string page = html_reference(make_reference(catalog::built_in(), {}));
  for (const std::string_view part : {"src=", "<link", "@import", "url(", "http://", "https://"}) {
    BOOST_TEST(!has(page, part), part);
  }
}

BOOST_AUTO_TEST_CASE(the_catalogs_texts_stay_texts) {
  const catalog errors = sample_catalog();
  const std::string page =
      html_reference(make_reference(errors, {"https://e.example/?a=1&b='", "X-Request-Id", false}));
  BOOST_TEST(has(page, "&lt;/script&gt;&quot;&lt;b&gt;&amp;&#39;|`*/\\u{1}"));
  BOOST_TEST(has(page, "*/ &lt;/style&gt; <code>a|&lt;i&gt;</code> | &quot;x&quot; ${y} `open"));
  BOOST_TEST(has(page, "href=\"https://e.example/?a=1&amp;b=&#39;tea_time\""));
  BOOST_TEST(count(page, "</script>") == 1U);
  BOOST_TEST(count(page, "</style>") == 1U);
}

BOOST_AUTO_TEST_CASE(every_element_is_closed_in_order) {
  const catalog errors = sample_catalog();
  for (const std::string& name : badly_nested(html_reference(make_reference(errors, {})))) {
    BOOST_ERROR("badly nested: " << name);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
