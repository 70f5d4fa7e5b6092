# Configures m2v where libraries are missing, and sees that all of them are named at once.
#
#   cmake -D SOURCE=... -D SCRATCH=... -P missing_dependencies.cmake

# expect(NAME PRESET MISSING): MISSING is a list of PACKAGE=DEBIAN_PACKAGE.
function(expect name preset missing)
  set(arguments)
  set(line)
  foreach(pair IN LISTS missing)
    string(REPLACE "=" ";" pair ${pair})
    list(GET pair 0 package)
    list(GET pair 1 debian_package)
    list(APPEND arguments -DCMAKE_DISABLE_FIND_PACKAGE_${package}=ON)
    string(APPEND line " ${debian_package}")
  endforeach()
  file(REMOVE_RECURSE ${SCRATCH}/${name})
  execute_process(COMMAND ${CMAKE_COMMAND} --preset ${preset} -B ${SCRATCH}/${name} ${arguments}
                  WORKING_DIRECTORY ${SOURCE}
                  RESULT_VARIABLE failed OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT failed)
    message(FATAL_ERROR "${name}: configured without its libraries\n${out}")
  endif()
  string(FIND "${out}" "apt-get install${line}\n" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${name}: 'apt-get install${line}' is expected in\n${out}")
  endif()
  string(REGEX MATCHALL "CMake Error" errors "${out}")
  list(LENGTH errors count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "${name}: one error is expected, not ${count}\n${out}")
  endif()
  file(REMOVE_RECURSE ${SCRATCH}/${name})
endfunction()

set(all simdjson=libsimdjson-dev Highway=libhwy-dev xxHash=libxxhash-dev PkgConfig=pkg-config
        Oniguruma=libonig-dev ZLIB=zlib1g-dev Zstd=libzstd-dev Md4c=libmd4c-dev Eigen3=libeigen3-dev CURL=libcurl4-openssl-dev OpenSSL=libssl-dev
        CLI11=libcli11-dev)
expect(all_of_the_wheel wheel "${all};Python=python3-dev")
expect(all_of_the_release release "${all};doctest=doctest-dev")
expect(two release "xxHash=libxxhash-dev;CURL=libcurl4-openssl-dev")
expect(one release "CLI11=libcli11-dev")
