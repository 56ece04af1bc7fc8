// A process that may open 256 descriptors, before more clients than that. Those beyond its reserve
// are refused with a 503 that they can read, and those it holds still work. Where the reserve is
// used up as well, by requests that wait for the origin, new clients wait in the backlog and
// accepting pauses: it does not spin. When all is let go it works as before, and every descriptor
// is back.
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/load/channel.hpp"
#include "tests/load/check.hpp"
#include "tests/load/child_process.hpp"
#include "tests/load/exchanges.hpp"
#include "tests/load/http_stream.hpp"
#include "tests/load/origin_loop.hpp"

namespace errata::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using clock = std::chrono::steady_clock;

constexpr std::string_view usage =
    "usage: descriptors_check --errata FILE --folder FOLDER\n"
    "  --errata FILE    the executable to start\n"
    "  --folder FOLDER  takes its configuration and log\n";

constexpr std::size_t descriptor_limit = 256;
constexpr std::size_t reserve = 64;
constexpr std::size_t clients = 300;
constexpr std::size_t latecomers = 20;

// Answers at once but for /parked, which waits until it is released.
class parking_origin {
 public:
  std::uint16_t port() const { return loop_.port(); }
  std::size_t parked() const { return parked_; }
  void release() { released_ = true; }

 private:
  struct connection {
    channel peer;
    http_reader requests{http_reader::side::requests};
    bool parked = false;
  };

  void serve(connection& from, std::string_view bytes) {
    from.requests.feed(bytes);
    http_message request;
    while (from.requests.next(request) == http_reader::progress::complete) {
      from.parked = request.start_line.starts_with("GET /parked ") && !released_;
      if (from.parked) {
        ++parked_;
      } else {
        from.peer.write(answer);
      }
    }
  }
  void unpark(connection& one) {
    if (!one.parked || !released_) return;
    one.parked = false;
    one.peer.write(answer);
  }

  static constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere";
  std::atomic<std::size_t> parked_ = 0;
  std::atomic<bool> released_ = false;
  origin_loop<connection> loop_{
      [this](connection& from, std::string_view bytes) { serve(from, bytes); },
      [this](connection& one) { unpark(one); }};
};

class client {
 public:
  explicit client(std::uint16_t port) : peer_(connect_to_loopback(port)), buffer_(4096, '\0') {}

  void ask(std::string_view path) {
    std::string request("GET ");
    request.append(path).append(" HTTP/1.1\r\nHost: test.example\r\n\r\n");
    peer_.write(request);
  }

  // The next response, if it comes whole in time.
  std::optional<http_message> take(milliseconds patience) {
    const auto until = clock::now() + patience;
    http_message out;
    while (responses_.next(out) != http_reader::progress::complete) {
      if (!read_until(until)) return std::nullopt;
    }
    return out;
  }

  // Whether the server closes, having said nothing more.
  bool is_ended(milliseconds patience) {
    const auto until = clock::now() + patience;
    while (read_until(until)) {
    }
    return !peer_.is_open() && !responses_.has_unread();
  }

 private:
  bool read_until(clock::time_point until) {
    if (!peer_.is_open()) return false;
    const auto left = std::chrono::ceil<milliseconds>(until - clock::now());
    const int patience_ms = static_cast<int>(std::max<milliseconds::rep>(left.count(), 0));
    pollfd waits{.fd = peer_.number(), .events = POLLIN, .revents = 0};
    if (::poll(&waits, 1, patience_ms) != 1) return false;
    std::string_view bytes;
    if (peer_.read(buffer_, bytes) == channel::read_result::closed) peer_.close();
    responses_.feed(bytes);
    return true;
  }

  channel peer_;
  http_reader responses_{http_reader::side::responses};
  std::string buffer_;
};

