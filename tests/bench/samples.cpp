#include "tests/bench/samples.hpp"

#include <zlib.h>

#include <stdexcept>
#include <string_view>

namespace errata::bench {
namespace {

constexpr double us = 1000;
constexpr double json_bar = 3 * us;
constexpr double html_bar = 15 * us;
constexpr double trace_bar = 1000 * us;

std::string gzip(std::string_view plain) {
  z_stream z{};
  if (deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  std::string in(plain);
  std::string out(deflateBound(&z, in.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(in.data());
  z.avail_in = static_cast<uInt>(in.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  if (result != Z_STREAM_END) throw std::runtime_error("deflate");
  return out;
}

// 300 bytes each, give or take a few.
constexpr std::string_view spring =
    R"({"timestamp":"2026-03-02T10:15:30.123+00:00","status":400,"error":"Bad Request",)"
    R"("message":"Validation failed for object='booking'. Error count: 1","errors":[{"field":)"
    R"("seats","defaultMessage":"must be at least 1","code":"Min","rejectedValue":0}],)"
    R"("path":"/api/v2/theatres/grand/bookings"})";
constexpr std::string_view field_map =
    R"({"departure":["This field is required."],"passengers":[{"birth_date":["Date has wrong )"
    R"(format. Use one of these formats instead: YYYY-MM-DD."]},{},{"name":["This field may not )"
    R"(be blank."]}],"luggage":["A valid integer is required."],"non_field_errors":["The return )"
    R"(lies before the departure."]})";
constexpr std::string_view problem =
    R"({"type":"https://api.example.com/problems/seat-already-taken","title":"The seat is )"
    R"(taken.","status":409,"detail":"Seat 14C of flight HX 204 was taken while you chose it. )"
    R"(Choose another one.","instance":"/flights/HX204/seats/14C","seat":"14C","alternatives":)"
    R"(["14D","15A"]})";
constexpr std::string_view with_type_and_param =
    R"({"error":{"code":"amount_too_small","doc_url":"https://docs.example.com/error-codes/)"
    R"(amount-too-small","message":"Amount must be no less than 50 cents.","param":"amount",)"
    R"("request_log_url":"https://dashboard.example.com/logs/req_Yd91kQ7h2","type":)"
    R"("invalid_request_error"}})";
constexpr std::string_view server_error =
    R"({"timestamp":"2026-03-02T10:15:30.123+00:00","status":500,"error":"Internal Server )"
    R"(Error","exception":"java.lang.IllegalStateException","message":"Connection pool of )"
    R"(billing is closed","trace":"java.lang.IllegalStateException: Connection pool\n\tat )"
    R"x(com.example.billing.Pool.take(Pool.java:88)","path":"/api/pay"})x";
constexpr std::string_view canonical =
    R"({"error":{"type":"resource_not_found","message":"There is no order 8812 in this shop.",)"
    R"("code":"order_not_found","param":"order_id","doc_url":)"
    R"("https://docs.example.com/errors#order_not_found"}})";
constexpr std::string_view soap =
    R"(<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap=)"
    R"("http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>soap:Client)"
    R"(</faultcode><faultstring>The tariff TR-9 is unknown.</faultstring><detail><code>)"
    R"(UNKNOWN_TARIFF</code></detail></soap:Fault></soap:Body></soap:Envelope>)";
constexpr std::string_view xml =
    R"(<?xml version="1.0"?><Error><Code>NoSuchShelf</Code><Message>The shelf that was named )"
    R"(does not exist.</Message><Shelf>east-4</Shelf><RequestId>1F0C33</RequestId></Error>)";

