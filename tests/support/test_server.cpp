#include "tests/support/test_server.hpp"

#include <stdlib.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "proxy/config/reader.hpp"

namespace errata::testing {
namespace {

std::filesystem::path new_folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "errata-wire-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return pattern;
}

std::string with_ports(std::string text, const std::vector<std::uint16_t>& ports) {
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const auto mark = "$" + std::to_string(i + 1);
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark))
      text.replace(at, mark.size(), std::to_string(ports[i]));
  }
  return text;
}

std::string members(const std::string& text) {
  return text.empty() ? "" : ", " + text;
}

}  // namespace

test_server::test_server(std::vector<std::uint16_t> ports, const settings& chosen)
    : origin_ports_(std::move(ports)), folder_(new_folder()) {
  server_ = std::make_unique<server>(configure(chosen));
  server_->start();
  port_ = server_->ports().front();
}

test_server::~test_server() {
  server_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::shared_ptr<const configuration> test_server::configure(const settings& chosen) const {
  std::string servers;
  for (const auto port : origin_ports_) {
    if (!servers.empty()) servers += ", ";
    servers += "\"http://127.0.0.1:" + std::to_string(port) + "\"";
  }
  const auto routes = chosen.routes.empty() ? R"([{ "name": "all", "upstream": "legacy")" +
                                                  members(chosen.route) + " }]"
                                            : chosen.routes;
  const auto text = with_ports(
      R"({ "listeners": [{ "address": "127.0.0.1:0" }], "threads": )" +
          std::to_string(chosen.threads) + R"(, "access_log": { "path": ")" +
          (folder_ / "access.log").string() + R"(" }, "upstreams": { "legacy": { "servers": [)" +
          servers + "]" + members(chosen.upstream) + " }" + members(chosen.upstreams) +
          R"( }, "routes": )" + routes + members(chosen.top) + " }",
      origin_ports_);
  auto read = read_config_text(text, (folder_ / "errata.json").string(),
                               [](std::string_view) { return std::nullopt; });
  std::string problems;
  for (const auto& problem : read.problems) problems += problem.to_string() + "\n";
  if (!problems.empty()) throw std::runtime_error(problems + text);
  read.value.timeouts.drain_idle = chosen.drain_idle;
  if (chosen.adjust) chosen.adjust(read.value);
  return std::make_shared<const configuration>(std::move(read.value));
}

bool test_server::reload(const settings& chosen) {
  return server_->reload(configure(chosen));
}

std::vector<boost::json::object> test_server::drain() {
  server_->drain();
  std::vector<boost::json::object> lines;
  std::istringstream text(log_text());
  for (std::string line; std::getline(text, line);)
    lines.push_back(boost::json::parse(line).as_object());
  return lines;
}

void test_server::stop() {
  server_->stop();
}

std::string test_server::log_text() const {
  std::ifstream file(folder_ / "access.log", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string logged(const boost::json::object& line, std::string_view path) {
  const auto dot = path.find('.');
  const auto* value = line.if_contains(path.substr(0, dot));
  if (value != nullptr && dot != std::string_view::npos)
    value = value->is_object() ? value->get_object().if_contains(path.substr(dot + 1)) : nullptr;
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string())
    return std::string(value->get_string().data(), value->get_string().size());
  return boost::json::serialize(*value);
}

}  // namespace errata::testing
