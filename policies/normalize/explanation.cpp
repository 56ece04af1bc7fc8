#include "policies/normalize/explanation.hpp"

namespace errata {

std::string_view fate_text(fate f) noexcept {
  switch (f) {
    case fate::taken:
      return "taken";
    case fate::not_needed:
      return "not needed: something better was taken";
    case fate::nothing_left:
      return "withheld: nothing was left of it without the internals";
    case fate::server_fault:
      return "withheld: a 5xx tells about the service, not about the request";
    case fate::dump:
      return "withheld: the document is a trace or a debug page";
    case fate::unusable:
      break;
  }
  return "withheld: not in a form that may be shown";
}

}  // namespace errata
