#include "cli/stop.h"

#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <string>

#include "base/threads.h"
#include "base/unfinished_file.h"
#include "cli/command.h"

namespace dlas::cli {
namespace {

constexpr suseconds_t kPatience = 700'000;  // microseconds that loops get to end by themselves

// What is printed at once; made beforehand, since a handler must not allocate.
std::string& farewell() {
  static std::string text;
  return text;
}

void say(int descriptor, const char* text, std::size_t length) {
  if (write(descriptor, text, length) < 0) return;  // nobody listens: there is nobody to tell
}

// Only calls that are safe in a handler.
[[noreturn]] void end_here() {
  constexpr char kLine[] = "dlas: stopped by the user\n";
  remove_unfinished_file();
  say(STDERR_FILENO, kLine, sizeof kLine - 1);
  say(STDOUT_FILENO, farewell().data(), farewell().size());
  _exit(kStopped);
}

void out_of_patience(int) { end_here(); }

void stop(int) {
  if (stop_requested()) end_here();
  request_stop();
  itimerval once{};
  once.it_value.tv_usec = kPatience;
  setitimer(ITIMER_REAL, &once, nullptr);
}

}  // namespace

void heed_signals(bool json) {
  if (json) farewell() = error_json(make_error(Code::cancelled, "", "stopped by the user"));
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
  std::signal(SIGALRM, out_of_patience);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of its write
}

}  // namespace dlas::cli
