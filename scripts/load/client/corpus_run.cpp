#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "scripts/load/client/answer_check.hpp"
#include "scripts/load/client/connection.hpp"
#include "scripts/load/client/histogram.hpp"
#include "scripts/load/client/request_source.hpp"
#include "scripts/load/client/runs.hpp"

namespace errata::load {
namespace {

constexpr std::uint64_t patience = 10'000'000'000;

// What a client must see of an answer, in one string: its framing, date and request id left out.
std::string essence(const response_reader& answer) {
  std::istringstream lines{std::string(answer.head())};
  std::string line, out;
  while (std::getline(lines, line)) {
    std::string name = line.substr(0, line.find(':'));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    if (name == "date" || name == "x-request-id" || name == "connection" || name == "keep-alive" ||
        name == "content-length" || name == "transfer-encoding") {
      continue;
    }
    out += line;
  }
  return out.append(answer.body());
}

struct one_case {
  std::string request;  // with "@ID@" where the id goes
  std::size_t id_at = 0;
  bool to_head = false;
  bool breaks_off = false;  // so does the origin's answer: what comes depends on when
  std::string expected;
};

std::vector<one_case> read_cases(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<one_case> cases;
  int to_head = 0, breaks_off = 0;
  std::size_t size = 0;
  while (file >> to_head >> breaks_off >> size) {
    one_case next;
    next.to_head = to_head != 0;
    next.breaks_off = breaks_off != 0;
    next.request.resize(size);
    file.get();
    if (!file.read(next.request.data(), static_cast<std::streamsize>(size))) break;
    const std::size_t mark = next.request.find("@ID@");
    if (mark == std::string::npos) break;
    next.request.replace(mark, 4, std::string(id_size, '0'));
    next.id_at = mark;
    cases.push_back(std::move(next));
  }
  if (!file.eof() || cases.empty()) throw std::runtime_error(path + ": not a file of cases");
  return cases;
}

class corpus_run {
 public:
  explicit corpus_run(const options& wanted) : wanted_(wanted), cases_(read_cases(wanted.cases)) {}

  run_result run() {
    const std::uint64_t learning = now_ns();
    learns_ = true;
    limit_ = cases_.size();
    go(1);
    learns_ = false;
    started_ = answers_ = 0;
    latencies_ = {};
    const std::uint64_t begin = now_ns();
    limit_ = wanted_.requests > 0 ? wanted_.requests : UINT64_MAX;
    if (wanted_.seconds > 0) deadline_ = begin + static_cast<std::uint64_t>(wanted_.seconds * 1e9);
    go(wanted_.connections);
    const double seconds = static_cast<double>(now_ns() - begin) / 1e9;
    return {
        "{\"cases\":" + std::to_string(cases_.size()) +
            ",\"learning_seconds\":" + std::to_string(static_cast<double>(begin - learning) / 1e9) +
            ",\"answers\":" + std::to_string(answers_) + ",\"seconds\":" + std::to_string(seconds) +
            ",\"wrong\":" + std::to_string(wrong_.count()) + ",\"problems\":" + wrong_.json() +
            ",\"latency_us\":" + latencies_.json() + "}",
        wrong_.count()};
  }

 private:
  struct client {
    connection line;
    std::size_t which = 0;
  };

  void go(std::size_t connections) {
    clients_.clear();
    clients_.resize(connections);
    under_way_ = 0;
    for (std::size_t i = 0; i < connections; ++i) send(i);
    std::uint64_t last = now_ns();
    while (under_way_ > 0) {
      const auto events = ready_.wait(last + patience);
      if (events.empty() && now_ns() > last + patience) break;
      last = now_ns();
      for (const epoll_event& event : events) go_on(event.data.u64);
    }
    for (std::uint64_t i = 0; i < under_way_; ++i) wrong_.add("no answer in 10 s", "");
  }

  // Each round of all cases in another order.
  std::size_t pick() {
    const std::size_t count = cases_.size(), at = started_++ % count;
    if (learns_) return at;
    if (at == 0) {
      stride_ = stride_ * 6364136223846793005U + 1442695040888963407U;
      while (gcd(stride_ % count, count) != 1) ++stride_;
    }
    return (at * (stride_ % count) + started_ / count) % count;
  }

  static std::size_t gcd(std::size_t a, std::size_t b) { return b == 0 ? a : gcd(b, a % b); }

  void send(std::size_t i) {
    const std::uint64_t now = now_ns();
    if (started_ >= limit_ || (deadline_ > 0 && now >= deadline_)) return;
    client& peer = clients_[i];
    if (!peer.line.is_open()) peer.line.open(ready_, i, wanted_.port);
    peer.which = pick();
    one_case& next = cases_[peer.which];
    write_id(next.request.data() + next.id_at, ++ids_);
    peer.line.id.assign(next.request, next.id_at, id_size);
    ++under_way_;
    peer.line.start(next.request, next.to_head, now);
  }

  void go_on(std::size_t i) {
    connection& line = clients_[i].line;
    if (!line.is_busy()) return;
    const auto result = line.go_on();
    if (result == connection::outcome::under_way) return;
    ++answers_;
    latencies_.add(now_ns() - line.counted_from());
    const bool broken = result == connection::outcome::broken;
    judge(cases_[clients_[i].which], line, broken);
    --under_way_;
    if (broken || !line.answer().keeps_open()) line.close();
    send(i);
  }

  void judge(one_case& which, const connection& line, bool broken) {
    const response_reader& answer = line.answer();
    if (!broken && (answer.count("x-request-id") != 1 || answer.value("x-request-id") != line.id)) {
      return wrong_.add("request id", answer.head());
    }
    if (learns_) {
      if (!broken) which.expected = essence(answer);
      if (broken && !which.breaks_off) wrong_.add("broken off when alone", answer.head());
      return;
    }
    if (which.breaks_off) return;
    if (broken) return wrong_.add("broken off", answer.head());
    const std::string got = essence(answer);
    if (got != which.expected)
      wrong_.add("another answer than alone", which.expected + "\n--\n" + got);
  }

  const options& wanted_;
  std::vector<one_case> cases_;
  std::vector<client> clients_;
  ready_set ready_;
  histogram latencies_;
  wrong_answers wrong_;
  std::uint64_t deadline_ = 0, limit_ = 0, started_ = 0, answers_ = 0, under_way_ = 0, ids_ = 0;
  std::size_t stride_ = 1;
  bool learns_ = false;
};

}  // namespace

run_result run_corpus(const options& wanted) {
  return corpus_run(wanted).run();
}

}  // namespace errata::load
