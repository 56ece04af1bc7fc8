#include "tests/load/load_client.hpp"

#include <algorithm>
#include <utility>

namespace errata::load {
namespace {

constexpr std::size_t pipelining_every = 8;  // of the connections
constexpr std::size_t pipelined_requests = 4;
constexpr std::uint64_t reopened_after = 1000;  // exchanges on one connection
constexpr std::uint64_t hang_up_every = 500;    // requests
constexpr std::chrono::seconds patience{10};
constexpr std::uint64_t longest_thought_ms = 50;
constexpr std::size_t reported = 10;

}  // namespace

load_client::load_client(std::uint16_t port, std::size_t connections, const exchange_kind* only,
                         std::size_t thinking)
    : port_(port), only_(only), connections_(connections), buffer_(64 * 1024, '\0') {
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    connections_[i].depth = i % pipelining_every == 0 ? pipelined_requests : 1;
    connections_[i].thinks = i < thinking;
  }
}

void load_client::run(std::chrono::milliseconds length,
                      const std::function<void(std::chrono::milliseconds)>& tick) {
  const clock::time_point start = clock::now();
  clock::time_point next_tick = start;
  for (std::size_t i = 0; i < connections_.size(); ++i) open(connections_[i], i);
  const bool anyone_thinks = !connections_.empty() && connections_.front().thinks;
  while ((asking_ || anything_due()) && !(ending_ && !anything_open())) {
    for (const epoll_event& event : poller_.wait(anyone_thinks ? 5 : 50)) {
      serve(connections_[event.data.u64], event.data.u64,
            (event.events & ~std::uint32_t{EPOLLOUT}) != 0);
    }
    if (anyone_thinks) ask_where_thought();
    const clock::time_point now = clock::now();
    if (now < next_tick) continue;
    next_tick = now + std::chrono::milliseconds(100);
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - start);
    if (asking_) tick(elapsed);
    asking_ = asking_ && elapsed < length;
    report_lost(now);
  }
  for (connection& on : connections_) on.peer.close();
}

bool load_client::anything_due() const {
  for (const connection& on : connections_) {
    if (!on.due.empty()) return true;
  }
  return false;
}

bool load_client::anything_open() const {
  return std::any_of(connections_.begin(), connections_.end(),
                     [](const connection& on) { return on.peer.is_open(); });
}

void load_client::ask_where_thought() {
  for (std::size_t key = 0; key < connections_.size(); ++key) {
    if (connections_[key].thinks) top_up(connections_[key], key);
  }
}

// Also asks again for what a connection still owed when its peer announced to close it.
void load_client::open(connection& on, std::uint64_t key) {
  on.peer = channel(connect_to_loopback(port_));
  on.responses = http_reader(http_reader::side::responses);
  on.served = 0;
  on.hang_up = on.close_announced = false;
  on.waits_to_send = true;  // until it is connected
  ++counts_.connections;
  poller_.add(on.peer.number(), key, true);
  for (asked& again : on.due) {
    again.since = clock::now();
    on.peer.write(request_text(*again.kind, again.tag));
  }
  top_up(on, key);
}

void load_client::top_up(connection& on, std::uint64_t key) {
  if (!on.peer.is_open()) return;
  if (on.thinks && clock::now() < on.asks_at) return;
  while (asking_ && on.due.size() < on.depth && !on.hang_up) {
    const std::uint64_t turn = turn_++;
    const exchange_kind* kind = only_ != nullptr ? only_ : &scheduled_kind(turn);
    const std::string tag = "c" + std::to_string(key) + "n" + std::to_string(turn);
    on.hang_up = on.depth == 1 && turn % hang_up_every == hang_up_every - 1;
    on.peer.write(request_text(*kind, tag));
    on.due.push_back({kind, tag, clock::now()});
    on.asks_at = clock::now() + std::chrono::milliseconds(turn * 7 % longest_thought_ms);
  }
  if (on.peer.has_unsent() != on.waits_to_send) {
    on.waits_to_send = on.peer.has_unsent();
    poller_.change(on.peer.number(), key, on.waits_to_send);
  }
}

void load_client::serve(connection& on, std::uint64_t key, bool readable) {
  if (!on.peer.is_open()) return;
  if (!on.peer.flush()) return peer_closed(on, key);
  std::string_view bytes;
  const channel::read_result result =
      readable ? on.peer.read(buffer_, bytes) : channel::read_result::nothing_yet;
  if (result == channel::read_result::bytes) {
    if (on.hang_up) {
      ++counts_.aborted;
      on.due.clear();
      on.peer.close();
      if (asking_ && !ending_) open(on, key);
      return;
    }
    on.responses.feed(bytes);
    if (!take_responses(on)) return peer_closed(on, key);
  } else if (result == channel::read_result::closed) {
    on.responses.end_of_stream();
    take_responses(on);
    return peer_closed(on, key);
  }
  const bool worn = on.served >= reopened_after && on.depth == 1 && on.due.empty();
  if (worn && asking_ && !ending_) {
    on.peer.close();
    open(on, key);
  } else {
    top_up(on, key);
  }
}

// False when the stream cannot be read on; the request that it broke in is no longer due.
bool load_client::take_responses(connection& on) {
  http_message response;
  while (!on.due.empty()) {
    const asked& request = on.due.front();
    const auto progress = on.responses.next(response, request.kind->method == "HEAD");
    if (progress == http_reader::progress::need_more) return true;
    const bool whole = progress == http_reader::progress::complete;
    const std::string problem =
        whole ? judge(*request.kind, request.tag, response) : "no whole HTTP response";
    if (!problem.empty()) report(request, problem, response);
    ++counts_.answered;
    ++on.served;
    on.due.pop_front();
    if (!whole) return false;
    if (response.value("connection") == "close") {
      on.close_announced = true;
      ++counts_.announced;
      return false;
    }
  }
  if (!on.responses.has_unread()) return true;
  report({&scheduled_kind(0), "none", {}}, "bytes that nobody asked for", {});
  return false;
}

void load_client::peer_closed(connection& on, std::uint64_t key) {
  on.peer.close();
  if (on.hang_up) {  // the request whose answer nobody wanted
    on.due.clear();
  } else if (!on.due.empty() && !on.close_announced) {
    report(on.due.front(), "the connection ended without an answer", {});
    on.due.pop_front();
  }
  if (ending_) {
    (on.close_announced ? counts_.untaken : counts_.wrong) += on.due.size();
    on.due.clear();
    return;
  }
  if (asking_ || !on.due.empty()) open(on, key);
}

void load_client::report(const asked& request, const std::string& problem,
                         const http_message& response) {
  ++counts_.wrong;
  if (counts_.first_wrong.size() >= reported) return;
  std::string text(request.kind->name);
  text.append(" ").append(request.tag).append(": ").append(problem).append("\n");
  if (!response.start_line.empty()) {
    text.append("    ").append(response.start_line).append("\n");
    for (const auto& [name, value] : response.fields) {
      text.append("    ").append(name).append(": ").append(value).append("\n");
    }
    text.append("    ").append(response.body.substr(0, 200)).append("\n");
  }
  counts_.first_wrong.push_back(std::move(text));
}

void load_client::report_lost(clock::time_point now) {
  for (std::size_t key = 0; key < connections_.size(); ++key) {
    connection& on = connections_[key];
    if (on.due.empty() || now - on.due.front().since < patience) continue;
    report(on.due.front(), "no answer in 10 s", {});
    on.due.clear();
    on.peer.close();
    if (asking_ && !ending_) open(on, key);
  }
}

}  // namespace errata::load
