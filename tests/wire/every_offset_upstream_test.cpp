// The service breaks its response at every byte of five short exchanges: it ends the stream there,
// resets, stalls or sends another byte. Each time the client gets one whole answer of the right
// class with its request id or, after the head, a transfer that visibly breaks; never a sound
// success that is not what the service sent. No POST comes twice, the next requests work, and in
// the end nothing is in flight and every descriptor is back.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/breakable_server.hpp"
#include "tests/support/envelope_checker.hpp"
#include "tests/support/short_exchanges.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(every_offset_upstream)

using namespace errata;
using namespace errata::testing;

namespace {

void check_error_to(const broken_exchange& asked, const received_response& reply, unsigned status) {
  // What the service answered in whole or in part is its own error, rewritten.
  const bool own = reply.head.value("Cache-Control") == "no-store";
  check_error(reply, status, "", own ? error_author::errata : error_author::upstream);
  BOOST_TEST(reply.head.value("X-Request-Id") == asked.request_id());
}

// Once the head of a success is out: what came is the beginning of the body, and its end is missing
// for all to see.
void check_broken_off(const received_response& reply, std::string_view content) {
  BOOST_TEST(!reply.complete());
  BOOST_TEST((reply.ended == ending::closed || reply.ended == ending::reset));
  BOOST_TEST(content.starts_with(reply.body.content));
}

// A response that ends, or stalls, before it is whole.
void check_unfinished(const broken_exchange& asked, const received_response& reply) {
  const auto& of = asked.of();
  const unsigned nothing_came = asked.how == mishap::stall ? 504 : 502;
  // A reset may overtake what was sent before it.
  const bool overtaken = asked.how == mishap::reset && reply.status == 502;
  if (asked.offset < of.response_head.size() || overtaken) {
    check_error_to(asked, reply, nothing_came);
  } else if (of.is_error()) {
    check_error_to(asked, reply, of.status);
  } else {
    BOOST_TEST(reply.status == of.status);
    BOOST_TEST(reply.head.value("X-Request-Id") == asked.request_id());
    check_broken_off(reply, of.content);
  }
}

// What the service's bytes can mean once one of them is another: the body with that byte, or its
// raw bytes where they are no longer framed. Anything else that is sound was made up. Where lone
// line feeds are tolerated, one may end the head early: then the body is what follows it.
void check_garbled(const broken_exchange& asked, const received_response& reply, bool tolerant) {
  const auto& of = asked.of();
  if (reply.status >= 400) return check_error_to(asked, reply, reply.status);
  BOOST_TEST(reply.status / 100 == 2u);
  BOOST_TEST(reply.head.well_formed);
  BOOST_TEST(reply.head.value("X-Request-Id") == asked.request_id());
  auto sent = of.response();
  sent[asked.offset] = static_cast<char>(asked.garbage);
  const bool ends_head =
      tolerant && asked.garbage == '\n' && asked.offset < of.response_head.size();
  const auto is_meant = [&](std::string_view got) {
    if (got == std::string_view(sent).substr(of.response_head.size())) return true;
    if (ends_head && sent.find(got, asked.offset + 1) != std::string::npos) return true;
    if (got.size() != of.content.size()) return false;
    const auto differing = std::mismatch(got.begin(), got.end(), of.content.begin());
    if (differing.first == got.end()) return true;
    const auto rest = static_cast<std::size_t>(differing.first - got.begin());
    return *differing.first == static_cast<char>(asked.garbage) &&
           got.substr(rest + 1) == std::string_view(of.content).substr(rest + 1);
  };
  if (reply.complete()) {
    BOOST_TEST(is_meant(reply.body.content), reply.describe());
  } else {
    BOOST_TEST((reply.ended == ending::closed || reply.ended == ending::reset));
  }
}

// One answer and no more: the connection serves another request, or is at its end.
void check_nothing_behind(raw_client& client, const received_response& reply) {
  if (reply.complete() && reply.head.value("Connection") != "close") {
    BOOST_TEST(client.exchange(get("/next")).body.content == "good");
    return;
  }
  std::string leftover;
  BOOST_TEST((client.wait_for_end(&leftover) != ending::timed_out));
  if (reply.complete()) BOOST_TEST(leftover == "");
}

void break_everywhere(mishap how, std::span<const unsigned char> garbage, bool tolerant = true) {
  auto chosen = believes_request_ids;
  if (!tolerant) chosen.upstream = R"("tolerant_head": false)";
  breakable_server service(break_the_response, chosen);
  for (std::size_t exchange = 0; exchange < short_exchanges().size(); ++exchange) {
    const std::size_t size = short_exchanges()[exchange].response().size();
    for (std::size_t offset = 0; offset < size; ++offset) {
      for (const auto byte : garbage) {
        const broken_exchange asked{exchange, how, offset, byte};
        BOOST_TEST_CONTEXT(asked.describe()) {
          auto client = service.server->connect();
          const auto reply = client.exchange(asked.request());
          BOOST_TEST_CONTEXT(reply.describe()) {
            if (how == mishap::garble) {
              check_garbled(asked, reply, tolerant);
            } else {
              check_unfinished(asked, reply);
            }
            check_nothing_behind(client, reply);
          }
          BOOST_TEST(service.server->fetch(get("/next")).body.content == "good");
        }
      }
    }
  }
}

constexpr unsigned char no_garbage[] = {0};

}  // namespace

