#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace m2v::core {

/// Items that come and go on any thread and that a signal handler can look at. Nothing is locked:
/// an entry is an atomic pointer to an item that never changes. Entries stay and are used again;
/// their number is that of the items there were at once.
template <typename Item>
class SignalSafeList {
 public:
  struct Entry {
    std::atomic<const Item*> item;
    Entry* next = nullptr;
  };

  /// Throws std::bad_alloc.
  Entry* add(std::unique_ptr<const Item> item) {
    for (Entry* entry = first_.load(); entry != nullptr; entry = entry->next) {
      const Item* none = nullptr;
      if (entry->item.compare_exchange_strong(none, item.get()))
        return take(std::move(item), entry);
    }
    auto* const entry = new Entry{{item.get()}, first_.load()};
    while (!first_.compare_exchange_weak(entry->next, entry)) {
    }
    return take(std::move(item), entry);
  }

  /// Once a handler has looked at the items, none is freed: it may still look at this one.
  void remove(Entry* entry) noexcept {
    const Item* const item = entry->item.exchange(nullptr);
    if (!watched_.load()) delete item;
  }

  /// Calls `visit(item)` for each until that returns true. Async-signal-safe, if `visit` is.
  template <typename Visit>
  void visit(const Visit& visit) noexcept {
    watched_.store(true);
    for (Entry* entry = first_.load(); entry != nullptr; entry = entry->next) {
      const Item* const item = entry->item.load();
      if (item != nullptr && visit(*item)) return;
    }
  }

 private:
  static Entry* take(std::unique_ptr<const Item> item, Entry* entry) noexcept {
    static_cast<void>(item.release());  // the entry's now
    return entry;
  }

  std::atomic<Entry*> first_{nullptr};
  std::atomic<bool> watched_{false};
};

}  // namespace m2v::core
