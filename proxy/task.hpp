// The coroutine that the data path is written in, and the one place where a connection sleeps.
//
// A task is lazy, owned by whoever awaits it, and resumes its awaiter directly. It is not
// boost::asio::awaitable because a connection waits for several things at once (client, upstream,
// deadline, drain) and because a wait must cost no allocation: see
// docs/decisions/0001-one-sleeper-a-connection.md. Threads: a task lives on one thread.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "proxy/frame_memory.hpp"

namespace errata {

template <class T>
class task;

namespace detail {

struct resume_awaiter {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) const noexcept {
    return done.promise().continuation;
  }
  void await_resume() const noexcept {}
};

struct promise_base {
  static void* operator new(std::size_t size) { return take_frame_memory(size); }
  static void operator delete(void* frame, std::size_t size) noexcept {
    give_frame_memory(frame, size);
  }

  std::coroutine_handle<> continuation = std::noop_coroutine();
  std::exception_ptr error;

  std::suspend_always initial_suspend() const noexcept { return {}; }
  resume_awaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { error = std::current_exception(); }
};

template <class T>
struct promise : promise_base {
  std::optional<T> value;

  task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() { return std::move(*value); }
};

template <>
struct promise<void> : promise_base {
  task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() const noexcept {}
};

}  // namespace detail

// The result of a coroutine that starts when it is awaited. An exception thrown inside comes out of
// the co_await. Destroying a task that was never awaited destroys its frame.
template <class T>
class [[nodiscard]] task {
 public:
  using promise_type = detail::promise<T>;

  explicit task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
  task(task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  task(const task&) = delete;
  task& operator=(const task&) = delete;
  ~task() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) const noexcept {
    frame_.promise().continuation = awaiter;
    return frame_;
  }
  T await_resume() const {
    if (frame_.promise().error) std::rethrow_exception(frame_.promise().error);
    return frame_.promise().take();
  }

 private:
  std::coroutine_handle<promise_type> frame_;
};

namespace detail {

template <class T>
task<T> promise<T>::get_return_object() noexcept {
  return task<T>(std::coroutine_handle<promise<T>>::from_promise(*this));
}

inline task<void> promise<void>::get_return_object() noexcept {
  return task<void>(std::coroutine_handle<promise<void>>::from_promise(*this));
}

}  // namespace detail

// The outermost coroutine of a connection: starts at once, frees itself at its end. Its body
// catches everything; what escapes ends the process.
struct root_task {
  struct promise_type {
    root_task get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

// Something that wants to hear that one of its sockets became ready.
class waker {
 public:
  // May destroy the waker before it returns: touch nothing of it afterwards.
  virtual void wake() = 0;

 protected:
  ~waker() = default;
};

// Where one coroutine sleeps until anything that concerns it happens. What happened is not said:
// the coroutine looks at the state of its sockets and its deadline again. A wake() while it is not
// asleep does nothing, because it looks before it sleeps and both run on one thread.
class sleeper final : public waker {
 public:
  struct awaiter {
    sleeper& where;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> who) const noexcept { where.asleep_ = who; }
    void await_resume() const noexcept {}
  };

  awaiter operator co_await() noexcept { return awaiter{*this}; }
  bool asleep() const noexcept { return static_cast<bool>(asleep_); }

  void wake() override {
    if (asleep_) std::exchange(asleep_, {}).resume();
  }

 private:
  std::coroutine_handle<> asleep_;
};

}  // namespace errata
