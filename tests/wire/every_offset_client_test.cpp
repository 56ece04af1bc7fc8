// The client breaks its request at every byte of five short exchanges: it ends the stream there,
// resets, stalls or sends another byte. Each time it gets whole answers of the right class or an
// end, the service sees the request whole once or never whole, the next request works, and in the
// end nothing is in flight and every descriptor is back.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/breakable_server.hpp"
#include "tests/support/envelope_checker.hpp"
#include "tests/support/short_exchanges.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(every_offset_client)

using namespace errata;
using namespace errata::testing;

namespace {

std::size_t body_begins_at(const broken_exchange& asked) {
  return asked.request().size() - asked.of().request_body.size();
}

void check_whole_answer(const broken_exchange& asked, const received_response& reply) {
  if (asked.of().is_error()) {
    check_error(reply, asked.of().status, "", error_author::upstream);
  } else {
    BOOST_TEST(reply.status == asked.of().status);
    BOOST_TEST(reply.complete());
    BOOST_TEST(reply.body.content == asked.of().content);
  }
  BOOST_TEST(reply.head.value("X-Request-Id") == asked.request_id());
}

// Nothing more comes. A client that has sent what nobody reads is reset, not closed.
void check_end(raw_client& client) {
  std::string leftover;
  BOOST_TEST((client.wait_for_end(&leftover) != ending::timed_out));
  BOOST_TEST(leftover == "");
}

template <class Act>
void at_every_byte(mishap how, std::span<const unsigned char> garbage, Act act) {
  for (std::size_t exchange = 0; exchange < short_exchanges().size(); ++exchange) {
    const std::size_t size = broken_exchange{exchange, how}.request().size();
    for (std::size_t offset = 0; offset < size; ++offset) {
      for (const auto byte : garbage) {
        const broken_exchange asked{exchange, how, offset, byte};
        BOOST_TEST_CONTEXT(asked.describe()) {
          act(asked);
        }
      }
    }
  }
}

// No request that was broken off became whole at the service.
void check_none_whole(const scripted_origin& origin) {
  for (const auto& seen : origin.requests()) {
    if (seen.target == "/next") continue;
    BOOST_TEST(!seen.complete(), "came whole: " + seen.target);
  }
}

constexpr unsigned char no_garbage[] = {0};

}  // namespace

// RFC 9112 section 8: an incomplete request is no request. See also
// docs/decisions/0004-a-half-close-is-no-abort.md.
BOOST_AUTO_TEST_CASE(the_stream_ends_at_every_byte) {
  breakable_server clients(answer_whole);
  at_every_byte(mishap::cut, no_garbage, [&](const broken_exchange& asked) {
    auto client = clients.server->connect();
    client.send(asked.request().substr(0, asked.offset));
    client.stream().finish_sending();
    if (asked.offset > 0 && asked.offset < body_begins_at(asked))
      check_error(client.read_response(), 400, "malformed_request");
    check_end(client);
    BOOST_TEST(clients.server->fetch(get("/next")).body.content == "good");
  });
  check_none_whole(*clients.origin);
}

BOOST_AUTO_TEST_CASE(the_connection_is_reset_at_every_byte) {
  breakable_server clients(answer_whole);
  at_every_byte(mishap::reset, no_garbage, [&](const broken_exchange& asked) {
    auto client = clients.server->connect();
    client.send(asked.request().substr(0, asked.offset));
    client.stream().reset();
    BOOST_TEST(clients.server->fetch(get("/next")).body.content == "good");
  });
  check_none_whole(*clients.origin);
}

