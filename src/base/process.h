// A program that runs beside ours and answers requests, a line each. The one place where dlas starts a program.
//
// The child has a socket as standard input and output, nothing as standard error, and no other descriptor of ours. It is ended when
// the Child is.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dlas {

class Child {
 public:
  // `command`: the program, looked for in PATH when it has no '/', and its arguments.
  // Errors: not_found when there is no such program; io.
  static Result<Child> start(const std::vector<std::string>& command);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  // The next line of its standard output, without the line break.
  // Errors: io when it ends, says nothing for so long, or says a line of more than a million bytes.
  Result<std::string> read_line(double seconds);
  // Errors: io when it has ended.
  Status write_line(std::string_view line);
  // Halts all its threads, or lets them go on: what waits by spinning takes a core from others.
  void halt() const;
  void go_on() const;

 private:
  Child(pid_t process, int socket, std::string name) : process_(process), socket_(socket), name_(std::move(name)) {}
  void end();
  pid_t process_ = -1;
  int socket_ = -1;
  std::string name_, rest_;  // read, but not yet asked for
};

}  // namespace dlas
