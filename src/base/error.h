// An error as a value: where, what was expected, what was found, what to do.
//
// The sentence is built in one place (`message`), so that the terminal, JSON and tests all see the same fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dlas {

// Who is to blame decides the exit status: all but `internal` are the input's or the user's (exit 2).
enum class Code {
  usage,         // the command line or an argument of the API
  not_found,     // a file, a name, an entry that should exist
  io,            // the operating system refused
  special_file,  // FIFO, device, socket, folder where a regular file is needed
  containment,   // a path that leaves the model's folder
  format,        // bytes that do not follow their format
  truncated,     // a file that ends too early
  limit,         // a budget of limits.h is exceeded
  graph,         // a graph that breaks a rule of the IR
  type,          // dtype, shape or attribute that an operator does not take
  unsupported,   // legal, but not something dlas can do
  mismatch,      // two things that must fit together do not
  cancelled,     // stopped by the user
  internal,      // a bug of ours (exit 3)
};

std::string_view text(Code code);

struct Error {
  Code code = Code::internal;
  std::string file;                       // path as the user gave it
  std::optional<std::uint64_t> offset;    // byte position in `file`
  std::string node;                       // node or value name, raw (escaped only when printed)
  std::string op;                         // operator type of `node`
  std::string slot;                       // "input 2 'max'", "attribute 'pads'", "initializer 'w'"
  std::string expected;                   // "one float32"
  std::string found;                      // "float64 [1]"
  std::string remedy;                     // what to do, a command where there is one
  std::vector<std::string> context = {};  // outermost last: "reading external data", ...

  // One line: `file: node 'n' (Op), slot: expected E, found F (context)`. Text from files is escaped and cut.
  std::string message() const;

  // Each returns the error itself, so that a caller can add what it knows: `return error.in(path)`.
  Error& in(std::string_view path);  // sets `file` when it is empty
  Error& at(std::uint64_t byte);     // sets `offset` when it is empty
  Error& at_node(std::string_view name, std::string_view op_name);
  Error& at_slot(std::string_view slot_text);
  Error& try_this(std::string_view command);
  Error& during(std::string_view what);  // adds to the context chain
};

// The usual makers. `expected` and `found` are phrases without a full stop.
Error make_error(Code code, std::string_view expected, std::string_view found);

// Ends the program with status 3: for what no input can cause. Prints source line and a request to report it.
[[noreturn]] void panic(std::string_view what, const char* file, int line);
inline void check(bool condition, std::string_view what, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  if (!condition) [[unlikely]]
    panic(what, file, line);
}

// The three candidates nearest to `name` by edit distance, as " (nearest: a, b, c)"; empty when there are none.
std::string nearest(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace dlas
