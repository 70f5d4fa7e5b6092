#pragma once

#include "hub/cache.h"

namespace m2v::hub {

/// Removes what pulls that were killed left in the cache, of this repository and whatever commit:
/// temporary files, links that never got their names, and downloads that nothing will go on with,
/// since the listing, that of the newest commit, has no such content. What a pull that still runs
/// has locked stays, and so does what cannot be removed. Throws IoError if no lock can be made.
void clear_leftovers(const Cache& cache, const Listing& newest);

}  // namespace m2v::hub
