// The kinds of internals that clients must not see: their names, sets of them and how many of each
// were taken out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace errata {

enum class leak_kind : std::uint8_t {
  stack_frame,
  exception_name,  // names of exception classes, of other classes and of objects
  file_path,
  database,  // SQL, and what drivers and their pools say
  program,   // programming errors, the operating system, the network behind
  host,      // names and addresses that are not the client's
  software,  // names and versions
  secret,    // tokens, keys, passwords, cookies
  email,
  markup,   // HTML that is left over in a sentence; always taken out
  control,  // control characters and terminal escapes; always taken out
};
inline constexpr std::size_t leak_kind_count = static_cast<std::size_t>(leak_kind::control) + 1;

// As the configuration, the log and `errata explain` spell it: "stack_frames", "emails" ...
std::string_view leak_kind_name(leak_kind kind) noexcept;

// Some of the kinds.
class leak_set {
 public:
  static constexpr leak_set all() noexcept { return leak_set((1U << leak_kind_count) - 1); }
  constexpr leak_set() noexcept = default;

  constexpr bool has(leak_kind kind) const noexcept { return (bits_ & bit(kind)) != 0; }
  constexpr void add(leak_kind kind) noexcept { bits_ |= bit(kind); }
  constexpr void remove(leak_kind kind) noexcept { bits_ &= ~bit(kind); }

 private:
  constexpr explicit leak_set(unsigned bits) noexcept : bits_(bits) {}
  static constexpr unsigned bit(leak_kind kind) noexcept {
    return 1U << static_cast<unsigned>(kind);
  }

  unsigned bits_ = 0;
};

// How many internals of each kind were found.
struct leak_counts {
  std::array<std::uint16_t, leak_kind_count> of{};

  void add(leak_kind kind, unsigned more = 1) noexcept {
    of[static_cast<std::size_t>(kind)] =
        static_cast<std::uint16_t>(of[static_cast<std::size_t>(kind)] + more);
  }
  void add(const leak_counts& other) noexcept {
    for (std::size_t i = 0; i < leak_kind_count; ++i) {
      of[i] = static_cast<std::uint16_t>(of[i] + other.of[i]);
    }
  }
  unsigned operator[](leak_kind kind) const noexcept { return of[static_cast<std::size_t>(kind)]; }
  // All but markup and control characters, which are no internals by themselves.
  unsigned internals() const noexcept {
    unsigned sum = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(leak_kind::markup); ++i) sum += of[i];
    return sum;
  }
  bool operator==(const leak_counts&) const = default;
};

}  // namespace errata
