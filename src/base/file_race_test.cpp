// Containment is what the kernel opened, not what a path said a moment ago: somebody swaps file and links while we open.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "base/file.h"

namespace dlas {
namespace {

namespace fs = std::filesystem;

constexpr int kLoads = 10'000;

// A folder "model" with inner/w.bin of 'w'; beside it "secret" with w.bin of 's'.
struct Place {
  fs::path root = fs::temp_directory_path() / ("dlas-race-" + std::to_string(getpid()));
  Place() {
    fs::create_directories(root / "model/inner");
    fs::create_directories(root / "secret");
    std::ofstream(root / "model/inner/w.bin") << std::string(16, 'w');
    std::ofstream(root / "secret/w.bin") << std::string(16, 's');
    fs::create_symlink(root / "secret/w.bin", root / "model/link.bin");
    fs::create_symlink(root / "secret", root / "model/link_folder");
    fs::create_hard_link(root / "secret/w.bin", root / "model/hard.bin");
    std::ofstream(root / "model/plain.bin") << std::string(16, 'w');
  }
  ~Place() {
    std::error_code ignored;
    fs::remove_all(root, ignored);
  }
};

struct Outcome {
  int own = 0, refused = 0, secret = 0;
};

// Opens `relative` below model/ again and again while `swap` runs in another thread.
Outcome raced(const Place& place, const char* relative, const std::function<void()>& swap) {
  std::atomic<bool> done{false};
  std::thread other([&] {
    while (!done) swap();
  });
  Outcome out;
  for (int i = 0; i < kLoads; ++i) {
    const auto file = open_beneath((place.root / "model").string(), relative);
    if (!file.ok()) ++out.refused;
    else if (file->chars() == std::string(16, 'w')) ++out.own;
    else ++out.secret;
  }
  done = true;
  other.join();
  return out;
}

// Exchanges two names in one step, so that neither is ever missing.
void exchange(const fs::path& a, const fs::path& b) {
  ASSERT_EQ(renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE), 0);
}

TEST(FileRace, AFileThatIsSwappedWithALinkIsNeverFollowedOut) {
  const Place place;
  const Outcome out =
      raced(place, "plain.bin", [&] { exchange(place.root / "model/plain.bin", place.root / "model/link.bin"); });
  EXPECT_EQ(out.secret, 0);
  EXPECT_GT(out.own, 0) << "no evidence: the file was never there";
  EXPECT_GT(out.refused, 0) << "no evidence: the link was never there";
}

TEST(FileRace, AFolderThatIsSwappedWithALinkIsNeverFollowedOut) {
  const Place place;
  const Outcome out =
      raced(place, "inner/w.bin", [&] { exchange(place.root / "model/inner", place.root / "model/link_folder"); });
  EXPECT_EQ(out.secret, 0);
  EXPECT_GT(out.own, 0) << "no evidence: the folder was never there";
  EXPECT_GT(out.refused, 0) << "no evidence: the link was never there";
}

TEST(FileRace, AFileThatIsSwappedWithAHardLinkFromOutsideIsNeverRead) {
  const Place place;
  const Outcome out =
      raced(place, "plain.bin", [&] { exchange(place.root / "model/plain.bin", place.root / "model/hard.bin"); });
  EXPECT_EQ(out.secret, 0);
  EXPECT_GT(out.own, 0) << "no evidence: the file was never there";
  EXPECT_GT(out.refused, 0) << "no evidence: the hard link was never there";
}

}  // namespace
}  // namespace dlas