std::string configuration(std::uint16_t origin_port) {
  return R"({
  "listeners": [{ "address": "127.0.0.1:0" }],
  "threads": 1,
  "upstreams": {
    "origin": {
      "servers": ["http://127.0.0.1:)" +
         std::to_string(origin_port) + R"("],
      "timeouts": { "idle": "1s", "first_byte": "5m" },
      "pool": { "max_connections": 1024 }
    }
  },
  "routes": [{ "upstream": "origin" }],
  "timeouts": { "keep_alive": "5m", "request": "5m" },
  "access_log": { "path": "off" }
}
)";
}

// The process has no more than that: errata itself raises the soft limit up to the hard one.
std::vector<std::string> limited(const std::string& errata, const std::string& config) {
  const std::string command =
      "ulimit -n " + std::to_string(descriptor_limit) + " && exec \"$0\" run -c \"$1\"";
  return {"/bin/sh", "-c", command, errata, config};
}

class check {
 public:
  explicit check(const check_place& chosen)
      : errata_(limited(chosen.errata, written(chosen.folder, origin_.port())),
                chosen.folder + "/descriptors-errata.log"),
        port_(errata_.wait_until_listening(seconds(20))),
        descriptors_before_(errata_.open_descriptors()) {}

  bool holds() {
    fill();
    use_up_the_reserve();
    stand_still();
    let_go();
    result_.require_good_end(errata_, errata_.drain(seconds(20)));
    return result_.holds();
  }

 private:
  static std::string written(const std::string& folder, std::uint16_t origin_port) {
    const std::string path = folder + "/descriptors-errata.json";
    std::ofstream(path) << configuration(origin_port);
    return path;
  }

  // More clients than descriptors, each of which is answered before the next one comes: it is held,
  // or refused.
  void fill() {
    for (std::size_t i = 0; i < clients; ++i) {
      client one(port_);
      one.ask("/now");
      const auto reply = one.take(patience);
      if (reply && reply->status() == 200) {
        held_.push_back(std::move(one));
      } else {
        require_refusal(reply, "a client beyond the reserve");
        result_.require(one.is_ended(patience), "a refused connection does not end");
        ++refused_;
      }
    }
    const std::size_t usable = descriptor_limit - reserve;
    // The one to the origin may have any number.
    result_.require(held_.size() + descriptors_before_ <= usable, "the reserve is used by clients");
    result_.require(held_.size() + descriptors_before_ + 2 >= usable,
                    "only " + std::to_string(held_.size()) + " clients are held");
    result_.require(pauses() == 0, "accepting paused while there was a reserve");
    require_all_work("beside clients that are refused");
  }

  // As many requests as there are descriptors left wait for the origin, the others are told.
  void use_up_the_reserve() {
    for (client& one : held_) one.ask("/parked");
    for (auto at = held_.begin(); at != held_.end();) {
      // Refusals come at once, after those that came before them have found a connection.
      const auto reply = at->take(at == held_.begin() ? settling : milliseconds(0));
      if (!reply) {
        ++at;
        continue;
      }
      require_refusal(reply, "a request without a descriptor");
      spared_.push_back(std::move(*at));
      at = held_.erase(at);
    }
    result_.require(errata_.open_descriptors() == descriptor_limit, "descriptors are left");
    result_.require(origin_.parked() == held_.size(), "not all that wait have reached the origin");
    result_.require(held_.size() + 16 >= reserve, "the reserve is smaller than it should be");
  }

