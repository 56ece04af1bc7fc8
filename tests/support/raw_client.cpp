#include "tests/support/raw_client.hpp"

#include <charconv>

namespace errata::testing {
namespace {

// "HTTP/1.1 200 OK": a status of exactly three digits (RFC 9112 section 4).
void parse_status_line(received_response& response) {
  const std::string_view line = response.head.start_line;
  const bool sound = line.size() >= 13 && line.starts_with("HTTP/1.") && line[8] == ' ' &&
                     line[12] == ' ' &&
                     std::from_chars(&line[9], &line[12], response.status).ptr == &line[12];
  if (!sound) {
    response.status = 0;
    return;
  }
  response.version = line.substr(0, 8);
  response.reason = line.substr(13);
}

bool has_body(const received_response& response) {
  return !response.to_head_request && response.status != 204 && response.status != 304 &&
         response.status / 100 != 1;
}

}  // namespace

std::string received_response::describe() const {
  std::string result = head.raw.empty() ? "no head" : head.raw;
  result += "[body " + std::to_string(body.content.size()) + " bytes, " +
            (body.complete ? "complete" : "not complete") + ", ended: ";
  result += to_text(ended);
  return result + "] " + body.content.substr(0, 600);
}

void raw_client::send_bytewise(std::string_view bytes) {
  for (const char& byte : bytes)
    if (!stream_.send({&byte, 1})) return;
}

received_response raw_client::read_one_head() {
  received_response response;
  std::string raw;
  const bool got = stream_.read_until("\r\n\r\n", raw);
  response.head = parse_head(std::move(raw));
  if (got) {
    parse_status_line(response);
  } else {
    response.ended = stream_.ended();
  }
  return response;
}

received_response raw_client::read_response(std::string_view method) {
  std::vector<text_head> interim;
  auto response = read_one_head();
  while (response.status / 100 == 1 && response.status != 101) {
    interim.push_back(std::move(response.head));
    response = read_one_head();
  }
  response.interim = std::move(interim);
  response.to_head_request = method == "HEAD";
  if (response.status == 0) return response;
  if (has_body(response)) {
    response.body = read_response_body(stream_, response.head);
    if (!response.body.complete || response.body.by == framing::until_close)
      response.ended = stream_.ended();
  } else {
    response.body.complete = true;
  }
  return response;
}

received_response raw_client::exchange(std::string_view request, std::string_view method) {
  stream_.send(request);
  return read_response(method);
}

ending raw_client::wait_for_end(std::string* leftover) {
  auto rest = stream_.read_to_end();
  if (leftover != nullptr) *leftover = std::move(rest);
  return stream_.ended();
}

received_response fetch(std::uint16_t port, std::string_view request, std::string_view method) {
  raw_client client(port);
  return client.exchange(request, method);
}

std::string get(std::string_view target, std::string_view fields) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test.example\r\n" +
         std::string(fields) + "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view fields) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: test.example\r\n" +
         std::string(fields) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

}  // namespace errata::testing
