# Highway's headers, which are all that is used of it (see src/simd/dispatch.cpp). Sets
# Highway_INCLUDE_DIR and Highway_VERSION.
find_path(Highway_INCLUDE_DIR hwy/highway.h)
mark_as_advanced(Highway_INCLUDE_DIR)
if(Highway_INCLUDE_DIR)
  # In highway.h of 1.0, in base.h of later ones.
  set(Highway_VERSION 0)
  foreach(header highway.h base.h)
    file(STRINGS ${Highway_INCLUDE_DIR}/hwy/${header} lines REGEX "^#define HWY_(MAJOR|MINOR|PATCH) [0-9]+")
    if(lines MATCHES "HWY_MAJOR ([0-9]+).*HWY_MINOR ([0-9]+).*HWY_PATCH ([0-9]+)")
      set(Highway_VERSION ${CMAKE_MATCH_1}.${CMAKE_MATCH_2}.${CMAKE_MATCH_3})
    endif()
  endforeach()
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Highway REQUIRED_VARS Highway_INCLUDE_DIR VERSION_VAR Highway_VERSION
                                  REASON_FAILURE_MESSAGE "install libhwy-dev")
