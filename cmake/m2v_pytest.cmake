# Files of pytest, each as one test, with the Python of M2V_TEST_PYTHON (`make test` passes the one in
# .venv); without it they fail and say so, for a test that is absent looks like one that passed.
set(M2V_TEST_PYTHON "" CACHE FILEPATH "A Python with tools/requirements/test.txt installed")
if(NOT M2V_TEST_PYTHON)
  message(STATUS "M2V_TEST_PYTHON is not set: the tests in Python will fail; run `make test` instead")
endif()

# m2v_pytest(LABEL [ENVIRONMENT variable=value...]): every test_NAME.py of the folder is the test
# LABEL_NAME.
function(m2v_pytest label)
  cmake_parse_arguments(TESTS "" "" "ENVIRONMENT" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/test_*.py)
  foreach(file IN LISTS files)
    cmake_path(GET file STEM stem)
    string(REGEX REPLACE "^test_(${label}_)?" "${label}_" name ${stem})
    if(M2V_TEST_PYTHON)
      add_test(NAME ${name} COMMAND ${M2V_TEST_PYTHON} -m pytest --quiet --color=no ${file}
               WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    else()
      add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E false)
    endif()
    set_tests_properties(${name} PROPERTIES LABELS ${label}
      ENVIRONMENT "M2V_BINARY=$<TARGET_FILE:m2v_cli>;${TESTS_ENVIRONMENT}")
  endforeach()
endfunction()
