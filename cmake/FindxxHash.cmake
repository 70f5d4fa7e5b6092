# xxHash's header, which is all that is used of it. Sets xxHash_INCLUDE_DIR.
find_path(xxHash_INCLUDE_DIR xxhash.h)
mark_as_advanced(xxHash_INCLUDE_DIR)
if(xxHash_INCLUDE_DIR)
  set(xxHash_FOUND TRUE)
elseif(xxHash_FIND_REQUIRED)
  message(FATAL_ERROR "xxHash not found: install libxxhash-dev")
endif()
