#include "proxy/demo/legacy_service.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "proxy/demo/legacy_answers.hpp"

namespace errata {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr unsigned max_connections = 256;
constexpr std::size_t max_head = 16 * 1024;
constexpr std::size_t max_body = 1024 * 1024;
constexpr std::chrono::seconds max_exchange{60};

constexpr auto awaiting = asio::as_tuple(asio::use_awaitable);

struct legacy_request {
  std::string method;
  std::string path;  // without the query
  std::size_t body_size = 0;
  bool close = false;
  bool wants_continue = false;
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// As careless as a legacy server may be: only what the demo needs is looked at. Nothing for a head
// that is no request, or one whose body this server would not know how to skip.
std::optional<legacy_request> read_request(std::string_view head) {
  legacy_request request;
  const auto line = head.substr(0, head.find("\r\n"));
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  request.method = line.substr(0, first);
  const auto target = line.substr(first + 1, last - first - 1);
  request.path = target.substr(0, target.find('?'));

  const auto fields = lower(head.substr(line.size()));
  request.close = line.substr(last + 1) != "HTTP/1.1" ||
                  fields.find("\r\nconnection: close") != std::string::npos;
  request.wants_continue = fields.find("\r\nexpect: 100-continue") != std::string::npos;
  if (fields.find("\r\ntransfer-encoding:") != std::string::npos) request.close = true;
  constexpr std::string_view length = "\r\ncontent-length: ";
  if (const auto at = fields.find(length); at != std::string::npos) {
    const char* digits = fields.data() + at + length.size();
    const auto parsed = std::from_chars(digits, fields.data() + fields.size(), request.body_size);
    if (parsed.ec != std::errc() || request.body_size > max_body) return std::nullopt;
  }
  return request;
}

legacy_answer one_step(std::string bytes) {
  legacy_answer made;
  made.steps.push_back({{}, std::move(bytes)});
  return made;
}

const legacy_answer& answer_to(const legacy_request& request) {
  static const legacy_answer index = one_step(legacy_index());
  static const legacy_answer not_found = one_step(legacy_not_found());
  if (const auto* listed = find_legacy_answer(request.path)) return *listed;
  return request.path == "/" ? index : not_found;
}

// Counts a connection for as long as its coroutine lives, however that ends.
class counted {
 public:
  explicit counted(unsigned& count) : count_(count) { ++count_; }
  ~counted() { --count_; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;

 private:
  unsigned& count_;
};

}  // namespace

struct legacy_service::state {
  unsigned connections = 0;  // outlives the context, whose end destroys what is suspended
  std::uint16_t port = 0;
  asio::io_context context{1};
  tcp::acceptor acceptor{context};
  std::thread thread;

  asio::awaitable<void> accept_all();
  asio::awaitable<void> serve(std::shared_ptr<tcp::socket> socket);
  asio::awaitable<bool> exchange(tcp::socket& socket, std::string& buffer);
  asio::awaitable<bool> skip_body(tcp::socket& socket, std::string& buffer, std::size_t size);
  asio::awaitable<bool> write_answer(tcp::socket& socket, const legacy_request& request);
};

asio::awaitable<void> legacy_service::state::accept_all() {
  asio::steady_timer pause(context);
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(awaiting);
    if (error == asio::error::operation_aborted) co_return;
    if (error || connections >= max_connections) {
      // Out of descriptors or over the bound: rest instead of spinning. What was accepted closes.
      pause.expires_after(std::chrono::milliseconds(50));
      co_await pause.async_wait(awaiting);
      continue;
    }
    asio::co_spawn(context, serve(std::make_shared<tcp::socket>(std::move(socket))),
                   asio::detached);
  }
}

asio::awaitable<void> legacy_service::state::serve(std::shared_ptr<tcp::socket> socket) {
  const counted slot(connections);
  // One exchange may take as long as this: closing the socket wakes whoever waits for it. The
  // handler shares the socket because it may be queued already when the coroutine ends.
  asio::steady_timer limit(context);
  std::string buffer;
  for (bool again = true; again;) {
    limit.expires_after(max_exchange);
    limit.async_wait([socket](error_code error) {
      if (!error) socket->close(error);
    });
    again = co_await exchange(*socket, buffer);
  }
}

asio::awaitable<bool> legacy_service::state::exchange(tcp::socket& socket, std::string& buffer) {
  auto [error, head_size] = co_await asio::async_read_until(
      socket, asio::dynamic_buffer(buffer, max_head), "\r\n\r\n", awaiting);
  if (error) co_return false;
  const auto request = read_request(std::string_view(buffer).substr(0, head_size));
  if (!request) co_return false;
  buffer.erase(0, head_size);
  if (request->wants_continue) {
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(socket, asio::buffer(go_on), awaiting);
  }
  const bool skipped = co_await skip_body(socket, buffer, request->body_size);
  if (!skipped) co_return false;
  const bool kept_open = co_await write_answer(socket, *request);
  co_return kept_open && !request->close;
}

asio::awaitable<bool> legacy_service::state::skip_body(tcp::socket& socket, std::string& buffer,
                                                       std::size_t size) {
  const auto there = std::min(size, buffer.size());
  buffer.erase(0, there);
  size -= there;
  char chunk[4096];
  while (size > 0) {
    const auto room = asio::buffer(chunk, std::min(size, sizeof chunk));
    auto [error, count] = co_await socket.async_read_some(room, awaiting);
    if (error) co_return false;
    size -= count;
  }
  co_return true;
}

asio::awaitable<bool> legacy_service::state::write_answer(tcp::socket& socket,
                                                          const legacy_request& request) {
  const auto& answer = answer_to(request);
  asio::steady_timer pause(context);
  for (const auto& step : answer.steps) {
    if (step.pause.count() > 0) {
      pause.expires_after(step.pause);
      co_await pause.async_wait(awaiting);
    }
    std::string_view bytes = step.bytes;
    // A response to HEAD ends with its head (RFC 9110 section 9.3.2).
    const auto head_end = request.method == "HEAD" ? bytes.find("\r\n\r\n") : std::string::npos;
    if (head_end != std::string::npos) bytes = bytes.substr(0, head_end + 4);
    auto [error, written] = co_await asio::async_write(socket, asio::buffer(bytes), awaiting);
    if (error) co_return false;
    if (head_end != std::string::npos) break;
  }
  error_code ignored;
  if (answer.ending == legacy_ending::reset) {
    // A linger time of zero turns the close into a reset.
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
  } else if (answer.ending == legacy_ending::close) {
    socket.shutdown(tcp::socket::shutdown_send, ignored);
  }
  co_return answer.ending == legacy_ending::keep_open;
}

legacy_service::legacy_service(std::uint16_t port) : state_(std::make_unique<state>()) {
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  auto& acceptor = state_->acceptor;
  try {
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
    state_->port = acceptor.local_endpoint().port();
  } catch (const boost::system::system_error& failed) {
    throw std::runtime_error("cannot listen on 127.0.0.1:" + std::to_string(port) + ": " +
                             failed.code().message());
  }
  asio::co_spawn(state_->context, state_->accept_all(), asio::detached);
  state_->thread = std::thread([state = state_.get()] { state->context.run(); });
}

legacy_service::~legacy_service() {
  state_->context.stop();
  state_->thread.join();
}

std::uint16_t legacy_service::port() const noexcept {
  return state_->port;
}

}  // namespace errata
