// A client that sends exactly the bytes a test gives it and reads what comes back by HTTP/1.1
// framing, keeping the bytes as they came.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/byte_stream.hpp"
#include "tests/support/http_text.hpp"

namespace errata::testing {

struct received_response {
  std::vector<text_head> interim;  // 1xx heads that came before it, 101 not among them
  text_head head;
  unsigned status = 0;  // 0: no status line came
  std::string reason;
  std::string version;  // "HTTP/1.1"
  text_body body;
  bool to_head_request = false;
  ending ended = ending::none;  // why it is not complete; or closed, for a body until close

  // Whether a sound head and the whole body came.
  bool complete() const { return status != 0 && head.well_formed && body.complete; }
  // For messages of failing checks.
  std::string describe() const;
};

class raw_client {
 public:
  // `source`: the loopback address to come from, "" for 127.0.0.1.
  explicit raw_client(std::uint16_t port, const std::string& source = {})
      : stream_(byte_stream::connect(port, source)) {}

  bool connected() const noexcept { return stream_.open(); }
  byte_stream& stream() noexcept { return stream_; }

  bool send(std::string_view bytes) { return stream_.send(bytes); }
  // One byte a segment.
  void send_bytewise(std::string_view bytes);

  // `method` is that of the request answered: HEAD has no body.
  received_response read_response(std::string_view method = "GET");
  // One head, be it interim or final.
  received_response read_one_head();
  received_response exchange(std::string_view request, std::string_view method = "GET");

  // Whether something has come, or the connection has ended. Does not wait.
  bool readable() const { return stream_.readable(); }
  // Waits for the server's end of the connection. `leftover` gets what came before it.
  ending wait_for_end(std::string* leftover = nullptr);

 private:
  byte_stream stream_;
};

// One request over a new connection. Neither sends `Connection: close` nor waits for the end.
received_response fetch(std::uint16_t port, std::string_view request,
                        std::string_view method = "GET");

// "GET /path HTTP/1.1\r\nHost: test.example\r\n" + fields + "\r\n".
std::string get(std::string_view target, std::string_view fields = {});
// A request with a body and its Content-Length.
std::string post(std::string_view target, std::string_view body, std::string_view fields = {});

}  // namespace errata::testing
