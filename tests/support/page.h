// Pages of docs/ that tests generate: compared with the committed page, or written by scripts/generate-docs.
#pragma once

#include <string>

namespace dlas::testing {

// Fails when docs/<name> is not `text`, and says which command mends it. With DLAS_WRITE_PAGES=1 in the environment it
// writes the page instead.
void expect_page(const std::string& name, const std::string& text);

}  // namespace dlas::testing
