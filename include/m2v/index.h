#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "m2v/export.h"
#include "m2v/filter.h"
#include "m2v/types.h"

namespace m2v {

struct Hit {
  std::uint64_t id = 0;
  float score = 0;  ///< Larger is nearer.
};

enum class Metric {
  kCosine,  ///< In [-1, 1]; 0 against a zero vector.
  kInnerProduct
};

/// How the values of vectors are kept. Narrower ones take less memory and are searched faster;
/// scores are exact for the values as they are kept.
enum class Width {
  kFloat32,
  kFloat16,  ///< Values beyond 65,504 are refused.
  kInt8,     ///< 255 levels, with a scale a vector.
  kBit       ///< The signs of the rotated vector find candidates, which float16 values beside them
             ///< score. Cosine only, and the one width that may miss a hit: see candidates.
};

/// One column of metadata: a value for each of the vectors that are added.
struct Column {
  std::string name;
  std::variant<std::span<const std::int64_t>, std::span<const double>,
               std::span<const std::string_view>>
      values;
  std::span<const std::uint8_t> present = {};  ///< 0: this vector has no value. Empty: all have.
};

struct SearchOptions {
  unsigned threads = 0;                                       ///< 0: as many as the machine has.
  Filter filter = {};                                         ///< Which vectors take part.
  float min_score = -std::numeric_limits<float>::infinity();  ///< The lowest score of a hit.
  std::size_t offset = 0;  ///< How many of the best hits to pass over: for pages of results.
  /// A column of integers or strings: of the vectors that have the same value there, the best one
  /// alone is a hit. A vector without a value is a group of its own. Empty: no groups.
  std::string group_by = {};
  /// Width::kBit: how many vectors the bits select to be scored, at least k; 0: 40 k and a 160th of
  /// the index, or 1,000 if that is more, which finds more than 99 in 100 (see docs/index.md).
  std::size_t candidates = 0;
};

/// Exact nearest neighbours over vectors in memory; there is nothing to build beforehand.
/// What is const may run from any number of threads at once, but not beside what is not.
class M2V_API Index {
 public:
  /// `dim` is the number of values a vector; at least 1.
  explicit Index(std::size_t dim, Metric metric = Metric::kCosine, Width width = Width::kFloat32);
  ~Index();
  Index(Index&&) noexcept;
  Index& operator=(Index&&) noexcept;

  /// Adds one vector a row, copied. Ids are unique. A column's type is that of its first values
  /// (integers may follow floats); vectors have no value in columns that are not named. Throws
  /// std::invalid_argument if sizes differ, the width is not dim(), a value is not finite, an id is
  /// there already, or a column is of another type; nothing is added then.
  void add(std::span<const std::uint64_t> ids, MatrixView vectors,
           std::span<const Column> columns = {});

  /// Removes the vectors of these ids, and passes over ids that are not there. Returns how many
  /// were. The time is that of the vectors removed, whatever the size of the index.
  std::size_t remove(std::span<const std::uint64_t> ids);

  /// The k vectors of highest score, best first; ties go to the smaller id, whatever the number of
  /// threads, the order of adding or the size of the batch. Fewer if there are fewer. Throws
  /// std::invalid_argument for a query of another width or not finite, and for a filter or group
  /// that names no column or compares it with a value of another type.
  std::vector<Hit> search(std::span<const float> query, std::size_t k,
                          const SearchOptions& options = {}) const;
  /// One list a row of `queries`.
  std::vector<std::vector<Hit>> search(MatrixView queries, std::size_t k,
                                       const SearchOptions& options = {}) const;

  /// The vectors of these ids as they are kept (for cosine, of norm 1). Throws
  /// std::invalid_argument for an id that is not there.
  Matrix vectors(std::span<const std::uint64_t> ids) const;
  bool contains(std::uint64_t id) const noexcept;
  std::span<const std::uint64_t> ids() const noexcept;  ///< Of all vectors, in no order.
  std::vector<std::string> columns() const;             ///< The names of the metadata's columns.

  /// Writes the index to a file, which appears when it is complete. Throws IoError.
  void save(const std::filesystem::path& path) const;
  /// Opens a file that save() wrote: vectors are used where the file is mapped, until they change.
  /// Any file gives an index or FormatError; IoError if it cannot be read.
  static Index load(const std::filesystem::path& path);

  std::size_t size() const noexcept;
  std::size_t dim() const noexcept;
  Metric metric() const noexcept;
  Width width() const noexcept;

 private:
  struct Impl;
  explicit Index(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// Hits for somebody who has enough of the same: k of `hits`, one after the other, each the one of
/// largest lambda * score - (1 - lambda) * (its largest cosine to one chosen before). `vectors` has
/// a row a hit; lambda is in [0, 1]. Ties go to the earlier hit. Throws std::invalid_argument.
/// Source: maximal marginal relevance (Carbonell and Goldstein, 1998).
M2V_API std::vector<Hit> diversify(std::span<const Hit> hits, MatrixView vectors, std::size_t k,
                                   double lambda);

}  // namespace m2v
