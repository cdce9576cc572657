#include "report/name.h"

#include <gtest/gtest.h>

namespace dlas::report {
namespace {

TEST(Shortened, KeepsWhatFits) {
  EXPECT_EQ(shortened("conv1", 5), "conv1");
  EXPECT_EQ(shortened("", 5), "");
}

TEST(Shortened, CutsTheMiddleAndKeepsBothEnds) {
  EXPECT_EQ(shortened("block1/depthwise/BiasAdd;block1/conv", 11), "block…/conv");
}

TEST(Shortened, CountsCharactersNotBytes) {
  EXPECT_EQ(shortened("äöüß", 4), "äöüß");
  EXPECT_EQ(shortened("äöüßäöü", 5), "äö…öü");
}

TEST(Shortened, MakesValidTextOfAnyBytes) { EXPECT_EQ(shortened("\xff\xfe", 5), "\xef\xbf\xbd\xef\xbf\xbd"); }

}  // namespace
}  // namespace dlas::report
