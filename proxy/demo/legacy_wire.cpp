#include "proxy/demo/legacy_parts.hpp"

namespace errata::legacy_parts {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view json = "application/json";

// Longer than any time limit of the demo.
constexpr milliseconds for_ever{20000};

legacy_answer closing(legacy_answer made, legacy_ending how = legacy_ending::close) {
  made.ending = how;
  return made;
}

}  // namespace

void add_header_cases(std::vector<legacy_answer>& to) {
  to.push_back(answer("/cookies-403", "two cookies that must survive",
                      typed("403 Forbidden", "text/html", "<h1>Your session has ended</h1>",
                            "Set-Cookie: session=; Max-Age=0; Path=/\r\n"
                            "Set-Cookie: lang=de; Path=/\r\n")));
  to.push_back(answer("/empty-405", "Allow and no body",
                      response("405 Method Not Allowed", "Allow: POST, PUT\r\n", "")));
  to.push_back(
      answer("/etag-404", "an ETag, a digest and a language that would lie",
             typed("404 Not Found", "text/html", "<h1>Kein Treffer</h1>",
                   "ETag: \"a81f\"\r\nContent-Language: de\r\n"
                   "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\nLink: </help>; rel=help\r\n")));
  to.push_back(answer("/duplicates-400", "the same header twice, twice",
                      typed("400 Bad Request", "text/html", R"({"message":"Which one is it?"})",
                            "Content-Type: application/json\r\n"
                            "X-Request-Id: legacy-0001\r\nX-Request-Id: legacy-0002\r\n")));
}

void add_wire_faults(std::vector<legacy_answer>& to) {
  to.push_back(closing(
      answer("/garbage", "not HTTP at all", "SSH-2.0-LegacyServer_2.4\r\nProtocol mismatch.\n")));
  to.push_back(closing(answer("/closed", "closes at once, says nothing", "")));
  to.push_back(closing(answer("/reset", "resets the connection", ""), legacy_ending::reset));
  to.push_back(closing(answer("/half-a-head", "closes in the middle of a header",
                              "HTTP/1.1 404 Not Found\r\nContent-Ty")));
  to.push_back(answer("/status-999", "a status that does not exist",
                      typed("999 Request denied", "text/plain", "go away")));
  to.push_back(answer("/early-hints", "a 103 before a 404",
                      "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n" +
                          typed("404 Not Found", json, R"({"message":"No such guest."})")));
  to.push_back(closing(answer("/close-500", "HTTP/1.0, the body ends with the connection",
                              "HTTP/1.0 500 Server Error\r\nContent-Type: text/html\r\n\r\n"
                              "<html><body>Unhandled exception in module billing</body></html>")));
  to.push_back(
      answer("/chunked-400", "an error in many small chunks",
             "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
             "Transfer-Encoding: chunked\r\n\r\n" +
                 chunked(R"({"message":"The page size is at most 100.","param":"limit"})", 7)));
  to.push_back(closing(answer("/truncated-500", "promises 4,000 bytes of error, sends 60",
                              "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html\r\n"
                              "Content-Length: 4000\r\n\r\n"
                              "<html><body><h1>Exception</h1><p>at com.acme.Billing.run(Bill")));
  auto large = std::string("<html><body><pre>");
  while (large.size() < 300'000) large += "\tat com.acme.deep.Recursion.step(Recursion.java:12)\n";
  to.push_back(answer("/large-500", "300 KB of stack trace",
                      typed("500 Internal Server Error", "text/html", large)));
  auto hang = answer("/hang", "accepts, reads, never answers", "");
  hang.steps.front().pause = for_ever;
  to.push_back(closing(std::move(hang)));
  to.push_back(closing(answer("/truncated-200", "a success that promises 4,000 bytes, sends 40",
                              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                              "Content-Length: 4000\r\n\r\n"
                              "invoice;amount;currency\n4711;120.00;EUR\n")));
  to.back().after = promised::broken;
}

void add_successes(std::vector<legacy_answer>& to) {
  const auto first = to.size();
  to.push_back(answer(
      "/ok", "a small JSON success",
      typed("200 OK", json, R"({ "invoice": 4711,  "amount": "120.00" })", "ETag: \"v7\"\r\n")));
  std::string large;
  for (int line = 0; large.size() < 1024 * 1024; ++line)
    large += std::to_string(line) + ";A-" + std::to_string(line % 97) + ";120.00;EUR\n";
  to.push_back(answer("/ok-large", "1 MiB of CSV", typed("200 OK", "text/csv", large)));
  auto stream = answer("/ok-stream", "a chunked stream, an event every 100 ms",
                       "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                       "Transfer-Encoding: chunked\r\n\r\n");
  for (const char* event : {"11\r\ndata: booked 17\n\n\r\n", "11\r\ndata: booked 18\n\n\r\n",
                            "11\r\ndata: booked 19\n\n\r\n", "0\r\n\r\n"})
    stream.steps.push_back({milliseconds(100), event});
  to.push_back(std::move(stream));
  to.push_back(answer("/ok-gzip", "a success in gzip",
                      typed("200 OK", json, compressed(R"({"rooms":[12,14,15]})", coding::gzip),
                            "Content-Encoding: gzip\r\n")));
  to.push_back(answer("/ok-error-inside", "a 200 that says no",
                      typed("200 OK", json, R"({"success":false,"msg":"Sold out."})")));
  auto slow = answer("/slow", "takes 700 ms to begin",
                     typed("200 OK", "text/plain", "Better late than never.\n"));
  slow.steps.front().pause = milliseconds(700);
  to.push_back(std::move(slow));
  to.push_back(answer("/limited", "a success; errata allows one a second, three at once",
                      typed("200 OK", json, R"({"ok":true})")));
  to.push_back(
      answer("/redirect", "a redirect with a body",
             typed("302 Found", "text/html", "<a href=\"/ok\">moved</a>", "Location: /ok\r\n")));
  to.push_back(answer("/no-content", "204", "HTTP/1.1 204 No Content\r\n\r\n"));
  to.push_back(answer("/not-modified", "304 with an ETag",
                      "HTTP/1.1 304 Not Modified\r\nETag: \"v7\"\r\n\r\n"));
  for (auto i = first; i < to.size(); ++i) to[i].after = promised::untouched;
}

}  // namespace errata::legacy_parts
