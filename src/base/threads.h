// A fixed pool of threads for loops over independent items (images). No work stealing, no surprises.
#pragma once

#include <cstdint>
#include <functional>

namespace dlas {

// Threads used by parallel_for: --threads, else the hardware's count. Set before the first loop.
void set_threads(int threads);
int threads();

// Calls body(i) once for each i in [0, n), on up to threads() threads, in no particular order; returns when all are
// done. The body must not throw. Results belong into slot i of a vector, so that the answer does not depend on order.
// A parallel_for inside a body runs serially. `stop` is asked before each item; true skips the rest.
void parallel_for(std::int64_t n, const std::function<void(std::int64_t)>& body,
                  const std::function<bool()>& stop = {});

// True in the body of a parallel_for that has threads of its own: code inside leaves the other cores alone.
bool inside_parallel_for();

// True once the user asked to stop (SIGINT, SIGTERM); long loops ask it.
bool stop_requested();
void request_stop();

}  // namespace dlas
