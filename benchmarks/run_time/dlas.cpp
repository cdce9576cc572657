// The reference interpreter as a peer: bench_run_time_dlas MODEL INPUT.npy OUTPUT.npz, then one run a line of standard input.
//
// Prints "ready" once the first run is done and its outputs are written, then the processor seconds of each run.
#include <cstdio>
#include <ctime>
#include <iostream>
#include <string>

#include "base/threads.h"
#include "data/npy.h"
#include "study/open/opened.h"

namespace dlas {
namespace {

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Status serve(const std::string& path, const std::string& input, const std::string& output) {
  DLAS_ASSIGN(const study::Opened model, study::open_model(path));
  DLAS_ASSIGN(const auto arrays, data::read_arrays(input));
  const std::vector<Tensor> inputs{arrays[0].second};
  DLAS_ASSIGN(const Outputs first, model.executor->run(inputs, {}));
  DLAS_TRY(data::write_npz(output, std::vector<data::NamedTensor>{{"y", first.outputs[0]}}));
  std::puts("ready");
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    const double before = processor_seconds();
    DLAS_TRY(model.executor->run(inputs, {}));
    std::printf("%.9f\n", processor_seconds() - before);
    std::fflush(stdout);
  }
  return {};
}

}  // namespace
}  // namespace dlas

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  dlas::set_threads(1);
  const auto served = dlas::serve(argv[1], argv[2], argv[3]);
  if (!served.ok()) std::fputs((served.error().message() + "\n").c_str(), stderr);
  return served.ok() ? 0 : 2;
}
