// A comparison as one page for people: a single HTML file without scripts and without anything from the network.
//
// Verdict first, then the figures, the error curve (SVG), the aligned values with the first divergence marked, the pictures
// with another answer, and the environment. Light or dark as the reader's system is, and printable. All text that came from
// a file goes through for_html; a content security policy forbids everything but the page's own style.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace dlas::report {

// REQUIRES: `diff` came from study::parse_diff. Anything missing is left out of the page.
std::string page(const nlohmann::json& diff);

// The error curve alone; "" when there are no values.
std::string curve(const nlohmann::json& diff);

}  // namespace dlas::report
