# bench_peer.h in the build folder: the Python program that runs the peers of `dlas bench`, as text.
set(peer "${CMAKE_SOURCE_DIR}/python/bench_peer.py")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${peer}")
file(READ "${peer}" DLAS_BENCH_PEER)
configure_file("${CMAKE_SOURCE_DIR}/cmake/bench_peer.h.in" "${CMAKE_BINARY_DIR}/generated/bench_peer.h" @ONLY)
