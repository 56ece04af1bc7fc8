// What goes wrong in each exchange of the chaos test: drawn from a seed and the exchange's number,
// so that the origins, the clients and the judge agree without talking to each other, and so that a
// seed gives the same mischief again.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/load/http_stream.hpp"

namespace errata::load {

// Which of the three origins is asked.
enum class temper : std::uint8_t {
  steady,    // always answers rightly
  restless,  // the same, but ends kept connections at will: idle, or with a request upon them
  chaotic,   // does as `mischief` says, and is restless
};

// How an answer comes. The last that is sound is bytes_behind.
enum class mischief : std::uint8_t {
  by_length,
  chunked,
  error_page,   // to be rewritten
  until_close,  // nothing but the end delimits it
  interim,      // three 103, then the answer
  slow,         // a few bytes at a time
  shorter_length,
  bytes_behind,  // another response, that nobody asked for
  closes_unanswered,
  resets_unanswered,
  closes_in_head,
  resets_in_head,
  bad_status_line,
  bad_length,
  flood,  // of 1xx
  stalls,
  early_refusal,  // 413 when the head has come, then the end
  closes_in_body,
  resets_in_body,
  longer_length,
  cut_chunks,
  bad_chunk_size,
  stalls_in_body,
};
inline constexpr std::size_t mischief_count = 23;

// What the client does.
enum class conduct : std::uint8_t {
  patient,
  cuts_request,  // ends the connection after a part of the request
  leaves,        // resets when all is sent
  hangs_up,      // at the first bytes of the response
};

struct chaos_plan {
  temper origin = temper::steady;
  bool is_post = false;
  bool chunked_post = false;
  mischief answer = mischief::by_length;
  conduct client = conduct::patient;
  bool client_resets = false;  // where it ends a connection
  bool ends_kept = false;      // the origin, with this request upon a kept connection
  unsigned idle_ms = 0;        // after which the origin ends the connection; 0: it does not
  std::uint64_t where = 0;     // chosen by the dice, for whoever cuts something
  std::size_t body_bytes = 0;  // of request and response
};

chaos_plan plan_of(std::uint64_t seed, std::uint64_t number);

std::string_view mischief_name(mischief m);
std::string_view temper_name(temper t);

// Where an exchange is asked for, without the slash: the name of its origin or, if it is to stall,
// "stalling". Only there does errata have short deadlines: nobody can starve what is sound.
std::string_view chaos_route(const chaos_plan& plan);

// The request, with its number in the path, in X-Request-Id and in its body.
std::string chaos_request(const chaos_plan& plan, std::uint64_t number);
std::string chaos_request_id(std::uint64_t number);
std::string chaos_body(std::uint64_t number, std::size_t bytes);
// The number in a path "/steady/17"; false where there is none.
bool chaos_number(std::string_view start_line, std::uint64_t& number);

// "1.250 s", for reports.
std::string in_seconds(std::chrono::steady_clock::duration time);

// How a response came to the client.
enum class arrival : std::uint8_t { whole, broken };

// What is wrong with the response that the client of this plan got; "" if nothing is. Of a broken
// one `response` is its head and what came of its body.
std::string chaos_verdict(const chaos_plan& plan, std::uint64_t number, arrival came,
                          const http_message& response);

}  // namespace errata::load
