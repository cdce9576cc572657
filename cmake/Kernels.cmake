# Code for each target (src/algorithm/target.h). Two kinds; each object holds code of one target only.
#
# Kernels made by the code generator (src/algorithm/generator, links Halide from Debian) when the project is built: one object for
# each register tile of each target, and the table of them all. The program itself links nothing of Halide's.
find_path(HALIDE_INCLUDE_DIR Halide.h PATH_SUFFIXES halide14 REQUIRED)
find_library(HALIDE_LIBRARY NAMES Halide14 REQUIRED)

file(GLOB generator_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/algorithm/generator/*.cpp")
add_executable(kernel_generator ${generator_sources})
target_include_directories(kernel_generator PRIVATE "${CMAKE_SOURCE_DIR}/src")
target_include_directories(kernel_generator SYSTEM PRIVATE "${HALIDE_INCLUDE_DIR}")
target_link_libraries(kernel_generator PRIVATE "${HALIDE_LIBRARY}")
# A tool of the build: sanitizers would watch LLVM, not us.
target_compile_options(kernel_generator PRIVATE -fno-sanitize=all -O1)
target_link_options(kernel_generator PRIVATE -fno-sanitize=all)

# The register tiles, pixels x vectors of channels. Accumulators, weights and one broadcast fill the vector registers: 32 of AVX-512,
# 16 of the others. A tile of channels is a multiple of 16 (view.h). Narrow tiles are for the ends of rows.
set(DLAS_TILES_avx512_conv 7x4 6x4 5x4 4x4 3x4 2x4 1x4  9x3 8x3 7x3 6x3 5x3 4x3 3x3 2x3 1x3
                           14x2 13x2 12x2 11x2 10x2 9x2 8x2 7x2 6x2 5x2 4x2 3x2 2x2 1x2
                           14x1 13x1 12x1 11x1 10x1 9x1 8x1 7x1 6x1 5x1 4x1 3x1 2x1 1x1  1x8)
set(DLAS_TILES_avx2_conv   6x2 5x2 4x2 3x2 2x2 1x2  3x4 2x4 1x4  1x8)
set(DLAS_TILES_sse41_conv  3x4 2x4 1x4  1x8)
set(DLAS_TILES_avx512_conv_of_3 ${DLAS_TILES_avx512_conv})
list(REMOVE_ITEM DLAS_TILES_avx512_conv_of_3 1x8)
set(DLAS_TILES_avx2_conv_of_3   6x2 5x2 4x2 3x2 2x2 1x2)
set(DLAS_TILES_sse41_conv_of_3  3x4 2x4 1x4)
set(kinds conv conv_of_3)
foreach(kind depthwise depthwise_3_by_1 depthwise_3_by_2 depthwise_5_by_1 depthwise_5_by_2)
  set(DLAS_TILES_avx512_${kind} 8x1 7x1 6x1 5x1 4x1 3x1 2x1 1x1)
  set(DLAS_TILES_avx2_${kind}   6x2 5x2 4x2 3x2 2x2 1x2)
  set(DLAS_TILES_sse41_${kind}  3x4 2x4 1x4)
  list(APPEND kinds ${kind})
endforeach()

set(folder "${CMAKE_BINARY_DIR}/kernels")
file(MAKE_DIRECTORY "${folder}")
set(declarations "")
set(rows "")
set(objects "")
foreach(target avx512 avx2 sse41)
  foreach(kind IN LISTS kinds)
    foreach(tile IN LISTS DLAS_TILES_${target}_${kind})
      string(REPLACE "x" ";" sizes "${tile}")
      list(GET sizes 0 pixels)
      list(GET sizes 1 vectors)
      set(function dlas_${target}_${kind}_${tile})
      add_custom_command(OUTPUT "${folder}/${function}.o" VERBATIM
        COMMAND kernel_generator ${target} ${kind} ${pixels} ${vectors} "${folder}/${function}.o"
        DEPENDS kernel_generator COMMENT "kernel ${target} ${kind} ${tile}")
      list(APPEND objects "${folder}/${function}.o")
      string(APPEND declarations "TileFunction ${function};\n")
      string(APPEND rows "    {\"${target}\", TileKind::${kind}, ${pixels}, ${vectors}, ${function}},\n")
    endforeach()
  endforeach()
endforeach()

file(CONFIGURE OUTPUT "${folder}/tile_table.cpp" @ONLY CONTENT [[// Made by cmake/Kernels.cmake.
#include "algorithm/code/tile_code.h"

extern "C" {
@declarations@}

namespace dlas::algorithm {

std::span<const TileCode> tile_table() {
  static constexpr TileCode kTable[] = {
@rows@  };
  return kTable;
}

}  // namespace dlas::algorithm
]])
set_source_files_properties(${objects} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
target_sources(dlas_algorithm PRIVATE "${folder}/tile_table.cpp" ${objects})
target_include_directories(dlas_algorithm SYSTEM PRIVATE "${HALIDE_INCLUDE_DIR}")  # HalideRuntime.h: what a buffer is

# Loops that the compiler turns into vector code: src/algorithm/vector/*.cpp, compiled once for each target in a namespace of its own.
file(GLOB vector_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/algorithm/vector/*.cpp")
set(DLAS_FLAGS_avx512 -mavx512f -mavx512cd -mavx512bw -mavx512dq -mavx512vl -mfma -mf16c -mprefer-vector-width=512)
set(DLAS_FLAGS_avx2 -mavx2 -mfma -mf16c)
set(DLAS_FLAGS_sse41 -msse4.1)
foreach(target avx512 avx2 sse41)
  add_library(dlas_vector_${target} OBJECT ${vector_sources})
  target_include_directories(dlas_vector_${target} PRIVATE "${CMAKE_SOURCE_DIR}/src")
  target_compile_definitions(dlas_vector_${target} PRIVATE DLAS_TARGET=${target})
  # A comparison may be computed on lanes whose result is thrown away; errno is not looked at. Unlike elsewhere a product and a sum may
  # be one instruction, as in generated kernels: the target is part of what is asked for (exp is a quarter faster so).
  target_compile_options(dlas_vector_${target} PRIVATE -O3 -fno-math-errno -fno-trapping-math -ffp-contract=fast
                                                       ${DLAS_FLAGS_${target}})
  # GCC makes a straight line of a loop over sixteen numbers before it looks for vectors, and then finds none (a pool: 58 for 245 us).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(dlas_vector_${target} PRIVATE "--param=max-completely-peel-times=8")
  endif()
  target_sources(dlas_algorithm PRIVATE $<TARGET_OBJECTS:dlas_vector_${target}>)
endforeach()
