# Tests. In a layer's folder all x_test.cpp make one program dlas_<layer>_test. In tests/:
#   tests/x_test.cpp      one program x_test, may use every layer
#   tests/support/*.cpp   what these share
#   tests/x_test.py       run by pytest of .venv
# Tests know DLAS_SOURCE_DIR (the tree), DLAS_PROGRAM (the program) and DLAS_SUMMARY_DIR (for short texts that `make test`
# prints at its end) as macros, Python tests as environment variables. Only a tests/x_test.cpp that names DLAS_PROGRAM waits for
# the program to be built: a test of one layer is ready when that layer is.
# Each gtest case is one ctest case; the label is the layer, or `whole` for tests/.
enable_testing()
include(GoogleTest)

set(DLAS_TEST_PLACES "DLAS_SOURCE_DIR=${CMAKE_SOURCE_DIR}" "DLAS_PROGRAM=${CMAKE_BINARY_DIR}/dlas"
                     "DLAS_SUMMARY_DIR=${CMAKE_BINARY_DIR}/summary")
list(TRANSFORM DLAS_TEST_PLACES REPLACE "^([A-Z_]+)=(.*)$" "\\1=\"\\2\"" OUTPUT_VARIABLE DLAS_TEST_MACROS)
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/summary")

# What runs under sanitizers in `make test` (scripts/test selects the same labels): the layers that touch foreign bytes, and the seeds of all fuzz targets.
set(DLAS_GROUND base graph op executor format data)
add_custom_target(ground_tests DEPENDS ${DLAS_SEED_TESTS})

function(dlas_test_program target label)
  dlas_precompile(${target} dlas_base_test <gmock/gmock.h> <gtest/gtest.h>)
  target_link_libraries(${target} PRIVATE GTest::gmock GTest::gtest_main)
  target_compile_definitions(${target} PRIVATE ${DLAS_TEST_MACROS})
  gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 TEST_PREFIX "${label}/"
                       PROPERTIES LABELS ${label} TIMEOUT 300)
endfunction()

set(shared "")  # testing libraries of this layer and those below
foreach(layer IN LISTS DLAS_LAYERS)
  get_property(tests GLOBAL PROPERTY DLAS_TESTS_${layer})
  get_property(testing GLOBAL PROPERTY DLAS_TESTING_${layer})
  if(testing AND NOT DLAS_FUZZ)
    add_library(dlas_${layer}_testing STATIC ${testing})
    dlas_precompile(dlas_${layer}_testing dlas_base)
    target_link_libraries(dlas_${layer}_testing PUBLIC dlas_${layer} ${shared} GTest::gmock)
    list(PREPEND shared dlas_${layer}_testing)
  endif()
  if(tests AND NOT DLAS_FUZZ)
    add_executable(dlas_${layer}_test ${tests})
    target_link_libraries(dlas_${layer}_test PRIVATE ${shared} dlas_${layer})
    dlas_test_program(dlas_${layer}_test ${layer})
    if(layer IN_LIST DLAS_GROUND)
      add_dependencies(ground_tests dlas_${layer}_test)
    endif()
  endif()
endforeach()

if(DLAS_FUZZ)
  return()
endif()

file(GLOB support CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/support/*.cpp")
if(support)
  add_library(dlas_support STATIC ${support})
  dlas_precompile(dlas_support dlas_base)
  target_include_directories(dlas_support PUBLIC "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(dlas_support PUBLIC ${shared} ${DLAS_LIBRARIES} GTest::gmock)
  target_compile_definitions(dlas_support PRIVATE ${DLAS_TEST_MACROS})
endif()

file(GLOB programs CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/*_test.cpp")
foreach(source IN LISTS programs)
  cmake_path(GET source STEM target)
  add_executable(${target} ${source})
  if(support)
    target_link_libraries(${target} PRIVATE dlas_support)
  endif()
  target_link_libraries(${target} PRIVATE ${shared} ${DLAS_LIBRARIES})
  file(STRINGS "${source}" runs_the_program REGEX "DLAS_PROGRAM" LIMIT_COUNT 1)
  if(TARGET dlas AND runs_the_program)
    add_dependencies(${target} dlas)
  endif()
  dlas_test_program(${target} whole)
endforeach()

# dlas_python_test(<name> <script>[::<test>] [MORE...]): MORE are properties of the test.
function(dlas_python_test name script)
  add_test(NAME ${name} COMMAND "${CMAKE_SOURCE_DIR}/.venv/bin/python" -m pytest -q -p no:cacheprovider
                                "${CMAKE_SOURCE_DIR}/tests/${script}"
           WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES
    LABELS python TIMEOUT 600
    SKIP_REGULAR_EXPRESSION "(^|\n)[0-9]+ skipped in"
    ENVIRONMENT "${DLAS_TEST_PLACES};PYTHONDONTWRITEBYTECODE=1" ${ARGN})
endfunction()

# dlas_quality_tests(<kind> <name>...): quality_test.py as one test a model, since each takes up to a minute of two cores.
function(dlas_quality_tests kind)
  foreach(name IN LISTS ARGN)
    dlas_python_test("quality_${name}" "quality_test.py::${kind}[${name}]" PROCESSORS 2)
  endforeach()
endfunction()

set(models "")
file(READ "${CMAKE_SOURCE_DIR}/tests/quality.json" stated)
string(JSON count LENGTH "${stated}" models)
math(EXPR last "${count} - 1")
foreach(i RANGE ${last})
  string(JSON name GET "${stated}" models ${i} model)
  list(APPEND models ${name})
endforeach()
dlas_quality_tests(test_a_shared_model_is_as_good_as_stated ${models})

set(models "")
file(READ "${CMAKE_SOURCE_DIR}/demo/expected.json" stated)
string(JSON count LENGTH "${stated}" files)
math(EXPR last "${count} - 1")
foreach(i RANGE ${last})
  string(JSON name MEMBER "${stated}" files ${i})
  list(APPEND models ${name})
endforeach()
dlas_quality_tests(test_a_demo_model_gives_the_answers_of_its_framework ${models})
foreach(test IN ITEMS test_a_wrong_recipe_shows test_the_sampling_error_of_two_samples)
  dlas_python_test(quality_${test} quality_test.py::${test} PROCESSORS 2)
endforeach()

file(GLOB scripts CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/tests" "${CMAKE_SOURCE_DIR}/tests/*_test.py")
list(REMOVE_ITEM scripts quality_test.py)
foreach(script IN LISTS scripts)
  cmake_path(GET script STEM name)
  dlas_python_test(${name} ${script})
endforeach()
