// The kinds of exchange in the load test: what the client asks, what the origin answers, and what
// must come out of errata. Everything carries the tag of its request, so that a mixed-up answer
// cannot pass for a right one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tests/load/http_stream.hpp"

namespace errata::load {

struct exchange_kind {
  std::string_view name;  // the first segment of the path: /name/tag
  std::string_view method;
  bool chunked_request = false;
  bool origin_closes = false;  // after its answer
  // The origin's answer; empty: it closes without one.
  std::string (*answer)(const std::string& tag, const http_message& request);
  // What is wrong with the response that the client got; "" if nothing is.
  std::string (*verdict)(const std::string& tag, const http_message& response);
};

std::span<const exchange_kind> exchange_kinds();
const exchange_kind* find_kind(std::string_view name);

// A fixed mix: the kinds by turns, the costly ones rarely.
const exchange_kind& scheduled_kind(std::uint64_t turn);

// The request with its tag in the path, in X-Request-Id and, where there is a body, in that.
std::string request_text(const exchange_kind& kind, const std::string& tag);
std::string request_id_of(const std::string& tag);

std::string chunk(std::string_view bytes);

// What is wrong with a response that must be an envelope; "" if nothing is. `text`: what its
// message must hold, "" for anything. Every envelope is looked at as a whole.
std::string envelope_problem(const http_message& response, unsigned status, std::string_view type,
                             std::string_view text);

// What holds for every response (request id, tag, status line), then the kind's own verdict.
std::string judge(const exchange_kind& kind, const std::string& tag, const http_message& response);

}  // namespace errata::load
