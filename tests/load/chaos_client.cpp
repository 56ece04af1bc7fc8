#include "tests/load/chaos_client.hpp"

#include <algorithm>
#include <utility>

namespace errata::load {
namespace {

constexpr std::size_t pipelining_every = 6;  // of the connections
constexpr std::size_t pipelined_requests = 4;
constexpr unsigned patience = 20;  // times a second apart, so that no pause of our own counts
constexpr std::size_t reported = 20;
constexpr std::size_t shown_bytes = 200;

}  // namespace

chaos_client::chaos_client(std::uint16_t port, std::uint64_t seed, std::size_t connections)
    : port_(port), seed_(seed), connections_(connections), buffer_(64 * 1024, '\0') {
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    connections_[i].depth = i % pipelining_every == 0 ? pipelined_requests : 1;
  }
}

void chaos_client::run(std::uint64_t total) {
  total_ = total;
  started_ = clock::now();
  for (std::size_t i = 0; i < connections_.size(); ++i) open(connections_[i], i);
  const auto is_due = [](const connection& on) { return !on.due.empty(); };
  clock::time_point looked = clock::now();
  clock::time_point turned = looked;
  while (has_more() || std::any_of(connections_.begin(), connections_.end(), is_due)) {
    for (const epoll_event& event : poller_.wait(50)) {
      serve(connections_[event.data.u64], event.data.u64,
            (event.events & ~std::uint32_t{EPOLLOUT}) != 0);
    }
    note_pause(turned);
    if (clock::now() - looked < std::chrono::seconds(1)) continue;
    looked = clock::now();
    report_stuck();
  }
  for (connection& on : connections_) on.peer.close();
}

void chaos_client::open(connection& on, std::uint64_t key) {
  on.peer = channel(connect_to_loopback(port_));
  on.responses = http_reader(http_reader::side::responses);
  on.leaves_when_sent = on.hangs_up = false;
  on.waits_to_send = true;  // until it is connected
  on.asked_so_far = 0;
  on.last = {};
  ++counts_.connections;
  poller_.add(on.peer.number(), key, true);
  ask(on, key);
}

void chaos_client::ask(connection& on, std::uint64_t key) {
  while (has_more() && on.due.size() < on.depth && !on.leaves_when_sent && !on.hangs_up) {
    const bool first_time = again_.empty();
    const std::uint64_t number = first_time ? next_++ : again_.front();
    if (!first_time) again_.pop_front();
    const chaos_plan plan = plan_of(seed_, number);
    const std::string text = chaos_request(plan, number);
    const conduct as = first_time && on.depth == 1 ? plan.client : conduct::patient;
    const std::size_t cut =
        as == conduct::cuts_request ? 1 + plan.where % (text.size() - 1) : text.size();
    on.peer.write(std::string_view(text).substr(0, cut));
    on.due.push_back({number, plan, clock::now(), ++on.asked_so_far, on.due.size(), cut});
    on.leaves_when_sent = as == conduct::cuts_request || as == conduct::leaves;
    on.hangs_up = as == conduct::hangs_up;
  }
  if (on.leaves_when_sent && !on.peer.has_unsent()) return leave(on, key);
  if (on.peer.has_unsent() != on.waits_to_send) {
    on.waits_to_send = on.peer.has_unsent();
    poller_.change(on.peer.number(), key, on.waits_to_send);
  }
}

void chaos_client::serve(connection& on, std::uint64_t key, bool readable) {
  if (!on.peer.is_open()) {
    if (has_more()) open(on, key);
    return;
  }
  on.peer.flush();  // where the peer takes no more, reading says why
  if (on.leaves_when_sent && !on.peer.has_unsent()) return leave(on, key);
  std::string_view bytes;
  const channel::read_result result =
      readable ? on.peer.read(buffer_, bytes) : channel::read_result::nothing_yet;
  if (result == channel::read_result::bytes) {
    if (on.hangs_up) return leave(on, key);
    on.responses.feed(bytes);
    const next_step step = take_responses(on);
    if (step != next_step::go_on) return ended(on, key, step);
  } else if (result == channel::read_result::closed) {
    if (on.leaves_when_sent || on.hangs_up) return leave(on, key);
    on.responses.end_of_stream();
    next_step step = take_responses(on);
    if (step == next_step::go_on && !on.due.empty()) {
      report(on.due.front(), "the connection ended without an answer", {});
      on.due.pop_front();
      step = next_step::broke;
    }
    return ended(on, key, step);
  }
  ask(on, key);
}

