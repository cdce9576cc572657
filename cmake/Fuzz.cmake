# Every src/**/x_fuzz.cpp and fuzz/x_fuzz.cpp is one fuzz target with the seeds fuzz/seeds/x_fuzz/.
#   preset fuzz     a libFuzzer program x_fuzz
#   other presets   a program x_fuzz_seeds that runs the target over its seeds, and a test of that name
enable_testing()
file(GLOB_RECURSE fuzz_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/*_fuzz.cpp")
file(GLOB more CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/fuzz/*_fuzz.cpp")
list(APPEND fuzz_sources ${more})
set(DLAS_SEED_TESTS "")

foreach(source IN LISTS fuzz_sources)
  cmake_path(GET source STEM target)
  if(DLAS_FUZZ)
    add_executable(${target} ${source})
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    set(seeds "${CMAKE_SOURCE_DIR}/fuzz/seeds/${target}")
    set(target ${target}_seeds)
    add_executable(${target} ${source} "${CMAKE_SOURCE_DIR}/fuzz/replay_main.cpp")
    list(APPEND DLAS_SEED_TESTS ${target})
    add_test(NAME ${target} COMMAND ${target} "${seeds}")
    set_tests_properties(${target} PROPERTIES LABELS fuzz TIMEOUT 300)
  endif()
  target_link_libraries(${target} PRIVATE ${DLAS_LIBRARIES})
endforeach()
