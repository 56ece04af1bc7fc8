// The real server in this process, on a free port of 127.0.0.1, with a configuration that is
// written as a few lines of JSON beside the test, and its access log in a folder of its own.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/server.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/scripted_origin.hpp"

namespace errata::testing {

// The parts of a configuration that tests differ in, each as JSON text. "$1", "$2" ... stand for
// the ports of the origins.
struct settings {
  // Members of the upstream "legacy" besides its servers: R"("timeouts": {"connect": "1s"})".
  std::string upstream = {};
  // Replaces the members of the one route, which go to "legacy": R"("normalize": "off")".
  std::string route = {};
  // Replaces the whole list of routes.
  std::string routes = {};
  // Upstreams besides "legacy".
  std::string upstreams = {};
  // Further members of the top level: R"("trusted_proxies": ["127.0.0.1/32"])".
  std::string top = {};
  // Last changes to what was read, for what no key says.
  std::function<void(configuration&)> adjust = {};
  unsigned threads = 1;
  // How long a drain waits for the next request of an idle connection; here it does not.
  std::chrono::milliseconds drain_idle{0};
};

class test_server {
 public:
  // Starts at once. The upstream "legacy" has one server for each of `ports`. A configuration that
  // the reader refuses throws std::runtime_error with every problem.
  test_server(std::vector<std::uint16_t> ports, const settings& chosen = {});
  explicit test_server(const scripted_origin& origin, const settings& chosen = {})
      : test_server(std::vector<std::uint16_t>{origin.port()}, chosen) {}
  ~test_server();
  test_server(const test_server&) = delete;
  test_server& operator=(const test_server&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  server& proxy() noexcept { return *server_; }
  raw_client connect(const std::string& source = {}) const { return raw_client(port_, source); }
  received_response fetch(std::string_view request, std::string_view method = "GET") const {
    return testing::fetch(port_, request, method);
  }

  // Changes to other settings, same listener and log. What server::reload() says.
  bool reload(const settings& chosen);

  // Drains, and returns the access log: one object a line. A line that is not a JSON object throws.
  std::vector<boost::json::object> drain();
  // The raw text of the log; after drain() or stop().
  std::string log_text() const;
  void stop();

 private:
  std::shared_ptr<const configuration> configure(const settings& chosen) const;

  std::vector<std::uint16_t> origin_ports_;
  std::filesystem::path folder_;
  std::unique_ptr<server> server_;
  std::uint16_t port_ = 0;
};

// The member of a log line as text: strings as they are, numbers in digits, "" when absent.
// `path` may go one level down: "failure.origin".
std::string logged(const boost::json::object& line, std::string_view path);

}  // namespace errata::testing
