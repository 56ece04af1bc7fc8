// Raw requests: what the client gets for each, and what of it the service behind sees.
#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>

#include "tests/conformance/case_file.hpp"
#include "tests/conformance/wire_judge.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(requests)

using namespace errata;
using namespace errata::testing;

namespace {

namespace fs = std::filesystem;

// Bytes that must never be taken for a request when they follow what was refused.
const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: test.example\r\n\r\n";

// Longer requests are not sent byte by byte as well.
constexpr std::size_t bytewise_limit = 1500;

// What stands in the README of the cases too.
const char* const routes = R"([
    { "name": "small", "match": { "path_prefix": "/small" }, "upstream": "legacy",
      "body_limit": "16B" },
    { "name": "gone", "match": { "path_prefix": "/gone" }, "respond": "route_not_found" },
    { "name": "all", "upstream": "legacy" }])";

const char* const limits = R"("limits": { "header_bytes": "16KiB" })";

// What of an incomplete request crosses before its end is noticed is a matter of time.
bool may_be_absent(const wire_case& one) {
  return !one.upstream.empty() && one.upstream.front().broken;
}

// One origin and one server for all cases of a file.
class stage {
 public:
  stage()
      : origin_(answer(ok_with("served"))), server_(origin_, {.routes = routes, .top = limits}) {}

  void play(const wire_case& one, bool bytewise) {
    origin_.forget();
    auto client = server_.connect();
    // Behind a refused request nothing may be read, be it a request or not.
    const bool tail = !one.alone && one.closes.value_or(false);
    const std::string bytes = one.request + (tail ? smuggled : "");
    if (bytewise) {
      client.send_bytewise(bytes);
    } else {
      client.send(bytes);
    }
    if (one.then == afterwards::finish) client.stream().finish_sending();
    for (const auto& expected : one.replies) {
      check_reply(client.read_response(expected.method), expected, error_author::errata);
    }
    if (one.closes && *one.closes) {
      std::string leftover;
      const auto end = client.wait_for_end(&leftover);
      BOOST_TEST((end == ending::closed || end == ending::reset), "the connection stays open");
      BOOST_TEST(escaped(leftover) == "");
    } else if (one.closes) {
      BOOST_TEST(client.exchange(get("/next")).status == 200u, "the connection is lost");
    }
    // Whatever crossed without belonging to a request would come before this one.
    BOOST_TEST(server_.fetch(get("/sentinel")).body.content == "served");
    check_seen(one);
  }

  void check_unharmed() { BOOST_TEST(server_.proxy().counters().internal_errors == 0u); }

 private:
  void check_seen(const wire_case& one) {
    auto seen = origin_.requests();
    for (const auto& request : seen) check_freshly_framed(request);
    // Over another connection than one that broke off, so that the two come in any order.
    BOOST_TEST(take(seen, "/sentinel") == 1);
    if (one.closes && !*one.closes) take(seen, "/next");
    if (may_be_absent(one) && seen.empty()) return;
    std::string targets;
    for (const auto& request : seen) targets += request.method + " " + request.target + "; ";
    BOOST_TEST(seen.size() == one.upstream.size(), "the origin saw " << targets);
    for (std::size_t i = 0; i < std::min(seen.size(), one.upstream.size()); ++i)
      check_request(seen[i], one.upstream[i]);
  }

  // Takes the requests for `target` out of `seen`; how many there were.
  static std::ptrdiff_t take(std::vector<recorded_request>& seen, std::string_view target) {
    return static_cast<std::ptrdiff_t>(
        std::erase_if(seen, [&](const recorded_request& one) { return one.target == target; }));
  }

  scripted_origin origin_;
  test_server server_;
};

fs::path folder() {
  return fs::path(ERRATA_SOURCE_DIR) / "tests/conformance/requests";
}

void play_file(const std::string& name) {
  stage shared;
  for (const auto& one : read_case_file(folder() / (name + ".txt"))) {
    for (const bool bytewise : {false, true}) {
      if (bytewise && (one.whole || one.request.size() > bytewise_limit)) continue;
      BOOST_TEST_CONTEXT(one.place << ": " << one.name << (bytewise ? ", byte by byte" : "") << " ("
                                   << one.why << ")\n"
                                   << escaped(one.request)) {
        // What crosses late of a broken request must not be taken for part of the next case.
        std::optional<stage> own;
        if (may_be_absent(one)) own.emplace();
        stage& where = own ? *own : shared;
        where.play(one, bytewise);
        where.check_unharmed();
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(request_lines) {
  play_file("request_lines");
}
BOOST_AUTO_TEST_CASE(targets) {
  play_file("targets");
}
BOOST_AUTO_TEST_CASE(hosts) {
  play_file("hosts");
}
BOOST_AUTO_TEST_CASE(fields) {
  play_file("fields");
}
BOOST_AUTO_TEST_CASE(transfer_encoding) {
  play_file("transfer_encoding");
}
BOOST_AUTO_TEST_CASE(content_length) {
  play_file("content_length");
}
BOOST_AUTO_TEST_CASE(chunked_bodies) {
  play_file("chunked_bodies");
}
BOOST_AUTO_TEST_CASE(connection_options) {
  play_file("connection_options");
}
BOOST_AUTO_TEST_CASE(other_protocols) {
  play_file("other_protocols");
}
BOOST_AUTO_TEST_CASE(pipelining) {
  play_file("pipelining");
}
BOOST_AUTO_TEST_CASE(limits_of_size) {
  play_file("limits_of_size");
}

BOOST_AUTO_TEST_CASE(there_are_enough) {
  BOOST_TEST(count_cases(folder()) >= 300u);
}

BOOST_AUTO_TEST_SUITE_END()
