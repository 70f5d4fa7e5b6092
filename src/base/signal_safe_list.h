#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace m2v::base {

/// A list of immutable items that any thread may add or remove and that signal handlers can read.
/// It is lock-free: an entry is an atomic pointer to an item. Entries are reused and never freed;
/// there are as many as there were items at the same time.
template <typename Item>
class SignalSafeList {
  struct Node {
    Item item;
    Node* next_retired = nullptr;
  };

 public:
  struct Entry {
    std::atomic<Node*> node;  ///< Owned by the entry; null if the entry is free.
    Entry* next = nullptr;
  };

  /// Adds an item and returns its entry, for remove(). Throws std::bad_alloc.
  Entry* add(Item item) {
    auto node = std::make_unique<Node>(Node{std::move(item)});
    for (Entry* entry = first_.load(); entry != nullptr; entry = entry->next) {
      Node* none = nullptr;
      if (entry->node.compare_exchange_strong(none, node.get()))
        return take(std::move(node), entry);
    }
    auto* const entry = new Entry{{node.get()}, first_.load()};
    while (!first_.compare_exchange_weak(entry->next, entry)) {
    }
    return take(std::move(node), entry);
  }

  /// Removes the item of an entry. After the first call of visit(), items are no longer freed,
  /// because a signal handler may still be reading this one. They stay reachable, so that leak
  /// checkers do not report them.
  void remove(Entry* entry) noexcept {
    Node* const node = entry->node.exchange(nullptr);
    if (!watched_.load()) {
      delete node;
      return;
    }
    node->next_retired = retired_.load();
    while (!retired_.compare_exchange_weak(node->next_retired, node)) {
    }
  }

  /// Calls `visit(item)` for each item until it returns true. Async-signal-safe if `visit` is.
  template <typename Visit>
  void visit(const Visit& visit) noexcept {
    watched_.store(true);
    for (Entry* entry = first_.load(); entry != nullptr; entry = entry->next) {
      const Node* const node = entry->node.load();
      if (node != nullptr && visit(node->item)) return;
    }
  }

 private:
  static Entry* take(std::unique_ptr<Node> node, Entry* entry) noexcept {
    static_cast<void>(node.release());  // now owned by the entry
    return entry;
  }

  std::atomic<Entry*> first_{nullptr};
  std::atomic<Node*> retired_{nullptr};
  std::atomic<bool> watched_{false};
};

}  // namespace m2v::base
