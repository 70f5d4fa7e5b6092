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
  struct Node {
    Item item;
    Node* next_retired = nullptr;
  };

 public:
  struct Entry {
    std::atomic<Node*> node;
    Entry* next = nullptr;
  };

  /// Throws std::bad_alloc.
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

  /// Once a handler has looked at the items, none is freed, for it may still look at this one: it
  /// is retired, so that whoever looks for leaks finds it.
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

  /// Calls `visit(item)` for each until that returns true. Async-signal-safe, if `visit` is.
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
    static_cast<void>(node.release());  // the entry's now
    return entry;
  }

  std::atomic<Entry*> first_{nullptr};
  std::atomic<Node*> retired_{nullptr};
  std::atomic<bool> watched_{false};
};

}  // namespace m2v::core
