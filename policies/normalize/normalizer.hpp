// Is this response canonical? If not, which envelope? The order of decode, sniff, dialects and
// scrub, and which headers survive a rewrite. Pure: no I/O, no clock. One instance a configuration,
// immutable, shared by every thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policies/catalog.hpp"
#include "policies/message.hpp"
#include "policies/normalize/leak_kinds.hpp"
#include "policies/normalize/shape_rule.hpp"

namespace errata {

struct choice;
struct explanation;

// enforce: errors leave as envelopes. shadow: the original bytes leave, the would-be envelope goes
// to the log. off: nothing is looked at.
enum class normalize_mode : std::uint8_t { enforce, shadow, off };

// What the caller must do with a response whose head it has read.
//   pass      relay head and body as they come
//   need_body collect the body (up to max_body()), then call normalize()
//   inspect   a success that a rule of the operator's may take for an error: collect the body while
//             may_still_be_error() and up to max_body(), then call normalize(); what does not come
//             whole within that is relayed
//   replace   the body is of no use (HEAD, over the cap by its Content-Length): call normalize()
//             with an empty body at once
enum class verdict : std::uint8_t { pass, need_body, inspect, replace };

// How much of the body was collected.
enum class body_state : std::uint8_t { complete, over_cap, truncated, absent };

struct normalizer_options {
  std::size_t max_body = 64 * 1024;       // of an error: bytes collected, and bytes after decoding
  std::string doc_url_base;               // empty: no doc_url
  std::string auth_challenge = "Bearer";  // WWW-Authenticate of a 401 that came without one
  std::string request_id_field = "X-Request-Id";  // an upstream's own is dropped
  leak_set scrubbed = leak_set::all();            // the kinds that are taken out of messages
  bool problem_json = false;  // clients that prefer application/problem+json get it
};

// How an error is written for this client: as the envelope, or as a problem document (RFC 9457),
// which only who asks for it gets, and only where the configuration allows it.
enum class error_format : std::uint8_t { envelope, problem };

// What the normalizer must know of the request. Views live as long as the exchange.
struct request_facts {
  std::string_view method;
  const field_list* fields = nullptr;  // never null in use
  status_policy policy = status_policy::preserve;
  std::string_view request_id = {};      // of the exchange
  const route_shapes* shapes = nullptr;  // the operator's rules of the route; null: none
};

struct normalized {
  // Already canonical, or a success that no rule takes for an error: relay the original.
  bool untouched = false;
  unsigned status = 500;  // to send
  std::string body;       // the envelope's or problem's text; empty when untouched
  error_format format = error_format::envelope;
  std::string_view shape;  // what it was recognised as, for the log: "canonical", "problem_json",
                           // "spring", "html", "soap", "text", "empty", "default" ..., static text;
                           // or the name of the operator's rule, which lives as long as the rule
  std::string code;        // of the envelope, for the log
  leak_counts scrubbed;    // what was taken out of what the upstream said
  bool default_message = false;  // it is the catalog's
  bool default_code = false;
};

class normalizer {
 public:
  // `codes` must outlive the normalizer.
  normalizer(const catalog& codes, normalizer_options options);

  std::size_t max_body() const noexcept { return options_.max_body; }
  const normalizer_options& options() const noexcept { return options_; }

  // From the head alone. Statuses below 400 pass, whatever they carry (1xx never come here), but
  // for successes that a rule of the route's may take for an error.
  verdict judge(const request_facts& request, const response_head& response) const;

  // Whether a success that judge() had inspected is still worth holding back now that these are the
  // first bytes of its body, transfer coding off. Beyond the first 512 bytes nothing changes.
  bool may_still_be_error(const request_facts& request, const response_head& response,
                          std::string_view begun) const;

  // `body` is as it came, content coding still on, transfer coding off. Never throws on bad input;
  // linear in body.size(), bounded in memory by a small multiple of max_body. A success wants a
  // complete body. `why`, where not null, is told how it came to that.
  normalized normalize(const request_facts& request, const response_head& response,
                       std::string_view body, body_state state, explanation* why = nullptr) const;

  // Appends the field lines ("Name: value\r\n") of a rewritten response: those of `upstream` that
  // survive (docs/envelope.md: every Set-Cookie, WWW-Authenticate, Allow, CORS ... byte for
  // byte and in order), then Content-Type, X-Content-Type-Options, Cache-Control, WWW-Authenticate
  // and Vary as needed. Not appended, because the caller owns them: hop-by-hop fields,
  // Content-Length, Date (an upstream's Date is dropped), X-Request-Id, Via, Retry-After of our
  // own. For a reply that errata authors itself pass an empty head.
  void append_error_fields(std::string& out, const response_head& upstream, unsigned sent_status,
                           error_format format = error_format::envelope) const;

  // The format of errors for this client; and the body of a reply that errata authors itself.
  error_format format_for(const request_facts& request) const noexcept;
  void append_authored(std::string& out, error_format format, const catalog_row& row,
                       unsigned sent_status, std::string_view request_id) const;

  // What append_error_fields() and append_authored() say of a cause's row, made beforehand.
  // nullptr where it was not: for problems, and where a policy changed the status.
  struct authored_text {
    std::string head;         // the status line and the fields
    std::string length_line;  // "Content-Length: ..."
    std::string body;
  };
  const authored_text* authored(error_format format, cause why,
                                unsigned sent_status) const noexcept;

 private:
  void complete_from_fields(choice& said, const response_head& response, explanation* why) const;
  void write_error(const request_facts& request, const catalog_row& row, choice&& said,
                   normalized& out) const;
  std::string doc_url_of(std::string_view code) const;

  const catalog& codes_;
  normalizer_options options_;
  std::vector<authored_text> authored_;  // by cause
};

}  // namespace errata
