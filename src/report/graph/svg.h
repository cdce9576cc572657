// A picture with places as SVG.
#pragma once

#include <string>

#include "report/graph/layout.h"

namespace dlas::report {

// As a part of a page: one <svg> element; classes `box`, `end`, `agrees`, `differs`, `first`, `arrow` are styled by the page.
// `name` is read out by screen readers.
std::string svg(const Picture& picture, const Layout& layout, const std::string& name);

// As a file of its own, with its own style, light or dark as the reader's system is.
std::string svg_file(const Picture& picture, const Layout& layout, const std::string& name);

}  // namespace dlas::report
