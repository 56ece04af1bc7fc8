// What the load client is to do, from its command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace errata::load {

struct options {
  enum class kind { closed, open, idle, corpus };

  kind mode = kind::closed;
  std::uint16_t port = 0;
  std::size_t connections = 64;
  double seconds = 0;          // 0: until `requests` are answered
  std::uint64_t requests = 0;  // 0: no end but `seconds`
  double rate = 0;             // of open: requests a second
  std::string path = "/small";
  std::size_t upload = 0;  // bytes of a request body; then it is a POST
  std::size_t keys = 0;    // so many values of Authorization, in a scattered order
  std::size_t fields = 0;  // further header fields of 40 bytes
  bool fresh = false;      // a new connection for each request
  bool ids = false;        // send a request id of our own with each, and want the same back
  bool check = true;       // the answers; false: only their status
  std::vector<unsigned> statuses = {200};
  std::size_t size = 1024;     // of a success's body
  std::string message;         // that an error's message must contain
  std::size_t slow_bytes = 0;  // read so many bytes, then pause; 0: read at once
  unsigned slow_pause_ms = 10;
  std::uint64_t abort_every = 0;  // hang up in the middle of each so-manieth answer
  std::string cases;              // of corpus: the file of requests
};

// Throws std::runtime_error with a message for the user.
options read_options(int argc, char** argv);
extern const char* const usage;

}  // namespace errata::load
