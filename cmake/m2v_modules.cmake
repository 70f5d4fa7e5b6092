# A module is a folder under src/. Each becomes an object library that sees the public headers and
# src/; libraries and tests are put together from modules.

# What every target of ours is compiled with.
function(m2v_compile_settings target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON
                        C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow
    # GCC 12 is wrong about std::string's operator+ and a growing std::vector, and about unnamed namespaces in
    # unity builds.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-array-bounds> $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>
    $<$<BOOL:${M2V_WARNINGS_AS_ERRORS}>:-Werror>)
  if(M2V_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${M2V_SANITIZE} -fno-sanitize-recover=all
                                             -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${M2V_SANITIZE})
  endif()
endfunction()

# m2v_module(NAME [LIBRARY M2V|DISTILL|HUB] [USES module...] [LINKS target...]): LIBRARY is the one that
# exports the public functions of the module (m2v/export.h).
function(m2v_module name)
  cmake_parse_arguments(MODULE "" "LIBRARY" "USES;LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  add_library(module_${name} OBJECT ${sources})
  list(FILTER sources INCLUDE REGEX "_generated\\.cpp$")
  set_source_files_properties(${sources} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  m2v_compile_settings(module_${name})
  target_include_directories(module_${name} PRIVATE ${PROJECT_SOURCE_DIR}/include
                                                  ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(module_${name} PRIVATE ${MODULE_LINKS})
  if(NOT MODULE_LIBRARY)
    set(MODULE_LIBRARY M2V)
  endif()
  target_compile_definitions(module_${name} PRIVATE M2V_BUILDS_${MODULE_LIBRARY}
                                                  $<$<NOT:$<BOOL:${BUILD_SHARED_LIBS}>>:M2V_STATIC>)
  set(closure ${name})
  set(links ${MODULE_LINKS})
  foreach(used IN LISTS MODULE_USES)
    list(APPEND closure ${M2V_CLOSURE_${used}})
    list(APPEND links ${M2V_LINKS_${used}})
  endforeach()
  list(REMOVE_DUPLICATES closure)
  list(REMOVE_DUPLICATES links)
  set(M2V_CLOSURE_${name} "${closure}" CACHE INTERNAL "")
  set(M2V_LINKS_${name} "${links}" CACHE INTERNAL "")
endfunction()

# Adds the objects of modules, and what they link, to a target.
function(m2v_add_modules target)
  foreach(module IN LISTS ARGN)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:module_${module}>)
    target_link_libraries(${target} PRIVATE ${M2V_LINKS_${module}})
  endforeach()
endfunction()

# A shared library exports what cmake/exports.map lets through of what M2V_API and its like mark.
function(m2v_export_public_symbols target)
  target_link_options(${target} PRIVATE LINKER:--version-script=${PROJECT_SOURCE_DIR}/cmake/exports.map)
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/exports.map)
endfunction()
