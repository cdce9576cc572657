// On which core a thread runs, and how it leaves a core that another thread of its team runs on.
//
// A thread that wakes up is often put beside the thread that woke it, and stays there for milliseconds although another core is free:
// two threads then share one core for a whole run. Linux only; elsewhere both functions do nothing.
#pragma once

#include <span>

namespace dlas::compiler {

// Negative when the system does not say.
int current_core();

// Moves the calling thread away from the cores given, if it may run on any other; which cores it may run on is as before afterwards.
void leave_cores(std::span<const int> cores);

}  // namespace dlas::compiler
