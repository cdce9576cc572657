// Whole file or nothing: a file without a name in the target's folder, fsync, a temporary name, rename, fsync of the folder. Until
// the last but one step, whatever ends the program leaves nothing behind. Where the file system makes no files without a name,
// the temporary name is there from the start.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>

#include "base/file.h"
#include "base/unfinished_file.h"

namespace dlas {
namespace {

Error write_error(std::string_view path, int error) {
  return make_error(Code::io, "a writable place", std::strerror(error)).in(path);
}

int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return fsync(fd) == 0 ? 0 : errno;
}

// The name of the temporary file that is being written, where a signal handler finds it. It has one place: of two files written
// at the same time the second is not remembered. The characters are written before `remembered` says so and never freed.
char unfinished[PATH_MAX];
std::atomic<bool> taken{false}, remembered{false};

class Remembered {
 public:
  explicit Remembered(const std::string& path)
      : mine_(!path.empty() && path.size() < sizeof unfinished && !taken.exchange(true)) {
    if (!mine_) return;
    std::memcpy(unfinished, path.c_str(), path.size() + 1);
    remembered = true;
  }
  ~Remembered() {
    if (!mine_) return;
    remembered = false;
    taken = false;
  }
  Remembered(const Remembered&) = delete;
  Remembered& operator=(const Remembered&) = delete;

 private:
  bool mine_;
};

// What is written before it gets the target's name.
struct Draft {
  int descriptor = -1;
  std::string name;  // empty: it has none yet
};

Draft open_draft(const std::string& target) {
  const int unnamed = open(folder_of(target).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  if (unnamed >= 0) return {unnamed, ""};
  Draft draft{-1, target + ".XXXXXX"};
  draft.descriptor = mkostemp(draft.name.data(), O_CLOEXEC);
  if (draft.descriptor < 0) return draft;
  const mode_t mask = umask(0);
  umask(mask);
  fchmod(draft.descriptor, 0666 & ~mask);
  return draft;
}

// 0, or the reason why it got no name.
int name_draft(Draft& draft, const std::string& target) {
  const std::string itself = "/proc/self/fd/" + std::to_string(draft.descriptor);
  for (unsigned attempt = 0; draft.name.empty(); ++attempt) {
    const std::string name = target + "." + std::to_string(getpid()) + "-" + std::to_string(attempt);
    if (linkat(AT_FDCWD, itself.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) draft.name = name;
    else if (errno != EEXIST || attempt > 1000) return errno;
  }
  return 0;
}

}  // namespace

void remove_unfinished_file() {
  if (remembered) unlink(unfinished);
}

Status write_file(std::string_view path, std::string_view bytes) {
  const std::string target(path);
  struct stat info{};
  if (lstat(target.c_str(), &info) == 0 && !S_ISREG(info.st_mode))
    return make_error(Code::special_file, "a new or a regular file to write to", "something else of that name")
        .in(path);
  Draft draft = open_draft(target);
  if (draft.descriptor < 0) return write_error(path, errno);
  const Remembered early(draft.name);
  int error = write_all(draft.descriptor, bytes);
  if (error == 0) error = name_draft(draft, target);
  const Remembered late(draft.name);
  if (close(draft.descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && rename(draft.name.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0) {
    if (!draft.name.empty()) unlink(draft.name.c_str());
    return write_error(path, error);
  }
  const int folder = open(folder_of(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    fsync(folder);
    close(folder);
  }
  return {};
}

}  // namespace dlas
