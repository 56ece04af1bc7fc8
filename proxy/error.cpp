#include "proxy/error.hpp"

namespace errata {

std::string_view name_of(failure_origin origin) noexcept {
  switch (origin) {
    case failure_origin::downstream:
      return "downstream";
    case failure_origin::upstream:
      return "upstream";
    case failure_origin::internal:
      break;
  }
  return "internal";
}

std::string_view name_of(failure_phase phase) noexcept {
  switch (phase) {
    case failure_phase::read_request:
      return "read_request";
    case failure_phase::route:
      return "route";
    case failure_phase::limit:
      return "limit";
    case failure_phase::connect:
      return "connect";
    case failure_phase::send:
      return "send";
    case failure_phase::read_response:
      return "read_response";
    case failure_phase::relay:
      break;
  }
  return "relay";
}

std::string_view name_of(delivery delivered) noexcept {
  switch (delivered) {
    case delivery::not_sent:
      return "not_sent";
    case delivery::partly_sent:
      return "partly_sent";
    case delivery::sent:
      break;
  }
  return "sent";
}

}  // namespace errata