// Each gets the time of a head or of a body; all together cost one timeout.
BOOST_AUTO_TEST_CASE(the_stream_stalls_at_every_byte) {
  breakable_server clients(answer_whole,
                           {.top = R"("timeouts": { "header": "500ms", "body": "500ms" },
                                   "request_id": { "trust": "always" })"});
  struct stalled {
    broken_exchange asked;
    raw_client client;
  };
  std::vector<stalled> all;
  at_every_byte(mishap::stall, no_garbage, [&](const broken_exchange& asked) {
    all.push_back({asked, clients.server->connect()});
    all.back().client.send(asked.request().substr(0, asked.offset));
  });
  for (auto& one : all) {
    BOOST_TEST_CONTEXT(one.asked.describe()) {
      if (one.asked.offset > 0) {
        const auto reply = one.client.read_response();
        check_error(reply, 408, "request_timeout");
        BOOST_TEST(reply.head.value("Connection") == "close");
        if (one.asked.offset >= body_begins_at(one.asked))
          BOOST_TEST(reply.head.value("X-Request-Id") == one.asked.request_id());
      }
      check_end(one.client);
    }
  }
  BOOST_TEST(clients.server->fetch(get("/next")).body.content == "good");
  check_none_whole(*clients.origin);
}

// The stream ends behind the garbled request, so that a length that grew is missed at once. What a
// framing that was lost leaves over is taken for another request, as by everyone who reads it.
BOOST_AUTO_TEST_CASE(every_byte_is_another) {
  breakable_server clients(answer_whole);
  at_every_byte(mishap::garble, garbage_bytes, [&](const broken_exchange& asked) {
    auto bytes = asked.request();
    bytes[asked.offset] = static_cast<char>(asked.garbage);
    auto client = clients.server->connect();
    client.send(bytes);
    client.stream().finish_sending();
    int answers = 0;
    while (true) {
      const auto reply = client.read_response();
      if (reply.head.raw.empty()) {
        BOOST_TEST((reply.ended == ending::closed || reply.ended == ending::reset));
        break;
      }
      BOOST_TEST_CONTEXT(reply.describe()) {
        ++answers;
        BOOST_TEST(reply.complete());
        BOOST_TEST(reply.head.count("X-Request-Id") == 1u);
        if (reply.status >= 400) {
          const bool own = reply.head.value("Cache-Control") == "no-store";
          check_error(reply, reply.status, "", own ? error_author::errata : error_author::upstream);
        } else {
          const bool known =
              reply.body.content == "good" || reply.body.content == asked.of().content;
          BOOST_TEST(known);
        }
      }
    }
    BOOST_TEST(answers <= 2);
    BOOST_TEST(clients.server->fetch(get("/next")).body.content == "good");
  });
  // What arrived whole has the body that was sent, but for the one byte, or none.
  for (const auto& seen : clients.origin->requests()) {
    if (!seen.complete()) continue;
    const auto differing =
        std::mismatch(seen.body.content.begin(), seen.body.content.end(),
                      std::string_view("hello").begin(), std::string_view("hello").end());
    const auto rest = static_cast<std::size_t>(differing.first - seen.body.content.begin());
    const bool sound = seen.body.content.empty() ||
                       (seen.body.content.size() == 5 &&
                        (rest == 5 || std::string_view(seen.body.content).substr(rest + 1) ==
                                          std::string_view("hello").substr(rest + 1)));
    BOOST_TEST(sound, seen.head.raw + seen.body.content);
  }
}

// The client takes a part of the answer and leaves, at every byte of it.
BOOST_AUTO_TEST_CASE(the_client_leaves_at_every_byte_of_the_answer) {
  for (const auto how : {mishap::cut, mishap::reset}) {
    breakable_server clients(answer_whole);
    for (std::size_t exchange = 0; exchange < short_exchanges().size(); ++exchange) {
      const broken_exchange asked{exchange};
      std::string answer;
      {
        auto client = clients.server->connect();
        const auto reply = client.exchange(asked.request());
        check_whole_answer(asked, reply);
        answer = reply.head.raw + reply.body.raw;
      }
      clients.origin->forget();
      for (std::size_t offset = 0; offset < answer.size(); ++offset) {
        auto client = clients.server->connect();
        auto again = asked;
        again.offset = offset;
        client.send(again.request());
        std::string got;
        client.stream().read_exactly(offset, got);
        if (how == mishap::reset) client.stream().reset();
      }
      BOOST_TEST(clients.server->fetch(get("/next")).body.content == "good");
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