  // Accepting fails now. It is tried again at each tick of 100 ms and not more often: a listener
  // that spins has thousands of failures a second, and takes all of a CPU that it can get.
  void stand_still() {
    for (std::size_t i = 0; i < latecomers; ++i) {
      waiting_.emplace_back(port_);
      waiting_.back().ask("/now");
    }
    const std::uint64_t pauses_before = pauses();
    const auto cpu_before = errata_.cpu_time();
    const auto since = clock::now();
    for (client& one : waiting_) {
      result_.require(!one.take(standstill / latecomers),
                      "a client without a descriptor is served");
    }
    paused_ = pauses() - pauses_before;
    cpu_ = std::chrono::duration_cast<milliseconds>(errata_.cpu_time() - cpu_before);
    const auto length = std::chrono::duration_cast<milliseconds>(clock::now() - since);
    const auto ticks = static_cast<std::uint64_t>(length / milliseconds(100));
    result_.require(paused_ > 0, "accepting did not pause");
    // Two more: the first failure is at once, and the last may be told of a tick later.
    result_.require(paused_ <= ticks + 2, std::to_string(paused_) + " pauses in " +
                                              std::to_string(length.count()) + " ms");
    result_.require(cpu_ <= length / 10, std::to_string(cpu_.count()) + " ms of CPU in " +
                                             std::to_string(length.count()) + " ms");
  }

  // Each request that waits is answered, each client in the backlog too, if only by a refusal, and
  // nothing is left.
  void let_go() {
    origin_.release();
    for (client& one : held_) {
      const auto reply = one.take(patience);
      result_.require(reply && reply->status() == 200, "a request that waited is not answered");
    }
    for (client& one : waiting_) {
      const auto reply = one.take(patience);
      if (reply && reply->status() == 200) continue;
      require_refusal(reply, "a client that waited in the backlog");
    }
    require_all_work("after the standstill");
    std::cout << held_.size() + spared_.size() << " of " << clients << " clients held, " << refused_
              << " refused; " << held_.size() << " requests used up the reserve; " << paused_
              << " pauses and " << cpu_.count() << " ms of CPU in a standstill of "
              << standstill.count() << " ms";
    held_.clear();
    spared_.clear();
    waiting_.clear();
    const std::size_t after = result_.require_descriptors_back(errata_, descriptors_before_);
    std::cout << "; descriptors " << descriptors_before_ << " -> " << after << "\n";
    client fresh(port_);
    fresh.ask("/now");
    const auto reply = fresh.take(patience);
    result_.require(reply && reply->status() == 200, "a fresh client is not served");
  }

  void require_all_work(const std::string& when) {
    for (auto* some : {&held_, &spared_}) {
      for (client& one : *some) {
        one.ask("/now");
        const auto reply = one.take(patience);
        result_.require(reply && reply->status() == 200, "a held client does not work " + when);
      }
    }
  }

  void require_refusal(const std::optional<http_message>& reply, const std::string& who) {
    if (!reply) return result_.require(false, who + " is not answered");
    const std::string problem = envelope_problem(*reply, 503, "server_error", "");
    result_.require(problem.empty(), who + ": " + problem);
    result_.require(reply->count("retry-after") == 1, who + ": no Retry-After");
  }

  // As errata's own log counts them.
  std::uint64_t pauses() const {
    constexpr std::string_view said = "accept: paused ";
    const std::string log = errata_.log_text();
    std::uint64_t sum = 0;
    for (auto at = log.find(said); at != std::string::npos; at = log.find(said, at + 1)) {
      sum += std::stoul(log.substr(at + said.size(), 10));
    }
    return sum;
  }

  static constexpr milliseconds patience{20'000};
  static constexpr milliseconds settling{1'000};
  static constexpr milliseconds standstill{2'000};

  parking_origin origin_;
  child_process errata_;
  std::uint16_t port_;
  std::size_t descriptors_before_;
  std::vector<client> held_;
  std::vector<client> spared_;   // held, but refused when the reserve was used up
  std::vector<client> waiting_;  // in the backlog
  std::size_t refused_ = 0;
  std::uint64_t paused_ = 0;
  milliseconds cpu_{0};
  verdict result_;
};

}  // namespace
}  // namespace errata::load

int main(int argc, char** argv) {
  using namespace errata::load;
  check_place chosen;
  return run_check(argc, argv, usage, chosen, {}, [&] { return check(chosen).holds(); });
}
