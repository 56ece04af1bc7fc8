// Whatever a client sends first: the scanner, Beast's grammar, the framing rules, and what would go
// upstream never throw, never read outside, and never let a second line through.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "policies/framing.hpp"
#include "policies/headers.hpp"
#include "proxy/wire/head_parser.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  errata::wire::head_scanner scanner;
  if (scanner.scan(bytes) != errata::wire::head_scanner::found::complete) return 0;
  errata::request_head head;
  if (errata::wire::parse_request_head({bytes.data(), scanner.head_size()}, head) !=
      errata::wire::head_fault::none) {
    return 0;
  }
  const auto framed = errata::frame_request(head, {});
  if (framed.refused) return 0;
  errata::forwarding_facts facts;
  facts.peer = "192.0.2.1";
  facts.authority = framed.authority;
  facts.endpoint = "127.0.0.1:9001";
  facts.pseudonym = "errata";
  facts.request_id_field = "X-Request-Id";
  facts.request_id = "0123456789";
  std::string out = "GET / HTTP/1.1\r\n";
  if (!errata::append_request_fields(out, head, facts)) return 0;
  out += "\r\n";
  errata::wire::head_scanner again;
  errata::request_head sent;
  const bool sound =
      again.scan(out) == errata::wire::head_scanner::found::complete &&
      again.head_size() == out.size() &&
      errata::wire::parse_request_head(out, sent) == errata::wire::head_fault::none &&
      sent.fields.count(errata::field_id::host) == 1 &&
      !sent.fields.has(errata::field_id::transfer_encoding) &&
      !sent.fields.has(errata::field_id::content_length);
  if (!sound) std::abort();
  return 0;
}
