#pragma once

#include "hub/cache.h"

namespace m2v::hub {

/// Removes what interrupted pulls left in the cache of this repository, for any commit: temporary
/// files, links that were never renamed to their final names, and partial downloads that will never
/// be resumed because `newest`, the listing of the newest commit, does not contain them. Files that
/// are locked by a running pull are kept, and so are files that cannot be removed. Throws IoError
/// if a lock file cannot be created.
void clear_leftovers(const Cache& cache, const Listing& newest);

}  // namespace m2v::hub
