// A service that does to the proxy exactly what a test says: answers, garbles, stalls, closes,
// resets; and remembers every request that reached it.
//
// Listens on 127.0.0.1 at a free port. Each accepted connection runs the behaviour on a thread of
// its own and is closed when the behaviour returns. The destructor ends all of them. requests(),
// wait_for_requests(), release() and the counts may be called from any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/byte_stream.hpp"
#include "tests/support/http_text.hpp"

namespace errata::testing {

struct recorded_request {
  std::size_t connection = 0;  // from 1, in the order they were accepted
  text_head head;
  std::string method;
  std::string target;
  std::string version;
  text_body body;  // filled by read_body()

  // Whether the head is sound and the whole body came.
  bool complete() const { return head.well_formed && body.complete; }
};

class scripted_origin;

// What a behaviour acts on. Lives as long as the behaviour runs.
class origin_connection {
 public:
  origin_connection(scripted_origin& origin, byte_stream& stream, std::size_t number)
      : origin_(origin), stream_(stream), number_(number) {}

  std::size_t number() const noexcept { return number_; }
  byte_stream& stream() noexcept { return stream_; }

  // Reads and records the next head; false when the connection ended before a whole one came.
  bool read_head();
  // Reads the body of the last head; false when it did not come whole.
  bool read_body();
  // Both.
  bool read_request() { return read_head() && read_body(); }

  bool send(std::string_view bytes) { return stream_.send(bytes); }
  // One byte a segment.
  void send_bytewise(std::string_view bytes);
  // Waits until the proxy has closed or reset the connection; what it still sent is returned.
  std::string wait_for_end() { return stream_.read_to_end(); }
  // Waits until the test calls release() on the origin (or ends).
  void wait_for_release();
  void reset();
  void close();

  const recorded_request& request() const noexcept { return last_; }

 private:
  scripted_origin& origin_;
  byte_stream& stream_;
  std::size_t number_;
  std::size_t index_ = 0;
  recorded_request last_;
};

using origin_behaviour = std::function<void(origin_connection&)>;

// Answers every request of a connection with the same bytes.
origin_behaviour answer(std::string response);
// The n-th request, over all connections, gets the n-th response; the last one repeats.
origin_behaviour answer_in_turn(std::vector<std::string> responses);
// Answers one request, then closes.
origin_behaviour answer_and_close(std::string response);
// The n-th connection behaves as the n-th behaviour; the last one repeats.
origin_behaviour by_connection(std::vector<origin_behaviour> behaviours);

// A 200 with `body` and a Content-Length.
std::string ok_with(std::string_view body);

class scripted_origin {
 public:
  explicit scripted_origin(origin_behaviour behaviour);
  ~scripted_origin();
  scripted_origin(const scripted_origin&) = delete;
  scripted_origin& operator=(const scripted_origin&) = delete;

  std::uint16_t port() const noexcept { return port_; }

  // For connections accepted from now on. Those there are keep what they began with.
  void behave(origin_behaviour behaviour);

  std::vector<recorded_request> requests() const;
  std::size_t request_count() const;
  std::size_t connection_count() const;
  // Waits until that many heads (connections) have come; false when they do not.
  bool wait_for_requests(std::size_t count);
  bool wait_for_connections(std::size_t count);
  // Waits until no accepted connection is open any more.
  bool wait_for_all_closed();
  // Forgets the requests recorded so far.
  void forget();
  // Lets every wait_for_release(), now and later, go on.
  void release();

 private:
  friend class origin_connection;
  struct running {
    byte_stream stream;
    std::thread thread;
    bool ended = false;
  };
  void accept_loop();
  void join_ended();
  std::size_t record(const recorded_request& request);
  void update(std::size_t index, const recorded_request& request);

  int listening_ = -1;
  int wake_[2] = {-1, -1};
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  origin_behaviour behaviour_;
  std::vector<recorded_request> requests_;
  std::size_t forgotten_ = 0;
  std::size_t connections_ = 0;
  std::size_t open_ = 0;
  bool released_ = false;
  bool stopping_ = false;
  std::list<running> running_;
  std::thread acceptor_;
};

// A port of 127.0.0.1 that refuses every connection for as long as this lives: bound, so that no
// one else gets it, and not listening.
class refusing_port {
 public:
  refusing_port();
  ~refusing_port();
  refusing_port(const refusing_port&) = delete;
  refusing_port& operator=(const refusing_port&) = delete;
  std::uint16_t port() const noexcept { return port_; }

 private:
  std::uint16_t port_ = 0;  // before what fills it in
  int descriptor_ = -1;
};

// A port that never answers a connection attempt: listening, with its queue full.
class unanswering_port {
 public:
  unanswering_port();
  ~unanswering_port();
  unanswering_port(const unanswering_port&) = delete;
  unanswering_port& operator=(const unanswering_port&) = delete;
  std::uint16_t port() const noexcept { return port_; }

 private:
  std::uint16_t port_ = 0;  // before what fills it in
  int descriptor_ = -1;
  std::vector<int> fillers_;
};

}  // namespace errata::testing
