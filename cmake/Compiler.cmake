# The flags of every target: language, warnings, floating point, hardening, sanitizers, ccache.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g")
set(CMAKE_CXX_FLAGS_SANITIZE "-O1 -g1 -fno-omit-frame-pointer")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# A fused multiply-add rounds once where plain code rounds twice; results must not depend on the machine.
add_compile_options(-ffp-contract=off)
# Nobody replaces a function of ours at load time, so position-independent code may inline it.
add_compile_options(-fno-semantic-interposition)
# No path of the builder's machine in messages and debug information: equal sources give equal programs.
add_compile_options("-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")

# -Wconversion without its sign half: a narrowed size is a fault in a reader, a signed index is not.
# The layers of kernels go without it (Layers.cmake): there every second line narrows on purpose.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wundef)
# Errors in the builds without sanitizers: their instrumentation makes compilers warn of paths that do not exist.
if(NOT DLAS_SANITIZE AND NOT DLAS_FUZZ)
  add_compile_options(-Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wduplicated-cond -Wlogical-op)
endif()
set(DLAS_NARROWING_WARNINGS -Wconversion -Wno-sign-conversion)

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-D_FORTIFY_SOURCE=3)
else()
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()
add_compile_options(-fstack-protector-strong)
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)

if(DLAS_SANITIZE)
  add_compile_options("-fsanitize=${DLAS_SANITIZE}" -fno-sanitize-recover=all)
  add_link_options("-fsanitize=${DLAS_SANITIZE}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # The sanitizers' own checks lead GCC's flow analysis astray.
    add_compile_options(-Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds -Wno-restrict)
  endif()
endif()
if(DLAS_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# ccache; paths below the source folder are made relative, so that two clones share what they compile. A precompiled header
# counts as the text that Precompiled.cmake writes beside it, not as its bytes, which hold the path of the clone.
find_program(DLAS_CCACHE ccache)
if(DLAS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
                                  CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_PCH_EXTSUM=1 "${DLAS_CCACHE}")
endif()
