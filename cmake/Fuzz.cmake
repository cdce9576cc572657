# Every x_fuzz.cpp in a layer's folder (links that layer and those below) and in fuzz/ (links all) is one fuzz target with the
# seeds fuzz/seeds/x_fuzz/.
#   preset fuzz     a libFuzzer program x_fuzz
#   other presets   a program x_fuzz_seeds that runs the target over its seeds, and a test of that name
enable_testing()
set(DLAS_SEED_TESTS "")

# dlas_fuzz_target(<source> <library>...)
function(dlas_fuzz_target source)
  cmake_path(GET source STEM target)
  if(DLAS_FUZZ)
    add_executable(${target} ${source})
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    set(seeds "${CMAKE_SOURCE_DIR}/fuzz/seeds/${target}")
    set(target ${target}_seeds)
    add_executable(${target} ${source} "${CMAKE_SOURCE_DIR}/fuzz/replay_main.cpp")
    add_test(NAME ${target} COMMAND ${target} "${seeds}")
    set_tests_properties(${target} PROPERTIES LABELS fuzz TIMEOUT 300)
    set(DLAS_SEED_TESTS ${DLAS_SEED_TESTS} ${target} PARENT_SCOPE)
  endif()
  target_link_libraries(${target} PRIVATE ${ARGN})
endfunction()

foreach(layer IN LISTS DLAS_LAYERS)
  get_property(sources GLOBAL PROPERTY DLAS_FUZZ_${layer})
  foreach(source IN LISTS sources)
    dlas_fuzz_target("${source}" dlas_${layer})
  endforeach()
endforeach()

file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/fuzz/*_fuzz.cpp")
foreach(source IN LISTS sources)
  dlas_fuzz_target("${source}" ${DLAS_LIBRARIES})
endforeach()
