// A comparison as one page for people: a single HTML file without scripts and without anything from the network.
//
// Verdict first, then the figures, the error curve, both graphs with the first divergence marked, the pictures that flip,
// which answer turned into which, all matched values, what was not compared, how it was made. Light or dark as the
// reader's system is, printable, reachable by keyboard. The style is page.css, put into the program when it is built.
//
// In this folder: page.h (the page), sections.h (its parts, one file each), field.h (the JSON), graph/ (drawing of graphs),
// overlay.h (errors for Model Explorer). All text from a file goes through for_html; a content security policy allows the
// page's own style, by its hash, and pictures inside the page, and nothing else.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace dlas::report {

// REQUIRES: `diff` came from study::parse_diff. Anything missing is left out of the page.
std::string page(const nlohmann::json& diff);

}  // namespace dlas::report
