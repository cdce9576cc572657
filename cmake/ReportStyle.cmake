# report_style.h in the build folder: the style of report pages as text, with the hash that their content security policy names.
set(style "${CMAKE_SOURCE_DIR}/src/report/page.css")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${style}")
file(READ "${style}" DLAS_REPORT_STYLE)
file(SHA256 "${style}" DLAS_REPORT_STYLE_SHA256)
configure_file("${CMAKE_SOURCE_DIR}/cmake/report_style.h.in" "${CMAKE_BINARY_DIR}/generated/report_style.h" @ONLY)
