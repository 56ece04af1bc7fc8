// Whatever a client puts into a request: its log line is one line, and JSON.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "proxy/access_log.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  errata::exchange_record record;
  record.request_id = record.target = record.user_agent = record.host = record.method = text;
  record.client_request_id = record.upstream_request_id = record.code = text;
  std::string line;
  errata::append_log_line(line, record);
  if (line.find('\n') != line.size() - 1) std::abort();
  boost::system::error_code failed;
  boost::json::parse(line, failed);
  if (failed) std::abort();
  return 0;
}
