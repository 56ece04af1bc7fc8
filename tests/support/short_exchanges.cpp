#include "tests/support/short_exchanges.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <iterator>

namespace errata::testing {
namespace {

short_exchange exchange(std::string_view name, std::string_view method, std::string_view fields,
                        std::string_view body, std::string_view posted, std::string_view head,
                        std::string_view response_body, std::string_view content, unsigned status) {
  return {name,
          method,
          fields,
          body,
          posted,
          std::string(head) + "\r\n\r\n",
          std::string(response_body),
          std::string(content),
          status};
}

const std::array<short_exchange, 5>& made_exchanges() {
  // One digit of length: with two, a blank for one of them would be a shorter length.
  constexpr std::string_view text = "all is ok";
  constexpr std::string_view page = "<h1>Not Found</h1>";
  constexpr std::string_view json = R"({"message":"The name is taken."})";
  static const std::array<short_exchange, 5> all = {
      exchange("get", "GET", "", "", "", "HTTP/1.1 200 OK\r\nContent-Length: 9", text, text, 200),
      exchange("post", "POST", "Content-Length: 5\r\n", "hello", "hello",
               "HTTP/1.1 201 Created\r\nContent-Length: 9", text, text, 201),
      exchange("chunked post", "POST", "Transfer-Encoding: chunked\r\n",
               "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "hello",
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked",
               "4\r\nall \r\n5\r\nis ok\r\n0\r\n\r\n", text, 200),
      exchange("page", "GET", "", "", "",
               "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 18", page,
               page, 404),
      exchange("refused post", "POST", "Content-Length: 5\r\n", "hello", "hello",
               "HTTP/1.1 409 Conflict\r\nTransfer-Encoding: chunked",
               "20\r\n{\"message\":\"The name is taken.\"}\r\n0\r\n\r\n", json, 409),
  };
  return all;
}

template <class Number>
bool read_part(std::string_view& rest, Number& number) {
  const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error != std::errc{}) return false;
  rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()));
  if (rest.starts_with('/')) rest.remove_prefix(1);
  return true;
}

// False when the connection is not to go on.
bool send_broken(origin_connection& connection, const broken_exchange& asked) {
  auto bytes = asked.of().response();
  if (asked.how == mishap::none) return connection.send(bytes);
  if (asked.how == mishap::garble) {
    bytes.at(asked.offset) = static_cast<char>(asked.garbage);
    connection.send(bytes);
    return false;
  }
  connection.send(std::string_view(bytes).substr(0, asked.offset));
  if (asked.how == mishap::reset) connection.reset();
  if (asked.how == mishap::stall) connection.wait_for_end();
  return false;
}

}  // namespace

std::span<const short_exchange> short_exchanges() {
  return made_exchanges();
}

std::string broken_exchange::target() const {
  char text[32];
  std::snprintf(text, sizeof text, "/break/%zu/%d/%03zu/%03d", exchange, static_cast<int>(how),
                offset, garbage);
  return text;
}

std::string broken_exchange::request_id() const {
  char text[32];
  std::snprintf(text, sizeof text, "break-%zu-%d-%03zu-%03d", exchange, static_cast<int>(how),
                offset, garbage);
  return text;
}

std::string broken_exchange::request() const {
  std::string out(of().method);
  out.append(" ").append(target()).append(" HTTP/1.1\r\nHost: test.example\r\nX-Request-Id: ");
  out.append(request_id()).append("\r\n").append(of().request_fields).append("\r\n");
  return out.append(of().request_body);
}

std::string broken_exchange::describe() const {
  static constexpr std::array<std::string_view, 5> names = {"whole", "cut", "reset", "stalled",
                                                            "garbled"};
  std::string out(of().name);
  out.append(", ").append(names[static_cast<std::size_t>(how)]).append(" at ");
  return out.append(std::to_string(offset)).append(" by ").append(std::to_string(garbage));
}

std::optional<broken_exchange> broken_exchange_of(std::string_view target) {
  constexpr std::string_view prefix = "/break/";
  if (!target.starts_with(prefix)) return std::nullopt;
  target.remove_prefix(prefix.size());
  broken_exchange out;
  int how = 0;
  const bool sound = read_part(target, out.exchange) && read_part(target, how) &&
                     read_part(target, out.offset) && read_part(target, out.garbage) &&
                     target.empty() && out.exchange < short_exchanges().size() && how >= 0 &&
                     how <= static_cast<int>(mishap::garble);
  if (!sound) return std::nullopt;
  out.how = static_cast<mishap>(how);
  return out;
}

void break_the_response(origin_connection& connection) {
  while (connection.read_request()) {
    const auto asked = broken_exchange_of(connection.request().target);
    if (asked ? !send_broken(connection, *asked) : !connection.send(ok_with("good"))) return;
  }
}

void answer_whole(origin_connection& connection) {
  while (connection.read_request()) {
    const auto asked = broken_exchange_of(connection.request().target);
    if (!connection.send(asked ? asked->of().response() : ok_with("good"))) return;
  }
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

}  // namespace errata::testing
