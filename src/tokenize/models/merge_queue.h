#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace m2v::tokenize {

/// The merges of a word that wait for their turn: the lowest rank first, then the leftmost. Those
/// of a short word are a heap. The heap of a long one would leave the processor's caches, and each
/// look at it cost several misses; so there they wait in a list for each rank, and only the list
/// whose turn it is gets sorted.
///
///   rank    0    1    2    3   ...
///   turn         ^
///   lists   .  [4 9]  .  [1 7]         a new one of rank 0 or 1 goes to the heap
class MergeQueue {
 public:
  struct Candidate {
    std::uint32_t rank, position, id;  ///< `id`: what it becomes. `position`: where it stands.
    /// Lower, for the top of a heap is the highest.
    bool operator<(const Candidate& other) const noexcept {
      return rank != other.rank ? rank > other.rank : position > other.position;
    }
  };

  /// Forgets everything, and expects a word of so many symbols.
  void start(std::size_t symbols);

  void push(const Candidate& candidate);

  /// Takes the first one; false if there is none.
  bool pop(Candidate& candidate);

 private:
  static constexpr std::size_t kLongWord = 1024;
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  struct Waiting {
    std::uint32_t position, id;
    bool operator<(const Waiting& other) const noexcept { return position < other.position; }
  };
  /// A part of a list, of one cache line.
  struct Block {
    static constexpr std::uint32_t kRoom = 7;
    std::uint32_t next, count;
    Waiting waiting[kRoom];
  };
  struct List {
    std::uint32_t first, last;
  };

  void add_to_list(const Candidate& candidate);
  std::uint32_t new_block();
  bool open_next_list();

  bool is_long_ = false;
  std::vector<Candidate> heap_;
  std::vector<Block> blocks_;
  std::uint32_t free_ = kNone;           // the first unused block
  std::vector<List> lists_;              // by rank
  std::vector<std::uint64_t> has_list_;  // a bit a rank
  std::vector<Waiting> open_;            // the list whose turn it is, from left to right
  std::size_t next_open_ = 0;
  std::uint32_t end_of_open_ = 0;  // ranks below have had their turn
};

}  // namespace m2v::tokenize
