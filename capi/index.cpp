#include <cstdint>
#include <string>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"

using namespace m2v::capi;

namespace {

m2v::Metric metric(std::int32_t value) {
  switch (value) {
    case M2V_COSINE:
      return m2v::Metric::kCosine;
    case M2V_INNER_PRODUCT:
      return m2v::Metric::kInnerProduct;
    default:
      throw std::invalid_argument("index_options.metric is " + std::to_string(value) +
                                  "; it can be M2V_COSINE or M2V_INNER_PRODUCT");
  }
}

}  // namespace

m2v_status m2v_index_create(size_t dim, const m2v_index_options* options, m2v_index** index) {
  return guarded([&] {
    required(index, "index") = nullptr;
    const auto chosen = options_of(options, "index_options");
    *index = new m2v_index{m2v::Index(dim, metric(chosen.metric))};
  });
}

void m2v_index_free(m2v_index* index) { delete index; }

size_t m2v_index_size(const m2v_index* index) { return index == nullptr ? 0 : index->index.size(); }

m2v_status m2v_index_add(m2v_index* index, const uint64_t* ids, size_t count, const float* vectors,
                         size_t size) {
  return guarded([&] {
    m2v::Index& known = required(index, "index").index;
    known.add(array(ids, count, "ids"), matrix(vectors, size, count, known.dim(), "vectors"));
  });
}

m2v_status m2v_index_search(const m2v_index* index, const float* queries, size_t count, size_t size,
                            size_t k, const m2v_search_options* options, m2v_hit* hits,
                            size_t* found) {
  return guarded([&] {
    const m2v::Index& known = required(index, "index").index;
    const auto counts = array(found, count, "found");
    if (k != 0) array(hits, count, "hits");
    const auto chosen = options_of(options, "search_options");
    const auto results = known.search(matrix(queries, size, count, known.dim(), "queries"), k,
                                      {.threads = chosen.threads});
    for (size_t i = 0; i < count; ++i) {
      counts[i] = results[i].size();
      m2v_hit* next = hits + i * k;
      for (const m2v::Hit& hit : results[i]) *next++ = {hit.id, hit.score};
    }
  });
}