// A page of a site as its own people make it: styles, a header, a sentence, a footer.
std::string page(std::string_view heading, std::string_view sentence) {
  std::string html = R"(<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Harbour Library &mdash; )";
  html.append(heading)
      .append(R"(</title>
  <link rel="stylesheet" href="/assets/site.css?v=41">
  <style>
    body { font: 16px/1.5 "Helvetica Neue", Arial, sans-serif; margin: 0; color: #223; }
    header { background: #0b3d5c; color: #fff; padding: 1rem 2rem; }
    header a { color: #cfe6f5; margin-right: 1.5rem; text-decoration: none; }
    main { max-width: 42rem; margin: 3rem auto; padding: 0 1.5rem; }
    h1 { font-size: 1.75rem; line-height: 1.2; }
    .hint { border-left: 4px solid #c33; padding: .5rem 1rem; background: #fdf3f3; }
    footer { font-size: .8rem; color: #667; text-align: center; padding: 2rem; }
  </style>
  <script>window.site = { page: "error", started: Date.now() };</script>
</head>
<body class="error-page">
  <header>
    <nav><a href="/">Home</a><a href="/catalogue">Catalogue</a><a href="/visit">Visit</a></nav>
  </header>
  <main id="content">
    <h1>)")
      .append(heading)
      .append(R"(</h1>
    <div class="hint">
      <p>)")
      .append(sentence)
      .append(R"(</p>
    </div>
    <p>You can <a href="/catalogue">search the catalogue</a> or go <a href="/">home</a>.</p>
    <!-- rendered by the error template -->
  </main>
  <footer>
    <p>&copy; Harbour Library &middot; <a href="/imprint">Imprint</a> &middot;
      <a href="/privacy">Privacy</a></p>
  </footer>
)");
  constexpr std::size_t whole = 2048;
  html.append("  <script src=\"/assets/site.js\" defer></script>\n");
  constexpr std::string_view end = "</body>\n</html>\n";
  if (html.size() + end.size() + 9 < whole)
    html.append("  <!-- ").append(whole - html.size() - end.size() - 9, '.').append(" -->");
  return html.append(end);
}

std::string trace(std::size_t bytes) {
  std::string text = "java.lang.IllegalStateException: The ledger is locked by another writer\n";
  for (unsigned i = 0; text.size() < bytes; ++i) {
    text.append("\tat com.example.ledger.Writer.step")
        .append(std::to_string(i % 89))
        .append("(Writer.java:")
        .append(std::to_string(i))
        .append(")\n");
    if (i % 400 == 399)
      text.append("Caused by: com.example.ledger.LockedException: held by worker ")
          .append(std::to_string(i))
          .append("\n");
  }
  return text;
}

}  // namespace

std::vector<sample> samples() {
  const std::string json_type = "application/json";
  const std::string html_type = "text/html; charset=utf-8";
  const std::string xml_type = "text/xml; charset=utf-8";
  const std::string sentence =
      "The volume that you asked for was lent to another reader; it is expected back on Friday.";
  const std::string not_found = page("This volume is not here", sentence);
  const std::string long_trace = trace(400'000);
  const std::string html_trace =
      "<html><head><title>Error</title></head><body><h1>Error</h1><pre>" + long_trace +
      "</pre></body></html>";
  constexpr std::size_t whole = std::size_t{1} << 20;
  return {
      {"json_spring", 400, json_type, "", std::string(spring), json_bar},
      {"json_field_map", 400, json_type, "", std::string(field_map), json_bar},
      {"json_problem", 409, "application/problem+json", "", std::string(problem), json_bar},
      {"json_error_object", 400, json_type, "", std::string(with_type_and_param), json_bar},
      {"json_500", 500, json_type, "", std::string(server_error), json_bar},
      {"json_gzip", 409, "application/problem+json", "gzip", gzip(problem)},
      {"canonical", 404, json_type, "", std::string(canonical), json_bar},
      {"canonical_gzip", 404, json_type, "gzip", gzip(canonical), 0, 64 * 1024, "gzip"},
      {"html_404_2k", 404, html_type, "", not_found, html_bar},
      {"html_503_2k", 503, html_type, "", not_found, html_bar},
      {"html_500_2k", 500, html_type, "", not_found, html_bar},
      {"text_404", 404, "text/plain", "", sentence},
      {"xml_404", 404, xml_type, "", std::string(xml)},
      {"soap_500", 500, xml_type, "", std::string(soap)},
      {"empty_404", 404, json_type, "", ""},
      {"trace_text_400", 400, "text/plain", "", long_trace, trace_bar},
      {"trace_text_500", 500, "text/plain", "", long_trace, trace_bar},
      {"trace_html_400", 400, html_type, "", html_trace, trace_bar},
      {"trace_html_500", 500, html_type, "", html_trace, trace_bar},
      {"trace_text_400_cap_1m", 400, "text/plain", "", long_trace, trace_bar, whole},
      {"trace_html_400_cap_1m", 400, html_type, "", html_trace, trace_bar, whole},
  };
}

}  // namespace errata::bench
