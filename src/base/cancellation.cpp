#include "base/cancellation.h"

#include <utility>

#include "m2v/error.h"

namespace m2v {
namespace {

thread_local CancellationScope::Impl* t_scope = nullptr;

constexpr std::chrono::milliseconds kPause{100};  // the minimum between two calls of keep_going

}  // namespace

CancellationScope::CancellationScope(std::function<bool()> keep_going)
    : impl_(std::make_unique<Impl>()) {
  impl_->keep_going = std::move(keep_going);
  impl_->outer = t_scope;
  t_scope = impl_.get();
}

CancellationScope::~CancellationScope() { t_scope = impl_->outer; }

void CancellationScope::check() { base::check_cancelled(); }

namespace base {

CancellationScope::Impl* cancellation() noexcept { return t_scope; }

void set_cancellation(CancellationScope::Impl* scope) noexcept { t_scope = scope; }

void check_cancelled() {
  CancellationScope::Impl* const scope = t_scope;
  if (scope == nullptr) return;
  if (scope->cancelled.load(std::memory_order_relaxed)) throw Cancelled();
  if (std::this_thread::get_id() != scope->owner) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < scope->next) return;
  const bool is_first = scope->next == std::chrono::steady_clock::time_point{};
  scope->next = now + kPause;
  if (is_first || scope->keep_going()) return;  // most calls end before a second check is due
  scope->cancelled = true;
  throw Cancelled();
}

}  // namespace base
}  // namespace m2v
