#include "policies/normalize/json_place.hpp"

namespace errata {

// As deep as the readers go, which is a few steps.
void json_place::append_to(std::string& out) const {
  constexpr std::size_t longest = 256;
  if (outer_ == nullptr) return;
  outer_->append_to(out);
  if (out.size() > longest) return;
  out += '/';
  if (in_list_) {
    out += std::to_string(index_);
    return;
  }
  for (const char c : key_.substr(0, longest)) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
}

std::string json_place::to_text() const {
  if (outer_ == nullptr) return "the document";
  std::string out;
  append_to(out);
  return out;
}

}  // namespace errata
