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

// Exact nearest-neighbor search over vectors in memory, with filters on metadata.
//
//   m2v::Index index(model.dim());
//   index.add(ids, model.encode(texts));
//   for (const m2v::Hit& hit : index.search(model.encode("a question"), 10)) { ... }

namespace m2v {

/// A search result.
struct Hit {
  std::uint64_t id = 0;  ///< Id of the vector or text.
  float score = 0;       ///< Larger is better.
};

/// The similarity by which vectors are compared.
enum class Metric {
  kCosine,  ///< In [-1, 1]; 0 if either vector is zero.
  kInnerProduct
};

/// The dtype in which an index stores vectors. Smaller ones take less memory and are faster to
/// search; scores are exact for the stored values.
enum class IndexDType {
  kFloat32,
  kFloat16,  ///< Values beyond 65,504 are rejected.
  kInt8,     ///< 255 levels, with one scale per vector.
  kBit  ///< The signs of the rotated vector select candidates, which are then scored with float16
        ///< values. Cosine only, at most 65,536 dimensions, and the only dtype with which a hit
        ///< may be missed (see SearchOptions::candidates).
};

/// A column of metadata, with one value for each of the vectors being added. The views need to be
/// valid only during Index::add().
struct Column {
  std::string name;
  std::variant<std::span<const std::int64_t>, std::span<const double>,
               std::span<const std::string_view>>
      values;
  /// One per vector: 0 if it has no value. Empty: all have one.
  std::span<const std::uint8_t> present = {};
};

/// Options of Index::search().
struct SearchOptions {
  unsigned threads = 0;                                       ///< 0: one per hardware thread.
  Filter filter = {};                                         ///< Restricts the vectors searched.
  float min_score = -std::numeric_limits<float>::infinity();  ///< Minimum score of a hit.
  std::size_t offset = 0;  ///< Number of best hits to skip, for paging through results.
  /// A column of integers or strings. Of all vectors with the same value in it, only the best one
  /// is a hit; a vector without a value forms a group of its own. Empty: no grouping.
  std::string group_by = {};
  /// IndexDType::kBit only: the number of candidates that the bits select for scoring, at least k.
  /// 0: the larger of 1,000 and 1/160 of the index, plus 40 k, which finds over 99% of the hits
  /// (see docs/vector-index.md).
  std::size_t candidates = 0;
};

/// An index for exact nearest-neighbor search over vectors in memory. There is nothing to train or
/// build. Const functions may be called from any number of threads at once, but not while another
/// thread calls a non-const one.
class M2V_API Index {
 public:
  /// Creates an empty index for vectors of `dim` values, at least 1. Throws std::invalid_argument
  /// if `dim` or `metric` does not suit `dtype`.
  explicit Index(std::size_t dim, Metric metric = Metric::kCosine,
                 IndexDType dtype = IndexDType::kFloat32);
  ~Index();
  Index(Index&&) noexcept;
  Index& operator=(Index&&) noexcept;

  /// Adds one vector per id; row i of `vectors` gets ids[i]. Vectors and metadata are copied. The
  /// type of a column is that of the first values added to it (integers may be added to a column of
  /// floats); the new vectors have no value in columns that are not given. If it throws, nothing
  /// was added. Throws std::invalid_argument if sizes differ, the number of columns of `vectors` is
  /// not dim(), a value is not finite, an id is already in the index, a metadata column has another
  /// type, or there would be more than 256 of them.
  void add(std::span<const std::uint64_t> ids, MatrixView vectors,
           std::span<const Column> columns = {});

  /// Removes the vectors with these ids and returns their number. Ids that are not in the index are
  /// ignored. Takes time proportional to the number of vectors removed, not to the size of the
  /// index.
  std::size_t remove(std::span<const std::uint64_t> ids);

  /// Returns the k vectors with the highest scores, best first, or fewer if there are fewer. Ties
  /// go to the smaller id, regardless of the number of threads, the order in which vectors were
  /// added and the number of queries. Throws std::invalid_argument if the query has the wrong size
  /// or is not finite, or if a filter or group_by names an unknown column or one of the wrong type.
  [[nodiscard]] std::vector<Hit> search(std::span<const float> query, std::size_t k,
                                        const SearchOptions& options = {}) const;
  /// Returns one list of hits per row of `queries`, [queries, dim()].
  [[nodiscard]] std::vector<std::vector<Hit>> search(MatrixView queries, std::size_t k,
                                                     const SearchOptions& options = {}) const;

  /// Returns the vectors with these ids as they are stored, [ids, dim()]; for the cosine metric
  /// they have length 1. Throws std::invalid_argument if an id is not in the index.
  [[nodiscard]] Matrix vectors(std::span<const std::uint64_t> ids) const;
  bool contains(std::uint64_t id) const noexcept;  ///< Whether the id is in the index.
  /// Returns all ids, in no particular order. The view is valid until the index changes.
  std::span<const std::uint64_t> ids() const noexcept;
  std::vector<std::string> columns() const;  ///< Names of the metadata columns.

  /// Writes the index to a file, which appears only when it is complete. Throws IoError.
  void save(const std::filesystem::path& path) const;
  /// Opens a file written by save(). Vectors are used in place, where the file is mapped, until
  /// they change. It is safe to open any file: throws FormatError if it is not a valid index, and
  /// IoError if it cannot be read.
  [[nodiscard]] static Index load(const std::filesystem::path& path);

  std::size_t size() const noexcept;  ///< Number of vectors.
  std::size_t dim() const noexcept;   ///< Number of values per vector.
  Metric metric() const noexcept;
  IndexDType dtype() const noexcept;  ///< The dtype of the stored vectors.

 private:
  struct Impl;
  explicit Index(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// Returns k of the hits such that they are both relevant and diverse: maximal marginal relevance
/// (Carbonell and Goldstein, 1998). The first is the one with the highest score; each of the next
/// maximizes lambda * score - (1 - lambda) * (its largest cosine to a hit chosen before). `vectors`
/// has one row per hit; lambda is in [0, 1]: 1 ranks by score alone. Ties go to the earlier hit.
/// Throws std::invalid_argument if the sizes differ or lambda is out of range.
[[nodiscard]] M2V_API std::vector<Hit> diversify(std::span<const Hit> hits, MatrixView vectors,
                                                 std::size_t k, double lambda);

}  // namespace m2v
