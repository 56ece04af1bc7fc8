// A chunked body cut at an arbitrary place: what comes out is the same as of the whole, is
// canonical, and holds the same data in both modes, and so it does for who takes data past the
// scanner.
//
// The bytes: one for the place of the cut, then the body.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "proxy/wire/chunked.hpp"

namespace {

using errata::wire::chunk_scanner;

struct scanned {
  chunk_scanner::state state = chunk_scanner::state::more;
  std::string out;
};

scanned scan(std::string_view bytes, std::size_t cut, chunk_scanner::output what) {
  chunk_scanner scanner(what);
  scanned result;
  std::size_t used = 0;
  for (const std::size_t end : {cut, bytes.size()}) {
    while (result.state == chunk_scanner::state::more && used < end) {
      errata::wire::pieces pieces;
      std::size_t consumed = 0;
      result.state = scanner.scan(bytes.substr(used, end - used), pieces, consumed);
      for (std::size_t i = 0; i < pieces.count; ++i) {
        result.out.append(static_cast<const char*>(pieces.items[i].iov_base),
                          pieces.items[i].iov_len);
      }
      used += consumed;
      if (consumed == 0) break;
    }
  }
  return result;
}

// Framing is given byte by byte, data goes by unseen.
scanned scan_framing_alone(std::string_view bytes) {
  chunk_scanner scanner(chunk_scanner::output::data_only);
  scanned result;
  std::size_t used = 0;
  for (std::size_t end = 0; result.state == chunk_scanner::state::more && end < bytes.size();) {
    const std::uint64_t ahead = scanner.data_ahead();
    std::size_t consumed = std::min<std::uint64_t>(ahead, bytes.size() - used);
    if (ahead > 0) {
      result.out.append(bytes.substr(used, consumed));
      scanner.pass(consumed);
      end = used + consumed;
    } else {
      ++end;
      result.state = scanner.scan_framing(bytes.substr(used, end - used), consumed);
    }
    used += consumed;
  }
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = bytes.size() * data[0] / 256;
  const scanned cut_up = scan(bytes, cut, chunk_scanner::output::framed);
  const scanned whole = scan(bytes, bytes.size(), chunk_scanner::output::framed);
  const scanned plain = scan(bytes, bytes.size(), chunk_scanner::output::data_only);
  const scanned unseen = scan_framing_alone(bytes);
  if (unseen.state != plain.state || unseen.out != plain.out) std::abort();
  if (whole.state != chunk_scanner::state::done) return 0;
  if (cut_up.state != whole.state || cut_up.out != whole.out) std::abort();
  const scanned again = scan(whole.out, whole.out.size(), chunk_scanner::output::data_only);
  if (again.state != chunk_scanner::state::done || again.out != plain.out) std::abort();
  return 0;
}
