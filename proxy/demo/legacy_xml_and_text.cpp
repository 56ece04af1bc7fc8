#include "proxy/demo/legacy_parts.hpp"

namespace errata::legacy_parts {

void add_xml_documents(std::vector<legacy_answer>& to) {
  to.push_back(answer("/soap11-500", "SOAP 1.1: a fault",
                      typed("500 Internal Server Error", "text/xml; charset=utf-8",
                            R"(<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>
<faultcode>soap:Server</faultcode><faultstring>java.sql.SQLException: ORA-12541: no listener at db-3</faultstring>
<detail><trace>at com.acme.Pool.take(Pool.java:97)</trace></detail>
</soap:Fault></soap:Body></soap:Envelope>
)")));
  to.push_back(answer("/soap12-400", "SOAP 1.2: a fault that blames the sender",
                      typed("400 Bad Request", "application/soap+xml; charset=utf-8",
                            R"(<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body><env:Fault>
<env:Code><env:Value>env:Sender</env:Value></env:Code>
<env:Reason><env:Text xml:lang="en">The invoice date lies in the future.</env:Text></env:Reason>
</env:Fault></env:Body></env:Envelope>
)")));
  to.push_back(
      answer("/storage-404", "cloud storage: Code, Message, RequestId",
             typed("404 Not Found", "application/xml",
                   R"(<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>NoSuchKey</Code><Message>There is no object with this key.</Message>)"
                   R"(<Key>invoices/4711.pdf</Key><RequestId>4F2A9C01</RequestId></Error>)")));
  to.push_back(
      answer("/xml-422", "an XML dialect of one's own",
             typed("422 Unprocessable Entity", "application/xml",
                   R"(<response><status>error</status><code>IBAN_CHECKSUM</code>)"
                   R"(<message>The checksum of the IBAN is wrong.</message></response>)")));
}

namespace {

// ISO-8859-1: one byte a character, which is not UTF-8.
constexpr std::string_view latin1_message =
    "Der Gutschein ist ung\xfcltig f\xfcr gro\xdf"
    "e Zimmer.";

std::string utf16(std::string_view ascii) {
  std::string out = "\xff\xfe";
  for (const char c : ascii) out.append(1, c).append(1, '\0');
  return out;
}

void add_texts(std::vector<legacy_answer>& to) {
  to.push_back(
      answer("/text-403", "plain text",
             typed("403 Forbidden", "text/plain", "Only the owner may see this invoice.")));
  to.push_back(answer("/oracle-500", "a database's text, as it came",
                      typed("500 Internal Server Error", "text/plain",
                            "ORA-00001: unique constraint (BILLING.PK_INVOICE) violated\n"
                            "ORA-06512: at \"BILLING.INVOICE_API\", line 311\n")));
  to.push_back(answer("/python-trace", "a Python traceback",
                      typed("500 Internal Server Error", "text/plain",
                            "Traceback (most recent call last):\n  File \"/srv/shop/app.py\", line "
                            "88, in charge\n    card.debit(total)\n  File \"/srv/shop/card.py\", "
                            "line 12, in debit\n    raise GatewayDown(self.host)\nGatewayDown: "
                            "10.1.4.20\n")));
  to.push_back(answer("/latin1-400", "latin-1 without saying so",
                      typed("400 Bad Request", "text/plain", latin1_message)));
  to.push_back(answer("/utf16-400", "UTF-16 with a byte order mark",
                      typed("400 Bad Request", "application/json",
                            utf16(R"({"message":"The room is too small for 4 guests."})"))));
}

void add_codings(std::vector<legacy_answer>& to) {
  to.push_back(answer("/gzip-404", "gzip around JSON",
                      typed("404 Not Found", "application/json",
                            compressed(R"({"code":"HOTEL_CLOSED","message":"This hotel closed in )"
                                       R"(2019."})",
                                       coding::gzip),
                            "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n")));
  to.push_back(answer("/deflate-500", "deflate around an HTML page",
                      typed("500 Internal Server Error", "text/html",
                            compressed("<html><body><h1>500</h1><p>System.OutOfMemoryException at "
                                       "C:\\apps\\billing\\Cache.cs:90</p></body></html>",
                                       coding::deflate),
                            "Content-Encoding: deflate\r\n")));
  to.push_back(answer("/wrong-type-400", "JSON that calls itself HTML",
                      typed("400 Bad Request", "text/html",
                            R"({"error_code":"CARD_EXPIRED","error_message":"The card has )"
                            R"(expired."})")));
}

void add_empty_ones(std::vector<legacy_answer>& to) {
  to.push_back(
      answer("/empty-401", "nothing but WWW-Authenticate",
             response("401 Unauthorized", "WWW-Authenticate: Basic realm=\"Staff\"\r\n", "")));
  to.push_back(answer("/empty-503", "nothing at all", response("503 Service Unavailable", "", "")));
}

}  // namespace

void add_texts_and_codings(std::vector<legacy_answer>& to) {
  add_texts(to);
  add_codings(to);
  add_empty_ones(to);
}

}  // namespace errata::legacy_parts
