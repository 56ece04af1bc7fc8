#include "policies/limit_table.hpp"

#include <algorithm>
#include <bit>
#include <boost/container/static_vector.hpp>
#include <thread>

namespace errata {

struct limit_table::slot {
  std::uint64_t key = 0;
  std::int64_t tat = 0;  // 0 is in the past at any time: an empty slot
};

struct alignas(64) limit_table::slot_set {
  std::array<slot, set_size> slots;
};

// What is known of one charge's key while its set is locked.
struct limit_table::claim {
  slot_set* set = nullptr;
  slot* where = nullptr;  // nullptr: the table has no entry
  std::int64_t tat = 0;   // not before now
  bool changed = false;   // `tat` must be stored
};

// Holds the sets of one request. Always locked in the order of their indexes, each once, so that
// two requests never wait for each other.
class limit_table::set_locks {
 public:
  set_locks(std::atomic_flag* locks, std::span<const limit_charge> charges,
            std::size_t mask) noexcept
      : locks_(locks) {
    for (const limit_charge& charge : charges) held_[size_++] = charge.key & mask;
    if (size_ > 1) {
      const std::span<std::size_t> all(held_.data(), size_);
      std::sort(all.begin(), all.end());
      size_ -= static_cast<std::size_t>(std::ranges::unique(all).size());
    }
    for (const std::size_t index : held()) lock(locks_[index]);
  }

  ~set_locks() {
    for (const std::size_t index : held()) locks_[index].clear(std::memory_order_release);
  }

  set_locks(const set_locks&) = delete;
  set_locks& operator=(const set_locks&) = delete;

 private:
  std::span<const std::size_t> held() const noexcept { return {held_.data(), size_}; }

  static void lock(std::atomic_flag& flag) noexcept {
    // A set is held for some dozens of instructions. Only a holder that lost its processor makes
    // anyone wait longer, and then the processor is what it needs.
    constexpr int patience = 128;
    while (flag.test_and_set(std::memory_order_acquire)) {
      for (int i = 0; i < patience && flag.test(std::memory_order_relaxed); ++i) {
      }
      if (flag.test(std::memory_order_relaxed)) std::this_thread::yield();
    }
  }

  std::atomic_flag* locks_;
  std::array<std::size_t, max_charges> held_;  // the first size_ of them
  std::size_t size_ = 0;
};

namespace {

constexpr std::size_t max_slots = std::size_t{1} << 32U;

std::size_t sets_for(std::size_t slots) noexcept {
  const std::size_t wanted = std::clamp<std::size_t>(slots, 1, max_slots);
  return std::bit_ceil((wanted + limit_table::set_size - 1) / limit_table::set_size);
}

}  // namespace

limit_table::limit_table(std::size_t slots, std::array<std::uint64_t, 2> hash_key)
    : hash_key_(hash_key),
      mask_(sets_for(slots) - 1),
      sets_(std::make_unique<slot_set[]>(mask_ + 1)),
      locks_(std::make_unique<std::atomic_flag[]>(mask_ + 1)) {
  static_assert(sizeof(slot_set) == 128 && alignof(slot_set) == 64);
}

limit_table::~limit_table() = default;

std::uint64_t limit_table::live_evictions() const noexcept {
  return live_evictions_.load(std::memory_order_relaxed);
}

// Whether the key has room for one request at `now_ns`.
bool limit_table::judge(limit_charge& charge, claim& entry, std::int64_t now_ns) noexcept {
  // How much more than its tolerance a key may owe before that is taken for the doing of an older
  // configuration with a larger burst. Less is what a thread sees that read its clock before the
  // last one to spend did; forgiving that would let a busy key have more than its bound.
  constexpr std::int64_t clock_skew_ns = 1'000'000'000;

  const std::int64_t horizon = now_ns + charge.tolerance_ns;
  if (entry.tat > horizon + clock_skew_ns) {
    entry.tat = horizon;
    entry.changed = true;
  }
  const std::int64_t next = entry.tat + charge.interval_ns;
  charge.refused = next > horizon;
  charge.wait_ns = charge.refused ? next - horizon : 0;
  return !charge.refused;
}

void limit_table::store(std::span<claim> claims, claim& entry, std::uint64_t key,
                        std::int64_t now_ns) noexcept {
  if (entry.where == nullptr) {
    for (slot& candidate : entry.set->slots) {
      // Another key of this request must not lose its slot to this one.
      const bool taken = std::any_of(claims.begin(), claims.end(),
                                     [&](const claim& c) { return c.where == &candidate; });
      if (!taken && (entry.where == nullptr || candidate.tat < entry.where->tat)) {
        entry.where = &candidate;
      }
    }
    if (entry.where->tat > now_ns) live_evictions_.fetch_add(1, std::memory_order_relaxed);
  }
  *entry.where = {key, entry.tat};
}

bool limit_table::spend(std::span<limit_charge> charges, std::int64_t now_ns) noexcept {
  charges = charges.first(std::min(charges.size(), max_charges));
  now_ns = std::clamp<std::int64_t>(now_ns, 0, max_now_ns);
  boost::container::static_vector<claim, max_charges> storage(charges.size());
  const std::span<claim> claims(storage.data(), storage.size());

  // All that this will touch is fetched at once: each set, and its lock, misses every cache.
  for (const limit_charge& charge : charges) {
    const std::size_t index = charge.key & mask_;
    __builtin_prefetch(&locks_[index], 1);
    __builtin_prefetch(sets_[index].slots.data(), 1);
    __builtin_prefetch(sets_[index].slots.data() + set_size / 2, 1);
  }
  const set_locks guard(locks_.get(), charges, mask_);
  bool admitted = true;
  for (std::size_t i = 0; i < charges.size(); ++i) {
    claims[i].set = &sets_[charges[i].key & mask_];
    claims[i].tat = now_ns;
    for (slot& s : claims[i].set->slots) {
      if (s.key != charges[i].key) continue;
      claims[i].where = &s;
      claims[i].tat = std::max(s.tat, now_ns);
      break;
    }
    if (!judge(charges[i], claims[i], now_ns) && charges[i].binding) admitted = false;
  }

  for (std::size_t i = 0; i < charges.size(); ++i) {
    if (!charges[i].refused && (admitted || !charges[i].binding)) {
      claims[i].tat += charges[i].interval_ns;
      claims[i].changed = true;
    }
    if (claims[i].changed) store(claims, claims[i], charges[i].key, now_ns);
    charges[i].debt_ns = claims[i].tat - now_ns;
  }
  return admitted;
}

}  // namespace errata
