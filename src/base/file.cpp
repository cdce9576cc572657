// Opening and mapping. What the kernel opened is checked, not the text of a path.
#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/limits.h"

namespace dlas {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Error system_error(std::string_view path, int error) {
  if (error == ENOENT || error == ENOTDIR) return make_error(Code::not_found, "a file", "nothing there").in(path);
  return make_error(Code::io, "a readable file", std::strerror(error)).in(path);
}

std::string_view kind_of(mode_t mode) {
  if (S_ISREG(mode)) return "a regular file";
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "something else";
}

bool safe_relative(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.find('\0') != std::string_view::npos) return false;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (path.substr(begin, end - begin) == "..") return false;
    begin = end + 1;
  }
  return true;
}

// Without openat2 (old kernels, seccomp): one component at a time, no link followed.
int open_by_components(int folder, const std::string& relative) {
  int current = dup(folder);
  for (std::size_t begin = 0; current >= 0 && begin < relative.size();) {
    const std::size_t end = std::min(relative.find('/', begin), relative.size());
    const std::string part = relative.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    const bool last = begin > relative.size();
    const int next = openat(current, part.c_str(),
                            O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | (last ? 0 : O_DIRECTORY));
    const int error = errno;
    close(current);
    errno = error;
    current = next;
  }
  return current;
}

int open_within(int folder, const std::string& relative) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
  const auto fd = static_cast<int>(syscall(SYS_openat2, folder, relative.c_str(), &how, sizeof how));
  if (fd >= 0 || (errno != ENOSYS && errno != EPERM)) return fd;
  return open_by_components(folder, relative);
}

}  // namespace

struct File::Mapping {
  std::string path;
  const std::byte* data = nullptr;
  std::size_t size = 0;
  ~Mapping() {
    if (size) munmap(const_cast<std::byte*>(data), size);
  }
};

std::span<const std::byte> File::bytes() const {
  return mapping_ ? std::span(mapping_->data, mapping_->size) : std::span<const std::byte>();
}
std::string_view File::chars() const { return {reinterpret_cast<const char*>(bytes().data()), bytes().size()}; }
const std::string& File::path() const {
  static const std::string none;
  return mapping_ ? mapping_->path : none;
}
std::shared_ptr<const void> File::owner() const { return mapping_; }

Result<File> File::map(int descriptor, std::string path) {
  struct stat info{};
  if (fstat(descriptor, &info) != 0) return system_error(path, errno);
  if (!S_ISREG(info.st_mode)) return make_error(Code::special_file, "a regular file", kind_of(info.st_mode)).in(path);
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (size > limits().file_bytes)
    return make_error(Code::limit, "at most " + std::to_string(limits().file_bytes) + " bytes",
                      std::to_string(size) + " bytes")
        .in(path);
  auto mapping = std::make_shared<Mapping>();
  mapping->path = std::move(path);
  if (size) {
    void* memory = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (memory == MAP_FAILED) return system_error(mapping->path, errno);
    mapping->data = static_cast<const std::byte*>(memory);
    mapping->size = size;
  }
  File file;
  file.mapping_ = std::move(mapping);
  return file;
}

Result<File> open_file(std::string_view path) {
  const std::string name(path);
  if (name.find('\0') != std::string::npos) return system_error(path, ENOENT);
  // The kind is asked first: opening a device can have effects. It is checked again on what was opened.
  struct stat info{};
  if (stat(name.c_str(), &info) != 0) return system_error(path, errno);
  if (!S_ISREG(info.st_mode)) return make_error(Code::special_file, "a regular file", kind_of(info.st_mode)).in(path);
  const Descriptor fd(open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (fd.get() < 0) return system_error(path, errno);
  return File::map(fd.get(), name);
}

Result<File> open_beneath(std::string_view folder, std::string_view relative) {
  const std::string shown = std::string(folder) + "/" + std::string(relative);
  if (!safe_relative(relative))
    return make_error(Code::containment, "a relative path inside the model's folder", relative);
  const Descriptor base(open(std::string(folder).c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
  if (base.get() < 0) return system_error(folder, errno);
  const Descriptor fd(open_within(base.get(), std::string(relative)));
  if (fd.get() < 0) {
    if (errno == ELOOP || errno == EXDEV)
      return make_error(Code::containment, "a path without links inside the model's folder", "a link").in(shown);
    return system_error(shown, errno);
  }
  struct stat info{};
  if (fstat(fd.get(), &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink > 1)
    return make_error(Code::containment, "a file with one name", std::to_string(info.st_nlink) + " hard links")
        .in(shown);
  return File::map(fd.get(), shown);
}

Result<std::string> read_text(std::string_view path, std::uint64_t longest) {
  DLAS_ASSIGN(const File file, open_file(path));
  if (file.size() > longest)
    return make_error(Code::limit, "at most " + std::to_string(longest) + " bytes of text",
                      std::to_string(file.size()) + " bytes")
        .in(path);
  return std::string(file.chars());
}

Result<Listing> list_folder(std::string_view path) {
  DIR* folder = opendir(std::string(path).c_str());
  if (!folder) return system_error(path, errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> closer(folder, closedir);
  Listing out;
  while (const dirent* entry = readdir(folder)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat info{};
    if (fstatat(dirfd(folder), entry->d_name, &info, 0) != 0) ++out.left_out;
    else if (S_ISREG(info.st_mode)) out.files.emplace_back(name);
    else if (S_ISDIR(info.st_mode)) out.folders.emplace_back(name);
    else ++out.left_out;
    if (out.files.size() + out.folders.size() > limits().dataset_files)
      return make_error(Code::limit, "at most " + std::to_string(limits().dataset_files) + " entries", "more").in(path);
  }
  std::ranges::sort(out.files);
  std::ranges::sort(out.folders);
  return out;
}

PathKind path_kind(std::string_view path) {
  struct stat info{};
  if (stat(std::string(path).c_str(), &info) != 0) return PathKind::missing;
  if (S_ISREG(info.st_mode)) return PathKind::file;
  return S_ISDIR(info.st_mode) ? PathKind::folder : PathKind::special;
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, std::max<std::size_t>(slash, 1)));
}

std::string extension_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return "";
  std::string out(name.substr(dot));
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace dlas
