# What fuzz/ and tests/ share: fuzz/ builds the targets with libFuzzer, tests/ replays their corpus
# with any compiler.

set(M2V_FUZZ_MODULES base text simd formats tokenizer model index documents train retrieval)
if(M2V_BUILD_DISTILL)
  list(APPEND M2V_FUZZ_MODULES math encoder)
endif()

# The names of the targets, from fuzz/NAME_fuzz.cpp.
function(m2v_fuzz_names result)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fuzz/*_fuzz.cpp)
  set(names)
  foreach(source IN LISTS sources)
    get_filename_component(file ${source} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" name ${file})
    list(APPEND names ${name})
  endforeach()
  if(NOT M2V_BUILD_DISTILL)
    list(REMOVE_ITEM names torch_file encoder)  # a teacher
  endif()
  if(NOT M2V_WITH_MD4C)
    list(REMOVE_ITEM names documents)  # of which most are Markdown
  endif()
  set(${result} ${names} PARENT_SCOPE)
endfunction()

# An executable of sources in fuzz/, with the modules that fuzz targets use.
function(m2v_fuzz_executable target)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/fuzz/ OUTPUT_VARIABLE sources)
  add_executable(${target} ${sources})
  m2v_compile_settings(${target})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/include
                                               ${PROJECT_SOURCE_DIR}/src
                                               ${PROJECT_SOURCE_DIR}/tests)
  m2v_add_modules(${target} ${M2V_FUZZ_MODULES})
endfunction()

# One test a target: its corpus goes through it, whole and cut off everywhere.
function(m2v_fuzz_replays)
  m2v_fuzz_names(names)
  foreach(name IN LISTS names)
    m2v_fuzz_executable(replay_${name} ${name}_fuzz.cpp replay_main.cpp)
    add_test(NAME replay_${name}
             COMMAND replay_${name} ${PROJECT_SOURCE_DIR}/fuzz/corpus/${name})
  endforeach()
endfunction()
