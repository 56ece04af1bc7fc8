#include "policies/normalize/xml_path.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {
namespace {

std::string found(std::string_view path, std::string_view document) {
  const parsed_xml_path parsed = xml_path::parse(path);
  BOOST_TEST(parsed.problem == "", path);
  return xml_tree(document).find(parsed.value).value_or("-");
}

BOOST_AUTO_TEST_SUITE(xml_path_)

BOOST_AUTO_TEST_CASE(follows_local_names_from_anywhere) {
  constexpr std::string_view soap =
      R"(<s:Envelope xmlns:s="urn:s"><s:Body><s:Fault><faultcode>s:Client</faultcode>
         <detail><a:errno xmlns:a="urn:a"> E1042 </a:errno><text>No <b>bold</b> money</text>
         <item kind="first"><note/></item><item x:kind="second"><note>here</note></item>
         </detail></s:Fault></s:Body></s:Envelope>)";
  const struct {
    std::string_view path, text;  // "-": not there
  } cases[] = {
      {"Fault/faultcode", "s:Client"},
      {"faultcode", "s:Client"},
      {"Envelope/Body/Fault/detail/errno", "E1042"},
      {"detail/text", "No  money"},
      {"detail/*", "E1042"},
      {"*/errno", "E1042"},
      {"item/@kind", "first"},
      {"item/note", ""},
      {"detail/item/missing", "-"},
      {"Body/faultcode", "-"},
      {"fault", "-"},
      {"Fault/@kind", "-"},
      {"Envelope", ""},
  };
  for (const auto& one : cases) BOOST_TEST(found(one.path, soap) == one.text, one.path);
}

BOOST_AUTO_TEST_CASE(goes_back_where_a_first_way_leads_nowhere) {
  constexpr std::string_view document =
      "<r><error><id>1</id></error><error><id>2</id><text>second</text></error>"
      "<deep><error><text>third</text></error></deep></r>";
  BOOST_TEST(found("error/text", document) == "second");
  BOOST_TEST(found("deep/error/text", document) == "third");
}

BOOST_AUTO_TEST_CASE(reads_character_data_and_plain_entities) {
  BOOST_TEST(found("m", "<r><m><![CDATA[a < b]]> &amp; c</m></r>") == "a < b & c");
}

BOOST_AUTO_TEST_CASE(finds_nothing_in_what_it_does_not_read) {
  const std::string_view documents[] = {
      "",           "plain", "<r><m>open", "<!DOCTYPE r [<!ENTITY x \"lol\">]><r><m>&x;</m></r>",
      "{\"m\": 1}",
  };
  for (const auto document : documents) BOOST_TEST(found("m", document) == "-", document);
}

BOOST_AUTO_TEST_CASE(is_bounded_on_documents_that_are_made_to_be_slow) {
  std::string deep;
  std::string wide = "<r>";
  for (int i = 0; i < 20'000; ++i) deep += "<a>";
  for (int i = 0; i < 20'000; ++i) deep += "</a>";
  for (int i = 0; i < 50'000; ++i) wide += "<a/>";
  wide += "<b>end</b></r>";
  BOOST_TEST(found("*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/x", deep) == "-");
  BOOST_TEST(found("b", wide) == "-");
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong_with_a_path) {
  const struct {
    std::string_view path, problem;
  } cases[] = {
      {"", "names of elements"},
      {"a//b", "names of elements"},
      {"/a", "names of elements"},
      {"a/", "names of elements"},
      {"s:Fault", "namespaces"},
      {"a b", "names of elements"},
      {"a/@id/b", "at the end"},
      {"@id", "after its element"},
      {"a/@", "name of an attribute"},
      {"a/@x:id", "without its namespace"},
      {"1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "more than 16"},
  };
  for (const auto& one : cases) {
    const auto parsed = xml_path::parse(one.path);
    BOOST_TEST(parsed.problem.find(one.problem) != std::string::npos,
               one.path << ": " << parsed.problem);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace errata
