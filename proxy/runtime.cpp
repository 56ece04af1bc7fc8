#include "proxy/runtime.hpp"

#include <netdb.h>

#include <cstring>

namespace errata {
namespace {

endpoint_address::list look_up(const endpoint_config& server, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  endpoint_address::list list;
  if (::getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &found) !=
      0) {
    return list;
  }
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    socket_address address;
    if (one->ai_addrlen > sizeof address.storage) continue;
    std::memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
    address.size = one->ai_addrlen;
    list.push_back(address);
  }
  ::freeaddrinfo(found);
  return list;
}

// As it stands in a Host field: an IPv6 address is bracketed (RFC 3986 section 3.2.2).
std::string authority_of(const endpoint_config& server) {
  const bool is_v6 = server.host.find(':') != std::string::npos;
  return (is_v6 ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port);
}

normalizer_options with_request_id_field(const configuration& settings) {
  normalizer_options options = settings.normalizer;
  options.request_id_field = settings.request_id_header;
  return options;
}

}  // namespace

endpoint_address::endpoint_address(const endpoint_config& server)
    : server_(server), name_(authority_of(server)), literal_(false) {
  auto list = look_up(server_, AI_NUMERICHOST | AI_NUMERICSERV);
  literal_ = !list.empty();
  if (literal_) addresses_ = std::make_shared<const endpoint_address::list>(std::move(list));
}

void endpoint_address::resolve() {
  auto list = look_up(server_, AI_NUMERICSERV | AI_ADDRCONFIG);
  if (list.empty()) return;
  std::atomic_store(&addresses_, std::make_shared<const endpoint_address::list>(std::move(list)));
}

void runtime::inherit_health(const runtime& before) {
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    // Without checks nobody would bring it back.
    if (settings->upstreams[i].health.path.empty()) continue;
    for (std::size_t k = 0; k < before.endpoints.size(); ++k) {
      if (before.settings->upstreams[k].name != settings->upstreams[i].name) continue;
      for (const auto& mine : endpoints[i]) {
        for (const auto& old : before.endpoints[k]) {
          if (old->name() == mine->name()) mine->set_healthy(old->is_healthy());
        }
      }
    }
  }
}

runtime::runtime(std::shared_ptr<const configuration> used, std::shared_ptr<limit_table> limits)
    : settings(std::move(used)),
      routes(settings->matches),
      limiter(settings->rate_rules, std::move(limits)),
      errors(settings->errors, with_request_id_field(*settings)),
      request_id_line(settings->request_id_header + ": "),
      log(settings->access_log) {
  for (const upstream_config& upstream : settings->upstreams) {
    auto& list = endpoints.emplace_back();
    for (const endpoint_config& server : upstream.servers) {
      list.push_back(std::make_unique<endpoint_address>(server));
    }
  }
}

}  // namespace errata
