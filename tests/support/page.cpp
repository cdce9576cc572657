#include "support/page.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/file.h"

namespace dlas::testing {

void expect_page(const std::string& name, const std::string& text) {
  const std::string path = std::string(DLAS_SOURCE_DIR) + "/docs/" + name;
  const char* write = std::getenv("DLAS_WRITE_PAGES");
  if (write && std::string(write) == "1") {
    const auto written = write_file(path, text);
    ASSERT_TRUE(written.ok()) << written.error().message();
    return;
  }
  std::ostringstream found;
  found << std::ifstream(path).rdbuf();
  EXPECT_EQ(found.str(), text) << "docs/" << name << " is not up to date; scripts/generate-docs writes it anew";
}

}  // namespace dlas::testing
