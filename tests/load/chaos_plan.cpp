#include "tests/load/chaos_plan.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <numeric>

#include "tests/load/exchanges.hpp"

namespace errata::load {
namespace {

// Splitmix64: well mixed however close the seeds are.
class dice {
 public:
  explicit dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t roll() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  std::uint64_t below(std::uint64_t bound) { return roll() % bound; }
  bool percent(unsigned chance) { return below(100) < chance; }

 private:
  std::uint64_t state_;
};

struct named_mischief {
  std::string_view name;
  unsigned weight;  // of a thousand or so
};

constexpr std::array<named_mischief, mischief_count> mischiefs = {{
    {"by_length", 180},
    {"chunked", 120},
    {"error_page", 80},
    {"until_close", 50},
    {"interim", 50},
    {"slow", 50},
    {"shorter_length", 40},
    {"bytes_behind", 60},
    {"closes_unanswered", 40},
    {"resets_unanswered", 40},
    {"closes_in_head", 40},
    {"resets_in_head", 40},
    {"bad_status_line", 30},
    {"bad_length", 30},
    {"flood", 20},
    {"stalls", 4},
    {"early_refusal", 30},
    {"closes_in_body", 30},
    {"resets_in_body", 30},
    {"longer_length", 20},
    {"cut_chunks", 20},
    {"bad_chunk_size", 20},
    {"stalls_in_body", 4},
}};

mischief draw_mischief(dice& rolled) {
  static constexpr unsigned total =
      std::accumulate(mischiefs.begin(), mischiefs.end(), 0U,
                      [](unsigned sum, const named_mischief& one) { return sum + one.weight; });
  std::uint64_t left = rolled.below(total);
  std::size_t at = 0;
  while (left >= mischiefs[at].weight) left -= mischiefs[at++].weight;
  return static_cast<mischief>(at);
}

bool is_sound(mischief m) {
  return m <= mischief::bytes_behind;
}

// Those that break when the head of a success is out.
bool may_break_off(mischief m) {
  return m >= mischief::closes_in_body;
}

// A POST that met the end of a kept connection is not sent again, so that it may be lost.
bool may_fail(const chaos_plan& plan) {
  return !is_sound(plan.answer) || (plan.is_post && plan.origin != temper::steady);
}

}  // namespace

std::string_view mischief_name(mischief m) {
  return mischiefs[static_cast<std::size_t>(m)].name;
}

std::string_view temper_name(temper t) {
  constexpr std::array<std::string_view, 3> names = {"steady", "restless", "chaotic"};
  return names[static_cast<std::size_t>(t)];
}

std::string_view chaos_route(const chaos_plan& plan) {
  const bool stalls = plan.answer == mischief::stalls || plan.answer == mischief::stalls_in_body;
  return stalls ? "stalling" : temper_name(plan.origin);
}

chaos_plan plan_of(std::uint64_t seed, std::uint64_t number) {
  dice rolled(seed * 0x100000001B3U + number);
  chaos_plan plan;
  plan.origin = rolled.percent(50)   ? temper::chaotic
                : rolled.percent(50) ? temper::restless
                                     : temper::steady;
  plan.is_post = rolled.percent(35);
  plan.chunked_post = rolled.percent(40);
  plan.answer = draw_mischief(rolled);
  if (plan.origin != temper::chaotic) {
    plan.answer = rolled.percent(50) ? mischief::by_length : mischief::chunked;
  }
  if (rolled.percent(12)) plan.client = static_cast<conduct>(1 + rolled.below(3));
  plan.client_resets = rolled.percent(50);
  plan.ends_kept = plan.origin != temper::steady && rolled.percent(8);
  if (plan.origin != temper::steady && rolled.percent(10)) {
    plan.idle_ms = static_cast<unsigned>(1 + rolled.below(20));
  }
  plan.where = rolled.roll();
  constexpr std::size_t large = 100 * 1024;
  plan.body_bytes = rolled.percent(3) ? large : 40 + rolled.below(2000);
  return plan;
}

std::string chaos_request_id(std::uint64_t number) {
  return "chaos-" + std::to_string(number) + "-id";
}

std::string chaos_body(std::uint64_t number, std::size_t bytes) {
  std::string out = std::to_string(number) + ' ';
  while (out.size() < bytes) out.append(out);
  out.resize(bytes);
  return out;
}

std::string chaos_request(const chaos_plan& plan, std::uint64_t number) {
  std::string out(plan.is_post ? "POST /" : "GET /");
  out.append(chaos_route(plan)).append("/").append(std::to_string(number));
  out.append(" HTTP/1.1\r\nHost: load.example\r\nX-Request-Id: ");
  out.append(chaos_request_id(number)).append("\r\n");
  if (!plan.is_post) return out.append("\r\n");
  const std::string body = chaos_body(number, plan.body_bytes);
  if (!plan.chunked_post) {
    out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
    return out.append(body);
  }
  const std::string_view text = body;
  const std::size_t first = plan.where % text.size();
  out.append("Transfer-Encoding: chunked\r\n\r\n");
  if (first > 0) out.append(chunk(text.substr(0, first)));
  return out.append(chunk(text.substr(first))).append("0\r\n\r\n");
}

std::string in_seconds(std::chrono::steady_clock::duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f s", std::chrono::duration<double>(time).count());
  return text;
}

bool chaos_number(std::string_view start_line, std::uint64_t& number) {
  const std::size_t slash = start_line.find('/', start_line.find('/') + 1);
  if (slash == std::string_view::npos) return false;
  const char* end = start_line.data() + start_line.size();
  return std::from_chars(start_line.data() + slash + 1, end, number).ec == std::errc{};
}

std::string chaos_verdict(const chaos_plan& plan, std::uint64_t number, arrival came,
                          const http_message& response) {
  const unsigned status = response.status();
  const std::string body = chaos_body(number, plan.body_bytes);
  const std::string_view tag = response.value("x-tag");
  if (response.count("x-request-id") != 1) return "not exactly one X-Request-Id";
  if (response.value("x-request-id") != chaos_request_id(number)) return "another one's id";
  if (!tag.empty() && tag != std::to_string(number)) return "another one's X-Tag";
  if (came == arrival::broken) {
    if (!may_break_off(plan.answer)) return "broke off";
    if (status != 200 || tag.empty()) return "broke off, and is no success";
    return body.starts_with(response.body) ? "" : "other bytes than the origin's";
  }
  if (tag.empty()) {
    if (status < 500 || !may_fail(plan)) return "no answer of the origin's";
    return envelope_problem(response, status, "server_error", "");
  }
  if (plan.answer == mischief::error_page) {
    return envelope_problem(response, 404, "resource_not_found", "");
  }
  if (plan.answer == mischief::early_refusal) {
    return envelope_problem(response, 413, "invalid_request", "");
  }
  if (!is_sound(plan.answer)) return "a broken response came whole";
  if (status != 200) return "wrong status";
  const bool cut = plan.answer == mischief::shorter_length;
  return response.body == body.substr(0, cut ? body.size() - 5 : body.size()) ? "" : "wrong body";
}

}  // namespace errata::load
