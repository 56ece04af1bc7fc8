#include "policies/limit_key.hpp"

#include <algorithm>

namespace errata {
namespace {

// What a piece of a key is, hashed before it: two tuples never hash alike because a value of one
// kind, or the lack of it, looks like another.
enum class piece : std::uint8_t { name, v4, v6_network, header, scheme, route, method, missing };

void add_piece(siphasher& hash, piece kind, std::string_view bytes) noexcept {
  hash.add(static_cast<std::uint64_t>(kind) << 56U | bytes.size());
  hash.add(bytes);
}

void add_address(siphasher& hash, const ip_address& address) noexcept {
  // One customer has a /64 at least: more than it could ever use up one by one.
  constexpr std::size_t network_bytes = 8;
  const std::string_view bytes(reinterpret_cast<const char*>(address.bytes.data()),
                               address.bytes.size());
  if (address.is_v4()) return add_piece(hash, piece::v4, bytes.substr(12));
  add_piece(hash, piece::v6_network, bytes.substr(0, network_bytes));
}

// "Bearer x", "bearer x" and "BEARER  x" are one credential to every server that takes it. Were
// they several keys, its owner would have the limit once for each spelling.
void add_credentials(siphasher& hash, std::string_view value) noexcept {
  std::array<char, 32> scheme;
  const auto end = value.find_first_of(" \t");
  if (end <= scheme.size()) {
    std::transform(value.begin(), value.begin() + end, scheme.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    add_piece(hash, piece::scheme, {scheme.data(), end});
    value = trim(value.substr(end));
  }
  add_piece(hash, piece::header, value);
}

std::string_view header_value(const field_list* fields, field_id id, std::string_view name) {
  if (fields == nullptr) return {};
  const field* found = id == field_id::other ? fields->find(name) : fields->find(id);
  return found == nullptr ? std::string_view{} : found->value;
}

std::string_view known_method(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 9> known = {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS",
                                                     "PATCH",   "POST",   "PUT", "TRACE"};
  return std::find(known.begin(), known.end(), method) == known.end() ? "other" : method;
}

}  // namespace

limit_key::limit_key(std::string_view rule_name, std::vector<limit_key_part> parts,
                     missing_part when_missing, const std::array<std::uint64_t, 2>& hash_key)
    : seed_(hash_key), parts_(std::move(parts)), when_missing_(when_missing) {
  add_piece(seed_, piece::name, rule_name);
  for (const limit_key_part& part : parts_) ids_.push_back(identify_field(part.header));
}

std::optional<std::uint64_t> limit_key::hash(const limit_facts& facts) const noexcept {
  siphasher hash = seed_;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const limit_key_part& part = parts_[i];
    switch (part.what) {
      case limit_key_part::kind::ip:
        add_address(hash, facts.client);
        break;
      case limit_key_part::kind::route:
        add_piece(hash, piece::route, facts.route);
        break;
      case limit_key_part::kind::method:
        add_piece(hash, piece::method, known_method(facts.method));
        break;
      case limit_key_part::kind::header: {
        const field_id id = ids_[i];
        const std::string_view value = header_value(facts.fields, id, part.header);
        if (value.empty()) {
          if (when_missing_ == missing_part::skip) return std::nullopt;
          add_piece(hash, piece::missing, {});
          if (when_missing_ == missing_part::ip) add_address(hash, facts.client);
        } else if (id == field_id::authorization) {
          add_credentials(hash, value);
        } else {
          add_piece(hash, piece::header, value);
        }
        break;
      }
    }
  }
  return hash.finish();
}

}  // namespace errata
