# m2v_dependency(PACKAGE DEBIAN_PACKAGE [ARGUMENT...])   find_package(PACKAGE ARGUMENT...), which may fail
# m2v_require_dependencies()                             fails if any did, and names all of them at once
macro(m2v_dependency package debian_package)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    list(APPEND m2v_missing ${package})
    list(APPEND m2v_missing_debian ${debian_package})
  endif()
endmacro()

function(m2v_require_dependencies)
  if(NOT m2v_missing)
    return()
  endif()
  list(JOIN m2v_missing ", " names)
  list(REMOVE_DUPLICATES m2v_missing_debian)
  list(JOIN m2v_missing_debian " " packages)
  message(FATAL_ERROR "m2v is built with libraries that are missing here, or too old: ${names}. "
                      "On Debian or Ubuntu, this installs them:\n"
                      "  apt-get install ${packages}\n")
endfunction()