chaos_client::next_step chaos_client::take_responses(connection& on) {
  http_message response;
  while (!on.due.empty()) {
    const asked request = on.due.front();
    const auto progress = on.responses.next(response);
    if (progress == http_reader::progress::need_more) return next_step::go_on;
    if (progress == http_reader::progress::broken) {
      const http_message* part = on.responses.unfinished();
      if (part == nullptr) {
        report(request, "no whole head of a response", {}, on.responses.unread());
      } else {
        judge(request, arrival::broken, *part);
      }
      on.due.pop_front();
      return next_step::broke;
    }
    const unsigned status = response.status();
    if (status >= 100 && status < 200) {
      const bool said = plan_of(seed_, request.number).answer == mischief::interim ||
                        request.plan.answer == mischief::flood;
      if (!said) report(request, "a 1xx that the origin did not send", response);
      continue;
    }
    judge(request, arrival::whole, response);
    on.last = request;
    on.due.pop_front();
    if (response.value("connection") == "close") return next_step::announced;
  }
  if (!on.responses.has_unread()) return next_step::go_on;
  const http_message* part = on.responses.unfinished();
  report(on.last, "bytes that nobody asked for behind it", part == nullptr ? http_message{} : *part,
         on.responses.unread());
  return next_step::broke;
}

void chaos_client::judge(const asked& request, arrival came, const http_message& response) {
  const std::string problem = chaos_verdict(request.plan, request.number, came, response);
  if (!problem.empty()) return report(request, problem, response);
  if (came == arrival::broken) {
    ++counts_.broken;
  } else if (response.count("x-tag") != 0) {
    ++counts_.right;
  } else {
    ++counts_.own_errors;
    if (request.plan.answer <= mischief::bytes_behind) ++counts_.lost_posts;
  }
}

// The client's own will: nobody waits for an answer.
void chaos_client::leave(connection& on, std::uint64_t key) {
  ++counts_.aborted;
  const bool resets = on.due.front().plan.client_resets;
  on.due.clear();
  resets ? on.peer.abort() : on.peer.close();
  if (has_more()) open(on, key);
}

// What was pipelined behind is asked again where that is safe: a server that said `Connection:
// close` takes no notice of it (RFC 9112 section 9.6), and what is idempotent does no harm.
void chaos_client::ended(connection& on, std::uint64_t key, next_step why) {
  on.peer.close();
  for (const asked& left : on.due) {
    if (why == next_step::broke && left.plan.is_post) {
      ++counts_.given_up;
    } else {
      ++counts_.asked_again;
      again_.push_back(left.number);
    }
  }
  on.due.clear();
  if (has_more()) open(on, key);
}

void chaos_client::report(const asked& request, const std::string& problem,
                          const http_message& response, std::string_view came) {
  ++counts_.wrong;
  if (counts_.first_wrong.size() >= reported) return;
  const std::string whole = chaos_request(request.plan, request.number);
  const std::size_t head = whole.find("\r\n");
  std::string text(whole, 0, head);
  text.append(" (").append(mischief_name(request.plan.answer)).append("): ");
  text.append(problem).append("\n    sent at ").append(in_seconds(request.since - started_));
  text.append(" as the ").append(std::to_string(request.nth)).append(". of its connection, ");
  text.append(std::to_string(request.ahead)).append(" unanswered before it, ");
  text.append(std::to_string(request.sent)).append(" bytes of ");
  text.append(std::to_string(whole.size())).append("\n    judged at ");
  text.append(in_seconds(clock::now() - started_)).append(", of this came:\n");
  if (!response.start_line.empty()) {
    text.append("    ").append(response.start_line).append("\n");
    for (const auto& [name, value] : response.fields) {
      text.append("    ").append(name).append(": ").append(value).append("\n");
    }
    text.append("    ").append(response.body.substr(0, shown_bytes)).append("\n");
  }
  if (!came.empty()) text.append("    ").append(came.substr(0, shown_bytes)).append("\n");
  counts_.first_wrong.push_back({request.number, std::move(text)});
}

void chaos_client::note_pause(clock::time_point& turned) {
  constexpr std::chrono::milliseconds long_turn{250};  // five times what it may wait
  const clock::time_point now = clock::now();
  if (now - turned > long_turn) counts_.pauses.push_back({turned - started_, now - turned});
  turned = now;
}

void chaos_client::report_stuck() {
  for (std::size_t key = 0; key < connections_.size(); ++key) {
    connection& on = connections_[key];
    if (on.due.empty() || ++on.due.front().seen_due < patience) continue;
    report(on.due.front(), "no answer in 20 s", {}, on.responses.unread());
    on.due.pop_front();
    ended(on, key, next_step::broke);
  }
  // Connections that had nothing to do, when what was pipelined elsewhere came back.
  for (std::size_t key = 0; key < connections_.size() && has_more(); ++key) {
    if (!connections_[key].peer.is_open()) {
      open(connections_[key], key);
    } else {
      ask(connections_[key], key);
    }
  }
}

}  // namespace errata::load
