// Whatever an upstream sends first: folds undone in place, parsed, framed, its fields passed on.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "policies/framing.hpp"
#include "policies/headers.hpp"
#include "proxy/wire/head_parser.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using found = errata::wire::head_scanner::found;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  errata::wire::head_scanner scanner;
  found at = scanner.scan(bytes);
  while (at == found::folded_line) {
    if (!scanner.unfold(bytes.data())) return 0;
    at = scanner.scan(bytes);
  }
  if (at != found::complete) return 0;
  errata::response_head head;
  if (errata::wire::parse_response_head({bytes.data(), scanner.head_size()}, head) !=
      errata::wire::head_fault::none) {
    return 0;
  }
  if (!errata::frame_response(head, "GET").fault.empty()) return 0;
  std::string out = "HTTP/1.1 200 OK\r\n";
  errata::append_response_fields(out, head, "X-Request-Id");
  out += "\r\n";
  errata::wire::head_scanner again;
  if (again.scan(out) != found::complete || again.head_size() != out.size()) std::abort();
  return 0;
}
