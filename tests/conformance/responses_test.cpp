// Raw responses of a service: what the client gets for each, with and without tolerant_head, and
// whether the connection to the service is used again.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "tests/conformance/case_file.hpp"
#include "tests/conformance/wire_judge.hpp"
#include "tests/support/comes_true.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(responses)

using namespace errata;
using namespace errata::testing;

namespace {

namespace fs = std::filesystem;

constexpr std::size_t bytewise_limit = 1500;

// A client and an origin take turns over this.
class turns {
 public:
  void reach(unsigned step) {
    {
      const std::lock_guard lock(mutex_);
      step_ = std::max(step_, step);
    }
    changed_.notify_all();
  }
  bool wait_for(unsigned step) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return step_ >= step; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned step_ = 0;
};

struct playing {
  playing(const wire_case& played, bool by_bytes) : one(played), bytewise(by_bytes) {}

  const wire_case& one;  // outlives every stage
  bool bytewise;
  turns between;
};

// The service answered that itself; else the error is errata's own.
error_author author_of(const wire_case& one, const expected_message& expected) {
  const auto line = one.response.substr(0, one.response.find('\n'));
  return expected.by_service ||
                 line.find(" " + std::to_string(expected.status)) != std::string::npos
             ? error_author::upstream
             : error_author::errata;
}

// Whether the client gets a beginning of the response before it is reset.
bool crosses_first(const wire_case& one) {
  return one.then == afterwards::reset && !one.replies.empty() &&
         author_of(one, one.replies.front()) == error_author::upstream;
}

// The request of a case gets its bytes, every other one a plain answer and the end of the
// connection, so that no case begins with what another has left in the pool.
void respond(origin_connection& connection, const std::function<std::shared_ptr<playing>()>& now) {
  static const std::string clean =
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nclean";
  while (connection.read_head()) {
    if (connection.request().target == "/sentinel") {
      if (connection.read_body()) connection.send(clean);
      return;
    }
    const auto current = now();
    const wire_case& one = current->one;
    if (!one.head_only && !connection.read_body()) return;
    if (current->bytewise) {
      connection.send_bytewise(one.response);
    } else {
      connection.send(one.response);
    }
    current->between.reach(1);
    if (!one.late.empty()) {
      current->between.wait_for(2);
      connection.send(one.late);
      current->between.reach(3);
    }
    if (one.then == afterwards::reset) {
      // A reset may overtake what was sent before it.
      if (crosses_first(one)) current->between.wait_for(2);
      connection.reset();
    }
    if (one.then != afterwards::hold) return;
    if (one.head_only) connection.read_body();
  }
}

void check_sentinel(const test_server& server) {
  const auto reply = server.fetch(get("/sentinel"));
  BOOST_TEST_CONTEXT("the next client's reply: " << reply.describe()) {
    BOOST_TEST(reply.status == 200u);
    BOOST_TEST(reply.body.content == "clean");
    BOOST_TEST(reply.interim.empty());
  }
}

// One origin and one server for all cases of a file.
class stage {
 public:
  explicit stage(bool tolerant)
      : tolerant_(tolerant),
        origin_([this](origin_connection& c) { respond(c, [this] { return current(); }); }),
        server_(origin_, {.upstream = tolerant ? "" : R"("tolerant_head": false)"}) {}

  void play(const wire_case& one, bool bytewise);

 private:
  std::shared_ptr<playing> current() {
    const std::lock_guard lock(mutex_);
    return current_;
  }

  bool tolerant_;
  std::mutex mutex_;
  std::shared_ptr<playing> current_;
  scripted_origin origin_;
  test_server server_;
};

void stage::play(const wire_case& one, bool bytewise) {
  const auto played = std::make_shared<playing>(one, bytewise);
  {
    const std::lock_guard lock(mutex_);
    current_ = played;
  }
  origin_.forget();
  const auto& replies = tolerant_ || one.strict_replies.empty() ? one.replies : one.strict_replies;
  {
    auto client = server_.connect();
    client.send(one.request.empty() ? get("/case") : one.request);
    if (crosses_first(one)) {
      BOOST_TEST(comes_true([&] { return client.readable(); }));
      played->between.reach(2);
    }
    for (const auto& expected : replies) {
      check_reply(client.read_response(expected.method), expected, author_of(one, expected));
    }
    // What comes behind the response is there before the connection is used again.
    played->between.wait_for(1);
    if (!one.late.empty()) {
      played->between.reach(2);
      played->between.wait_for(3);
    }
    check_sentinel(server_);
    if (one.closes && *one.closes) {
      std::string leftover;
      const auto end = client.wait_for_end(&leftover);
      BOOST_TEST((end == ending::closed || end == ending::reset), "the connection stays open");
      BOOST_TEST(escaped(leftover) == "");
    } else if (one.closes) {
      const auto next = client.exchange(get("/sentinel"));
      BOOST_TEST(next.body.content == "clean", next.describe());
    }
  }
  auto seen = origin_.requests();
  std::size_t of_case = 0;
  for (const auto& request : seen) {
    check_freshly_framed(request);
    of_case += request.target != "/sentinel" ? 1U : 0U;
  }
  BOOST_TEST(of_case == 1u, "the request was sent " << of_case << " times");
  if (one.pooled && tolerant_) {
    BOOST_REQUIRE(seen.size() >= 2u);
    BOOST_TEST((seen[0].connection == seen[1].connection) == *one.pooled);
  }
  BOOST_TEST(server_.proxy().counters().internal_errors == 0u);
}

fs::path folder() {
  return fs::path(ERRATA_SOURCE_DIR) / "tests/conformance/responses";
}

void play_file(const std::string& name) {
  const auto cases = read_case_file(folder() / (name + ".txt"));
  stage forgiving(true);
  stage strict(false);
  for (const auto& one : cases) {
    for (const bool tolerant : {true, false}) {
      for (const bool bytewise : {false, true}) {
        const bool long_or_whole = one.whole || one.response.size() > bytewise_limit;
        if (bytewise && (long_or_whole || !tolerant)) continue;
        BOOST_TEST_CONTEXT(one.place << ": " << one.name << (bytewise ? ", byte by byte" : "")
                                     << (tolerant ? "" : ", tolerant_head off") << " (" << one.why
                                     << ")\n"
                                     << escaped(one.response)) {
          (tolerant ? forgiving : strict).play(one, bytewise);
        }
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(framing) {
  play_file("framing");
}
BOOST_AUTO_TEST_CASE(bodiless) {
  play_file("bodiless");
}
BOOST_AUTO_TEST_CASE(leftovers) {
  play_file("leftovers");
}
BOOST_AUTO_TEST_CASE(interim) {
  play_file("interim");
}
BOOST_AUTO_TEST_CASE(status_lines) {
  play_file("status_lines");
}
BOOST_AUTO_TEST_CASE(heads) {
  play_file("heads");
}
BOOST_AUTO_TEST_CASE(chunked_bodies) {
  play_file("chunked_bodies");
}
BOOST_AUTO_TEST_CASE(truncation) {
  play_file("truncation");
}
BOOST_AUTO_TEST_CASE(fields) {
  play_file("fields");
}

BOOST_AUTO_TEST_CASE(there_are_enough) {
  BOOST_TEST(count_cases(folder()) >= 150u);
}

BOOST_AUTO_TEST_SUITE_END()
