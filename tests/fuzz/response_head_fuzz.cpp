// Whatever an upstream sends first: mended, parsed, framed, its fields passed on.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "policies/framing.hpp"
#include "policies/headers.hpp"
#include "proxy/wire/head_parser.hpp"
#include "proxy/wire/tolerant_head.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using found = errata::wire::head_scanner::found;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  errata::wire::head_scanner scanner(errata::wire::head_reading::tolerant);
  if (scanner.scan(bytes) != found::complete) return 0;
  const std::string_view came(bytes.data(), scanner.head_size());
  errata::response_head head;
  std::string mended;
  const bool sound = !scanner.is_odd() && errata::wire::parse_response_head(came, head) ==
                                              errata::wire::head_fault::none;
  if (!sound) {
    if (!errata::wire::repair_response_head(came, mended)) return 0;
    std::string again;
    // Mending once is enough.
    if (!errata::wire::repair_response_head(mended, again) || again != mended) std::abort();
    if (errata::wire::parse_response_head(mended, head) != errata::wire::head_fault::none) return 0;
  }
  if (!errata::frame_response(head, "GET").fault.empty()) return 0;
  std::string out = "HTTP/1.1 200 OK\r\n";
  errata::append_response_fields(out, head, "X-Request-Id");
  out += "\r\n";
  errata::wire::head_scanner again;
  if (again.scan(out) != found::complete || again.head_size() != out.size()) std::abort();
  return 0;
}
