// Memory and threads of one run at a time of a planned program, kept from run to run.
#pragma once

#include <cstdlib>
#include <memory>
#include <mutex>
#include <vector>

#include "compiler/plan/memory.h"
#include "compiler/runtime/team.h"

namespace dlas::compiler {

// A program with its memory plan: all that runs have in common.
struct Planned {
  Program program;
  MemoryPlan memory;
};

// Seconds of each task of a run, by task.
using Times = std::vector<double>;

class Session {
 public:
  Session(const Planned& planned, int threads, Traits traits);
  int threads() const { return threads_; }  // asked for
  // The outputs, as Program::outputs. `times` may be null.
  // Takes memory for the outputs and inside reference kernels, nowhere else.
  // Errors: of reference kernels.
  Result<std::vector<Tensor>> run(std::span<const Tensor> inputs, Times* times);

 private:
  void clear_border(SlotId picture) const;
  Status run_tasks(Times* times);
  Result<std::vector<Tensor>> outputs() const;

  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  const Planned& planned_;
  int threads_;
  Team team_;
  std::unique_ptr<std::byte, Free> arena_;
  Frame frame_;
};

// Sessions of a program: one for each run at a time.
class Sessions {
 public:
  Sessions(Planned planned, Traits traits) : planned_(std::move(planned)), traits_(traits) {}
  const Planned& planned() const { return planned_; }
  // Threads: may be called from several threads at once.
  Result<std::vector<Tensor>> run(std::span<const Tensor> inputs, int threads, Times* times = nullptr);

 private:
  std::unique_ptr<Session> take(int threads);

  Planned planned_;
  Traits traits_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Session>> idle_;
};

}  // namespace dlas::compiler
