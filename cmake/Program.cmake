# The program: src/cli/main.cpp and the layers -> dlas in the build folder.
file(GLOB main CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/cli/main.cpp")
list(TRANSFORM DLAS_LAYERS PREPEND dlas_ OUTPUT_VARIABLE DLAS_LIBRARIES)
list(REVERSE DLAS_LIBRARIES)  # what is above comes first, as the linker wants it
if(main)
  add_executable(dlas ${main})
  target_link_libraries(dlas PRIVATE ${DLAS_LIBRARIES})
  target_compile_options(dlas PRIVATE ${DLAS_NARROWING_WARNINGS})
  install(TARGETS dlas RUNTIME DESTINATION bin)
endif()
