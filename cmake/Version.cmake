# dlas_version.h in the build folder: the version stands in CMakeLists.txt and nowhere else.
# It holds no time and no path, so that two builds of one source are equal.
configure_file("${CMAKE_SOURCE_DIR}/cmake/dlas_version.h.in" "${CMAKE_BINARY_DIR}/generated/dlas_version.h" @ONLY)
add_library(dlas_version INTERFACE)
target_include_directories(dlas_version INTERFACE "${CMAKE_BINARY_DIR}/generated")