BOOST_AUTO_TEST_CASE(each_exchange_works_where_nothing_breaks) {
  breakable_server service(break_the_response);
  for (std::size_t exchange = 0; exchange < short_exchanges().size(); ++exchange) {
    const broken_exchange asked{exchange};
    BOOST_TEST_CONTEXT(asked.describe()) {
      const auto reply = service.server->fetch(asked.request());
      if (asked.of().is_error()) {
        check_error_to(asked, reply, asked.of().status);
      } else {
        BOOST_TEST(reply.status == asked.of().status);
        BOOST_TEST(reply.body.content == asked.of().content);
      }
      BOOST_TEST(service.origin->requests().back().body.content == asked.of().posted);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_stream_ends_at_every_byte) {
  break_everywhere(mishap::cut, no_garbage);
}

BOOST_AUTO_TEST_CASE(the_stream_is_reset_at_every_byte) {
  break_everywhere(mishap::reset, no_garbage);
}

BOOST_AUTO_TEST_CASE(every_byte_is_another) {
  break_everywhere(mishap::garble, garbage_bytes);
}

BOOST_AUTO_TEST_CASE(every_byte_is_another_where_no_head_is_mended) {
  constexpr unsigned char ends_of_lines[] = {'\n', '\r', ' '};
  break_everywhere(mishap::garble, ends_of_lines, false);
}

// All at once, so that together they cost one timeout.
// All at once, so that deadlines may be long: a starved machine must get to all that was sent
// first.
BOOST_AUTO_TEST_CASE(the_stream_stalls_at_every_byte) {
  breakable_server service(break_the_response,
                           {.routes = R"([
         { "name": "stalls", "match": { "path_prefix": "/break" }, "upstream": "hasty" },
         { "name": "all", "upstream": "legacy" }])",
                            .upstreams = R"("hasty": { "servers": ["http://127.0.0.1:$1"],
                                  "pool": { "max_connections": 1024 },
                                  "timeouts": { "first_byte": "3s", "body": "3s" } })",
                            .top = believes_request_ids.top});
  struct stalled {
    broken_exchange asked;
    raw_client client;
  };
  std::vector<stalled> all;
  for (std::size_t exchange = 0; exchange < short_exchanges().size(); ++exchange) {
    const std::size_t size = short_exchanges()[exchange].response().size();
    for (std::size_t offset = 0; offset < size; ++offset) {
      all.push_back({{exchange, mishap::stall, offset}, service.server->connect()});
      all.back().client.send(all.back().asked.request());
    }
  }
  for (auto& one : all) {
    const auto reply = one.client.read_response();
    BOOST_TEST_CONTEXT(one.asked.describe() << ": " << reply.describe()) {
      check_unfinished(one.asked, reply);
      check_nothing_behind(one.client, reply);
    }
  }
  BOOST_TEST(service.server->fetch(get("/next")).body.content == "good");
}

// A refused connection has no offset. The bound port that does not listen is the same for all.
BOOST_AUTO_TEST_CASE(every_exchange_is_refused) {
  const refusing_port nobody;
  test_server server({nobody.port()}, believes_request_ids);
  for (std::size_t exchange = 0; exchange < short_exchanges().size(); ++exchange) {
    const broken_exchange asked{exchange};
    BOOST_TEST_CONTEXT(asked.describe()) {
      auto client = server.connect();
      const auto reply = client.exchange(asked.request());
      BOOST_TEST((reply.status == 502 || reply.status == 503));
      check_error_to(asked, reply, reply.status);
    }
  }
  server.drain();
  BOOST_TEST(server.proxy().counters().exchanges_in_flight == 0u);
}

// A kept connection that ends when it gets its next request: before any byte of a response, what is
// idempotent goes once more, over a fresh one; a POST, or a response that has begun, does not.
BOOST_AUTO_TEST_CASE(a_kept_connection_breaks_at_every_byte) {
  for (const auto how : {mishap::cut, mishap::reset}) {
    for (std::size_t exchange = 0; exchange < short_exchanges().size(); ++exchange) {
      const auto& of = short_exchanges()[exchange];
      broken_exchange asked{exchange, how};
      scripted_origin origin(answer_whole);
      test_server server(origin, believes_request_ids);
      // One step is: a first request that fills the pool, a second that the kept connection
      // breaks, the retry's connection that answers.
      for (; asked.offset < of.response().size(); ++asked.offset) {
        BOOST_TEST_CONTEXT(asked.describe()) {
          origin.forget();
          origin.behave([asked](origin_connection& connection) {
            if (!connection.read_request() || !connection.send(ok_with("kept"))) return;
            if (!connection.read_request()) return;
            const auto bytes = asked.of().response().substr(0, asked.offset);
            connection.send(bytes);
            if (asked.how == mishap::reset) connection.reset();
          });
          auto client = server.connect();
          BOOST_TEST(client.exchange(get("/fill")).body.content == "kept");
          origin.behave([](origin_connection& connection) {
            connection.read_request();
            connection.send(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nfresh");
          });
          const auto reply = client.exchange(asked.request());
          const bool retried = asked.offset == 0 && of.method == "GET";
          BOOST_TEST_CONTEXT(reply.describe()) {
            if (retried) {
              BOOST_TEST(reply.body.content == "fresh");
            } else {
              check_unfinished(asked, reply);
            }
          }
          BOOST_TEST(origin.request_count() == (retried ? 3u : 2u));
        }
      }
      server.drain();
      BOOST_TEST(server.proxy().counters().exchanges_in_flight == 0u);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
