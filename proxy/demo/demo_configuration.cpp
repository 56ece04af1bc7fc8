#include "proxy/demo/demo_configuration.hpp"

#include <stdexcept>
#include <string>

#include "proxy/config/reader.hpp"

namespace errata {

namespace {

constexpr std::string_view text = R"({
  "listeners": [{ "address": "127.0.0.1:${ERRATA_PORT}" }],
  "threads": 1,
  "upstreams": {
    "legacy": { "servers": ["http://127.0.0.1:${LEGACY_PORT}"] },
    "impatient": {
      "servers": ["http://127.0.0.1:${LEGACY_PORT}"],
      "timeouts": { "first_byte": "1s" }
    },
    "nobody": { "servers": ["http://127.0.0.1:${NOBODY_PORT}"] }
  },
  "routes": [  // the first that matches wins
    { "name": "hang", "match": { "path_prefix": "/hang" }, "upstream": "impatient" },
    { "name": "unreachable", "match": { "path_prefix": "/unreachable" }, "upstream": "nobody" },
    { "name": "retired", "match": { "path_prefix": "/retired" }, "respond": "resource_gone" },
    {
      "name": "limited",
      "match": { "path_prefix": "/limited" },
      "upstream": "legacy",
      "rate_limits": ["per_ip"]
    },
    {
      "name": "strict",
      "match": { "path_prefix": "/strict" },
      "strip_prefix": true,
      "upstream": "legacy",
      "status_policy": "strict"
    },
    {
      "name": "shadow",
      "match": { "path_prefix": "/shadow" },
      "strip_prefix": true,
      "upstream": "legacy",
      "normalize": "shadow"
    },
    { "name": "legacy", "match": { "path_prefix": "/" }, "upstream": "legacy" }
  ],
  "errors": { "doc_url_base": "https://docs.otesse.com/api/errors#" },
  "rate_limits": { "per_ip": { "key": ["ip"], "rate": "1/s", "burst": 3 } },
  "access_log": { "path": "${LOG}" }
}
)";

}  // namespace

std::string_view demo_configuration_text() noexcept {
  return text;
}

configuration demo_configuration(const demo_ports& ports, std::string_view log) {
  const auto variables = [&](std::string_view name) -> std::optional<std::string> {
    if (name == "ERRATA_PORT") return std::to_string(ports.errata);
    if (name == "LEGACY_PORT") return std::to_string(ports.legacy);
    if (name == "NOBODY_PORT") return std::to_string(ports.nobody);
    if (name == "LOG") return std::string(log);
    return std::nullopt;
  };
  auto read = read_config_text(text, "demo", variables);
  if (!read.problems.empty()) throw std::logic_error(read.problems.front().to_string());
  return std::move(read.value);
}

}  // namespace errata
