#include "compiler/runtime/core.h"

#if defined(__linux__)
#include <sched.h>
#endif

namespace dlas::compiler {

#if defined(__linux__)

int current_core() { return sched_getcpu(); }

void leave_cores(std::span<const int> cores) {
  cpu_set_t allowed;  // systems of more than 1024 cores do not fit and are left alone
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  cpu_set_t others = allowed;
  for (const int core : cores)
    if (core >= 0 && core < CPU_SETSIZE) CPU_CLR(static_cast<unsigned>(core), &others);
  if (CPU_COUNT(&others) == 0) return;
  if (sched_setaffinity(0, sizeof others, &others) == 0) sched_setaffinity(0, sizeof allowed, &allowed);
}

#else

int current_core() { return -1; }
void leave_cores(std::span<const int>) {}

#endif

}  // namespace dlas::compiler
