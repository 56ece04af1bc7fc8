// The bytes of the next request: written once, only its id and its key change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "scripts/load/client/options.hpp"

namespace errata::load {

inline constexpr std::size_t id_size = 32;

class request_source {
 public:
  explicit request_source(const options& wanted);
  // Valid until the next call; 32 digits of its id go to `id` when it has one.
  std::string_view next(std::string& id);

 private:
  const options& wanted_;
  std::string bytes_;
  std::size_t id_at_ = 0, key_at_ = 0;
  std::uint64_t number_ = 0;
};

// `number` as 32 digits that look like an id.
void write_id(char* to, std::uint64_t number);

}  // namespace errata::load
