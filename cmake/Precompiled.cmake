# Headers of the standard library and of GoogleTest, read once instead of a thousand times: half of the time of a clean build.
# Only in the preset release; the others compile without, so a file that forgets an #include does not stay unnoticed.
set(DLAS_PRECOMPILED <algorithm> <array> <cmath> <cstdint> <functional> <map> <memory> <optional> <set> <span> <string> <string_view>
                     <unordered_map> <utility> <variant> <vector>)

option(DLAS_PRECOMPILE "read the headers of the standard library once (preset release)" ON)

# dlas_precompile(<target> <first target> [HEADER...]): the first target makes the header, the others use the same one; they
# must be of one kind, library or program, whose code is compiled alike.
function(dlas_precompile target first)
  if(NOT DLAS_PRECOMPILE OR NOT CMAKE_BUILD_TYPE STREQUAL "Release" OR DLAS_SANITIZE OR DLAS_FUZZ)
    return()
  endif()
  # GCC 12 forgets that these lines are the system's, and then sees overflows in std::string that are none.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
  endif()
  if(NOT target STREQUAL first)
    target_precompile_headers(${target} REUSE_FROM ${first})
    return()
  endif()
  target_precompile_headers(${target} PRIVATE ${DLAS_PRECOMPILED} ${ARGN})
  # What ccache takes for the header's content: all that it depends on. System headers change with the compiler or their package.
  file(WRITE "${CMAKE_BINARY_DIR}/CMakeFiles/${target}.dir/cmake_pch.hxx.gch.sum"
       "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_CXX_FLAGS} ${DLAS_PRECOMPILED} ${ARGN}\n")
endfunction()
