// The catalog: the only place that knows types, codes, default messages, statuses and their
// collapse. Made from conf/catalog.json (compiled in, or the operator's own file); see
// docs/envelope.md. Immutable once parsed; safe to read from every thread.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace errata {

// `preserve` keeps the upstream's status; `strict` sends only the reference's twelve.
enum class status_policy : std::uint8_t { preserve, strict };

enum class retry_advice : std::uint8_t { no, yes, if_idempotent };

// Every error that errata itself makes. The catalog file has a row for each under "causes", keyed
// by the enumerator's name: cause_name() gives it.
enum class cause : std::uint8_t {
  malformed_request,        // 400: head that is not HTTP/1.x, ambiguous framing, bad Host; close
  target_too_long,          // 414
  headers_too_large,        // 431: bytes or number of fields
  body_too_large,           // 413
  unknown_transfer_coding,  // 501
  version_not_supported,    // 505
  expectation_failed,       // 417: Expect other than 100-continue
  method_not_allowed,       // 405: CONNECT, TRACE
  loop_detected,            // 508: our own pseudonym in Via
  header_timeout,           // 408
  body_timeout,             // 408
  route_not_found,          // 404
  rate_limited,             // 429
  upstream_unreachable,     // 503: refused, reset or timed out while connecting, unresolvable
  upstream_saturated,       // 503: no connection came free in time, or too many wait
  overloaded,               // 503: errata's own caps
  draining,                 // 503
  upstream_closed,          // 502: sent, then closed or reset before a whole response head
  upstream_malformed,       // 502: what came is not HTTP/1.x or is framed ambiguously
  upstream_timeout,         // 504: sent, no response head in time
  internal,                 // 500: a bug of ours, caught
};
inline constexpr std::size_t cause_count = static_cast<std::size_t>(cause::internal) + 1;
std::string_view cause_name(cause c) noexcept;

// What the catalog says of one status or one cause.
struct catalog_row {
  unsigned status = 500;  // what `preserve` sends
  unsigned strict = 500;  // what `strict` sends
  // Collapse rule (d): under `strict` send 503 when repeating is safe, else `strict`.
  bool strict_503_if_safe = false;
  std::string type = {};
  std::string code = {};
  std::string message = {};
  std::string description = {};  // for the reference, longer; may be empty. Never sent
  retry_advice retry = retry_advice::no;
};

// One thing wrong with a catalog file.
struct catalog_problem {
  std::string pointer;       // JSON pointer of the value
  std::string message = {};  // what is wrong, and what would be right
};

struct parsed_catalog;

class catalog {
 public:
  // Parses the text of a catalog file (JSON with comments and trailing commas). When
  // `problems` is not empty the catalog must not be used.
  static parsed_catalog parse(std::string_view text);

  // The one compiled in, from conf/catalog.json.
  static const catalog& built_in();

  // The row of a status as an upstream sent it. Total: unlisted 4xx and 5xx, and statuses
  // outside 200 to 599, have their row too.
  const catalog_row& for_status(unsigned upstream_status) const noexcept;

  const catalog_row& for_cause(cause c) const noexcept;

  // The row of a code (of a status, of a cause, or of the operator's own "codes"), for routes that
  // `respond` with one. nullptr if there is none.
  const catalog_row* find_code(std::string_view code) const noexcept;

  // Every code that find_code() knows, sorted: for messages that suggest the nearest.
  std::vector<std::string_view> codes() const;

  // Whether the file has a row for this very status; false: it is one of "4xx" or "5xx".
  bool lists(unsigned status) const noexcept;

  // The operator's own codes, and the types, each in the order of the file.
  std::span<const catalog_row> own_codes() const noexcept;
  std::span<const std::string> types() const noexcept { return types_; }

  // The type that goes with a status that is sent; and whether `type` is one of the catalog's.
  std::string_view type_of(unsigned sent_status) const noexcept;
  bool is_type(std::string_view type) const noexcept;

  // The status to send for `row`. `safe_to_repeat`: never sent upstream, or an idempotent method.
  static unsigned sent_status(const catalog_row& row, status_policy policy,
                              bool safe_to_repeat) noexcept;

 private:
  friend struct parsed_catalog;
  std::vector<catalog_row> rows_;  // one for each of 400..599, the invalid, causes, codes
  std::vector<std::uint16_t> row_of_status_;  // 0..999 -> index into rows_
  std::vector<std::uint16_t> row_of_cause_;   // cause -> index into rows_
  std::vector<std::uint16_t> by_code_;        // find_code()'s, sorted by code
  std::vector<std::string> types_;
  std::bitset<600> listed_;
  std::size_t own_codes_at_ = 0;  // index into rows_, of which they are the end
};

struct parsed_catalog {
  catalog value;
  std::vector<catalog_problem> problems;
};

// GET HEAD OPTIONS TRACE PUT DELETE (RFC 9110 section 9.2.2). Methods are case-sensitive.
bool is_idempotent(std::string_view method) noexcept;

}  // namespace errata
