// glibc's getaddrinfo_a(3), with threads that the thread sanitizer knows: those that glibc starts
// for itself have no state in it, and end the program at their first allocation. Linked in its
// place by the preset tsan alone; does as much of it as net/resolver.cpp uses.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <netdb.h>
#include <thread>

namespace {

/// Never destroyed: look-ups may outlive every other part of the program.
struct shared_state {
  std::mutex mutex;  ///< guards each request's result
  std::condition_variable done;
};

shared_state& shared() {
  static auto* one = new shared_state;
  return *one;
}

void look_up(gaicb* request) {
  addrinfo* found = nullptr;
  const int result =
      ::getaddrinfo(request->ar_name, request->ar_service, request->ar_request, &found);
  const std::lock_guard guard{shared().mutex};
  request->ar_result = found;
  request->__return = result;
  shared().done.notify_all();
}

}  // namespace

extern "C" int getaddrinfo_a(int /*mode*/, gaicb** list, int count, sigevent* /*event*/) {
  for (int i = 0; i < count; ++i) {
    list[i]->__return = EAI_INPROGRESS;
    std::thread{look_up, list[i]}.detach();
  }
  return 0;
}

extern "C" int gai_error(gaicb* request) noexcept {
  const std::lock_guard guard{shared().mutex};
  return request->__return;
}

extern "C" int gai_suspend(const gaicb* const* list, int /*count*/, const timespec* timeout) {
  std::unique_lock guard{shared().mutex};
  const auto limit =
      std::chrono::seconds{timeout->tv_sec} + std::chrono::nanoseconds{timeout->tv_nsec};
  const bool any =
      shared().done.wait_for(guard, limit, [&] { return list[0]->__return != EAI_INPROGRESS; });
  return any ? 0 : EAI_AGAIN;
}

extern "C" int gai_cancel(gaicb* request) noexcept {
  return gai_error(request) == EAI_INPROGRESS ? EAI_NOTCANCELED : EAI_ALLDONE;
}
