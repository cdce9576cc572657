#include "base/base64.h"

#include <gtest/gtest.h>

namespace dlas {
namespace {

// RFC 4648, section 10.
TEST(Base64, GivesTheTestVectorsOfItsStandard) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xfb\xff\xfe"), "+//+");
}

TEST(Base64, ReadsBackWhatItWrote) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(from_base64(base64(bytes)), bytes);
    bytes += static_cast<char>(i);
  }
}

TEST(Base64, RefusesWhatIsNotExactlyBase64) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg=A", "Z===", "Zm 9", "Zm9\n", "Zm9-", "Zh==", "\"><x"})
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
}

}  // namespace
}  // namespace dlas
