# Highway's headers, which are all that is used of it (see src/simd/dispatch.cpp). Sets
# Highway_INCLUDE_DIR.
find_path(Highway_INCLUDE_DIR hwy/highway.h)
mark_as_advanced(Highway_INCLUDE_DIR)
if(Highway_INCLUDE_DIR)
  set(Highway_FOUND TRUE)
elseif(Highway_FIND_REQUIRED)
  message(FATAL_ERROR "Google Highway not found: install libhwy-dev")
endif()
