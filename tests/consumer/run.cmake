# cmake -DCASE=... -DSOURCE=... -DBUILD=... -DWORK=... -P run.cmake
#   find_package         the build folder as it is, installed
#   find_package_static  the core as a static library, built here and installed
#   add_subdirectory     the repository inside another project

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nfailed (${result}):\n${text}")
  endif()
endfunction()

# Whatever happens to lie in ${WORK} comes from an earlier run.
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
set(prefix ${WORK}/prefix)
set(settings -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_C_COMPILER=${C_COMPILER}
             -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER})
if(SANITIZE)
  list(APPEND settings -DCMAKE_CXX_FLAGS=-fsanitize=${SANITIZE} -DCMAKE_C_FLAGS=-fsanitize=${SANITIZE})
endif()

if(CASE STREQUAL "find_package")
  list(APPEND settings -DCMAKE_BUILD_TYPE=${CONFIG})
else()
  # Compiled again only to see that it can be: not optimized, it takes half the time.
  set(CONFIG Debug)
  list(APPEND settings -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0)
endif()

if(CASE STREQUAL "find_package")
  run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix} --config ${CONFIG})
elseif(CASE STREQUAL "find_package_static")
  run(${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/m2v ${settings} -DBUILD_SHARED_LIBS=OFF
      -DM2V_BUILD_CLI=OFF -DM2V_BUILD_DISTILL=OFF -DM2V_BUILD_HUB=OFF -DM2V_BUILD_TESTS=OFF -DM2V_SANITIZE=${SANITIZE}
      # The case below compiles each source by itself, which shows the includes that it lacks.
      -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=12)
  run(${CMAKE_COMMAND} --build ${WORK}/m2v --config ${CONFIG} --parallel)
  run(${CMAKE_COMMAND} --install ${WORK}/m2v --prefix ${prefix} --config ${CONFIG})
endif()

if(CASE STREQUAL "add_subdirectory")
  set(project add_subdirectory)
  list(APPEND settings -DM2V_SOURCE_DIR=${SOURCE} -DM2V_SANITIZE=${SANITIZE})
else()
  set(project find_package)
  list(APPEND settings -DCMAKE_PREFIX_PATH=${prefix})
  # A prefix must work wherever it is moved to.
  file(RENAME ${prefix} ${prefix}-moved)
  list(TRANSFORM settings REPLACE "${prefix}$" "${prefix}-moved")
endif()

# In C++.
run(${CMAKE_COMMAND} -S ${SOURCE}/tests/consumer/${project} -B ${WORK}/consumer ${settings})
run(${CMAKE_COMMAND} --build ${WORK}/consumer --config ${CONFIG} --parallel --target consumer)
find_program(consumer consumer PATHS ${WORK}/consumer ${WORK}/consumer/${CONFIG} REQUIRED
             NO_DEFAULT_PATH)
run(${consumer})
foreach(part distill hub)
  if(CASE STREQUAL "find_package" AND EXISTS ${prefix}-moved/include/m2v/${part}.h)
    run(${CMAKE_COMMAND} --build ${WORK}/consumer --config ${CONFIG} --target consumer_${part})
    run(${WORK}/consumer/consumer_${part})
  endif()
endforeach()
if(CASE STREQUAL "find_package" AND EXISTS ${prefix}-moved/bin/m2v)
  run(${prefix}-moved/bin/m2v --version)
endif()

# In C: without a C++ compiler, by CMake and by pkg-config.
if(CASE STREQUAL "add_subdirectory")
  set(consumer_c ${WORK}/consumer)
else()
  set(consumer_c ${WORK}/consumer_c)
  list(FILTER settings EXCLUDE REGEX "CMAKE_CXX")
  run(${CMAKE_COMMAND} -E env CXX=no-such-compiler ${CMAKE_COMMAND} -S ${SOURCE}/tests/consumer/c -B ${consumer_c} ${settings})
endif()
run(${CMAKE_COMMAND} --build ${consumer_c} --config ${CONFIG} --target consumer_c)
find_program(program_c consumer_c PATHS ${consumer_c} ${consumer_c}/${CONFIG} REQUIRED NO_DEFAULT_PATH)
run(${program_c})
if(NOT CASE STREQUAL "add_subdirectory")
  file(GLOB_RECURSE description ${prefix}-moved/m2v.pc)
  cmake_path(GET description PARENT_PATH folder)
  set(ENV{PKG_CONFIG_PATH} ${folder})
  execute_process(COMMAND pkg-config --cflags --libs m2v OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  if(SANITIZE)
    list(APPEND flags -fsanitize=${SANITIZE})
  endif()
  run(${C_COMPILER} -std=c99 ${SOURCE}/tests/consumer/main.c -o ${WORK}/by_pkg_config ${flags})
  run(${CMAKE_COMMAND} -E env LD_LIBRARY_PATH=${folder}/.. ${WORK}/by_pkg_config)
endif()
