# The program: src/cli/main.cpp and the layers -> dlas in the build folder.
# The public interface: include/dlas and the layer api -> dlas::dlas; examples/x.cpp -> example_x, which links only that.
file(GLOB main CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/cli/main.cpp")
list(TRANSFORM DLAS_LAYERS PREPEND dlas_ OUTPUT_VARIABLE DLAS_LIBRARIES)
list(REVERSE DLAS_LIBRARIES)  # what is above comes first, as the linker wants it
if(main)
  add_executable(dlas ${main})
  target_link_libraries(dlas PRIVATE ${DLAS_LIBRARIES})
  target_compile_options(dlas PRIVATE ${DLAS_NARROWING_WARNINGS})
  install(TARGETS dlas RUNTIME DESTINATION bin)
endif()

if(TARGET dlas_api)
  add_library(dlas_interface INTERFACE)
  add_library(dlas::dlas ALIAS dlas_interface)
  target_link_libraries(dlas_interface INTERFACE dlas_api)
  file(GLOB examples CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/examples/*.cpp")
  foreach(example IN LISTS examples)
    cmake_path(GET example STEM name)
    add_executable(example_${name} ${example})
    target_link_libraries(example_${name} PRIVATE dlas::dlas)
    target_compile_options(example_${name} PRIVATE ${DLAS_NARROWING_WARNINGS})
  endforeach()
endif()
