#include "policies/normalize/xml.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {
namespace {

std::string first(const finding& found) {
  return found.messages.empty() ? std::string() : found.messages.front().text;
}

constexpr std::string_view soap11 =
    R"(<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>)";
constexpr std::string_view soap11_end = "</s:Fault></s:Body></s:Envelope>";

}  // namespace

BOOST_AUTO_TEST_SUITE(xml)

BOOST_AUTO_TEST_CASE(reads_soap_faults) {
  struct {
    std::string_view fault, message, code, param;
    bool for_client;
  } const rows[] = {
      {"<faultcode>s:Client</faultcode><faultstring>Account is not valid</faultstring>"
       "<detail><code>ACC_INVALID</code><field>account</field></detail>",
       "Account is not valid", "acc_invalid", "account", true},
      {"<faultcode>s:Client.BadAmount</faultcode><faultstring><![CDATA[Must be > 0 & < 10]]>"
       "</faultstring>",
       "Must be > 0 & < 10", "bad_amount", "", true},
      {"<faultcode>s:Server</faultcode><faultstring>It broke</faultstring>", "It broke", "", "",
       false},
      {"<faultcode>wsse:FailedAuthentication</faultcode><faultstring>No token</faultstring>",
       "No token", "failed_authentication", "", false},
      {"<faultcode>s:Server</faultcode><faultstring>It broke</faultstring>"
       "<detail>at com.example.Secret</detail>",
       "It broke", "", "", false},
      {"<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>m:QuoteExpired</s:Value></s:Subcode>"
       "</s:Code><s:Reason><s:Text xml:lang=\"de\">Zu spaet</s:Text>"
       "<s:Text xml:lang=\"en-GB\">Too late</s:Text></s:Reason>",
       "Too late", "quote_expired", "", true},
      {"<s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>It "
       "broke</s:Text></s:Reason>",
       "It broke", "", "", false},
      {"", "", "", "", false},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.fault) {
      const auto found =
          extract_xml(std::string(soap11) + std::string(row.fault) + std::string(soap11_end), 400);
      BOOST_TEST_REQUIRE(found.has_value());
      BOOST_TEST(found->shape == "soap");
      BOOST_TEST(first(*found) == row.message);
      BOOST_TEST(found->code == row.code);
      BOOST_TEST(found->param == row.param);
      BOOST_TEST(found->for_client == row.for_client);
    }
  }
}

BOOST_AUTO_TEST_CASE(reads_elements_named_like_the_parts_of_an_error) {
  struct {
    std::string_view text, message, code, param;
  } const rows[] = {
      {"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>No way in</Message>"
       "<RequestId>1</RequestId></Error>",
       "No way in", "access_denied", ""},
      {"<ErrorResponse xmlns='u'><Error><Type>Sender</Type><Code>Throttling</Code>"
       "<Message>Rate exceeded</Message></Error></ErrorResponse>",
       "Rate exceeded", "throttling", ""},
      {"<m:error xmlns:m='u'><m:code>BadInput</m:code><m:message xml:lang='en'>It is "
       "bad.</m:message>"
       "</m:error>",
       "It is bad.", "bad_input", ""},
      {"<R><RestException><Code>21604</Code><Message>A number is "
       "required.</Message></RestException>"
       "</R>",
       "A number is required.", "", ""},
      {"<problem><type>https://e.example/out-of-stock</type><title>Out</title>"
       "<detail>Sold out everywhere</detail></problem>",
       "Sold out everywhere", "out_of_stock", ""},
      {"<response><errors><error field='email'><code>E5</code><message>Email is "
       "bad</message></error>"
       "</errors></response>",
       "Email is bad", "e5", "email"},
      {"<error code='E12'>Parcel too heavy</error>", "Parcel too heavy", "e12", ""},
      {"<errors><error>Name is missing</error><error>Age is bad</error></errors>",
       "Name is missing", "", ""},
      {"<root><message>Nothing there</message></root>", "Nothing there", "", ""},
      {"<error><message>A</message><exception><message>secret</message></exception></error>", "A",
       "", ""},
      {"<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>4</int>"
       "</value></member><member><name>faultString</name><value><string>The lamp is off</string>"
       "</value></member></struct></value></fault></methodResponse>",
       "The lamp is off", "", ""},
      {"<methodResponse><struct><member><name>faultString</name><value>It is off</value></member>"
       "<member/><member><name>field</name><value>lamp</value></member></struct></methodResponse>",
       "It is off", "", "lamp"},
      {"<a><b/></a>", "", "", ""},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.text) {
      const auto found = extract_xml(row.text, 400);
      BOOST_TEST_REQUIRE(found.has_value());
      BOOST_TEST(first(*found) == row.message);
      BOOST_TEST(found->code == row.code);
      BOOST_TEST(found->param == row.param);
    }
  }
}

BOOST_AUTO_TEST_CASE(entities_are_never_expanded) {
  const auto found = extract_xml(
      "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>"
      "<error><message>&b;</message></error>",
      404);
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(found->internal);
  BOOST_TEST(found->messages.empty());
  // A document type without entities is only passed over.
  BOOST_TEST(first(*extract_xml("<?xml version='1.0'?><!DOCTYPE e SYSTEM 'file:///x'>"
                                "<error><message>Too big</message></error>",
                                404)) == "Too big");
}

BOOST_AUTO_TEST_CASE(broken_xml_is_nothing) {
  for (const char* text : {"", "<", "<a", "<a>", "<a></b>", "text", "<a><b></a></b>"}) {
    BOOST_TEST(!extract_xml(text, 400).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(depth_and_size_are_bounded) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  BOOST_TEST(!extract_xml(deep, 400).has_value());
  for (int i = 0; i < 100'000; ++i) deep += "</a>";
  BOOST_TEST(extract_xml(deep, 400)->messages.empty());
  std::string wide = "<e>";
  for (int i = 0; i < 100'000; ++i) wide += "<x/>";
  wide += "<message>too late</message></e>";
  BOOST_TEST(extract_xml(wide, 400)->messages.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
