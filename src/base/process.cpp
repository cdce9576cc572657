#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

extern char** environ;

namespace dlas {
namespace {

constexpr std::size_t kLongestLine = 1 << 20;

Error failed(const std::string& name, std::string_view expected, std::string_view found) {
  return make_error(Code::io, expected, found).during("talking to " + name);
}

}  // namespace

Result<Child> Child::start(const std::vector<std::string>& command) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return make_error(Code::io, "a socket", std::strerror(errno));
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t process = -1;
  const int error = posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    return make_error(error == ENOENT ? Code::not_found : Code::io, "a program", std::strerror(error)).in(command[0]);
  }
  return Child(process, ends[0], command[0]);
}

Child::Child(Child&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      socket_(std::exchange(other.socket_, -1)),
      name_(std::move(other.name_)),
      rest_(std::move(other.rest_)) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this == &other) return *this;
  end();
  process_ = std::exchange(other.process_, -1);
  socket_ = std::exchange(other.socket_, -1);
  name_ = std::move(other.name_);
  rest_ = std::move(other.rest_);
  return *this;
}

Child::~Child() { end(); }

void Child::end() {
  if (socket_ >= 0) close(socket_);
  if (process_ > 0) {
    kill(process_, SIGKILL);
    while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  process_ = socket_ = -1;
}

void Child::halt() const {
  if (process_ > 0) kill(process_, SIGSTOP);
}

void Child::go_on() const {
  if (process_ > 0) kill(process_, SIGCONT);
}

Result<std::string> Child::read_line(double seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  for (;;) {
    if (const std::size_t stop = rest_.find('\n'); stop != std::string::npos) {
      std::string line = rest_.substr(0, stop);
      rest_.erase(0, stop + 1);
      return line;
    }
    if (rest_.size() > kLongestLine) return failed(name_, "a line of at most a million bytes", "more");
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return failed(name_, "an answer within " + std::to_string(seconds) + " s", "none");
    pollfd waiting{socket_, POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left.count() + 1, 1'000'000)));
    if (ready < 0 && errno != EINTR) return failed(name_, "an answer", std::strerror(errno));
    if (ready <= 0) {
      if (ready < 0) return make_error(Code::cancelled, "", "stopped by the user");
      continue;
    }
    char buffer[4096];
    const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
    if (got == 0 || (got < 0 && errno != EINTR)) return failed(name_, "an answer", "its end");
    if (got > 0) rest_.append(buffer, static_cast<std::size_t>(got));
  }
}

Status Child::write_line(std::string_view line) {
  const std::string all = std::string(line) + "\n";
  for (std::size_t done = 0; done < all.size();) {
    const ssize_t sent = send(socket_, all.data() + done, all.size() - done, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return failed(name_, "a program that listens", std::strerror(errno));
    done += static_cast<std::size_t>(sent);
  }
  return {};
}

}  // namespace dlas
