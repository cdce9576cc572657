// The code generator: a program of the build, not of the user. Makes one kernel for one target as an object file.
//
//   kernel_generator avx512 conv 7 4 out.o     the function dlas_avx512_conv_7x4
//
// cmake/Kernels.cmake calls it once for each register tile. The code needs no runtime of Halide's: it takes no memory, starts no
// thread and checks no argument (the callers do, code/tile_code.h).
#include <charconv>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "algorithm/generator/tile.h"

namespace {

using dlas::generator::Arguments;
using dlas::generator::Tile;

// Features and lanes of what target.cpp calls by the same names.
Halide::Target halide_target(const std::string& name, int& lanes) {
  using Halide::Target;
  // LargeBuffers makes indices of 64 bits. They need no extension, and LLVM leaves the addresses of the pixels in plain registers
  // where it packed those of 32 bits into vectors and unpacked them in the innermost loop (measured: 100 against 113 GFLOP/s).
  Target target(Target::Linux, Target::X86, 64,
                {Target::NoRuntime, Target::NoAsserts, Target::NoBoundsQuery, Target::LargeBuffers, Target::SSE41});
  lanes = 4;
  if (name == "avx2" || name == "avx512") {
    lanes = 8;
    for (Target::Feature feature : {Target::AVX, Target::AVX2, Target::FMA, Target::F16C}) target.set_feature(feature);
  }
  if (name == "avx512") {
    lanes = 16;
    for (Target::Feature feature : {Target::AVX512, Target::AVX512_Skylake}) target.set_feature(feature);
  }
  return target;
}

bool read(std::string_view text, int& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && out > 0;
}

}  // namespace

int main(int count, char** values) {
  using Maker = std::function<Halide::Func(Arguments&, const Tile&)>;
  const auto row = [](int taps, int stride) -> Maker {
    return [=](Arguments& a, const Tile& t) { return dlas::generator::depthwise_row(a, t, taps, stride); };
  };
  // The names of TileKind in code/tile_code.h.
  const std::map<std::string, Maker> kinds = {
      {"conv", dlas::generator::conv},           {"conv_of_3", dlas::generator::conv_of_3},
      {"depthwise", dlas::generator::depthwise}, {"depthwise_3_by_1", row(3, 1)},
      {"depthwise_3_by_2", row(3, 2)},           {"depthwise_5_by_1", row(5, 1)},
      {"depthwise_5_by_2", row(5, 2)},
  };
  Tile tile;
  if (count != 6 || !kinds.contains(values[2]) || !read(values[3], tile.pixels) || !read(values[4], tile.vectors)) {
    std::fprintf(stderr, "usage: kernel_generator TARGET KIND PIXELS VECTORS OUT.o\n");
    return 2;
  }
  const std::string target_name = values[1], kind = values[2];
  const Halide::Target target = halide_target(target_name, tile.lanes);
  Arguments arguments;
  Halide::Func kernel = kinds.at(kind)(arguments, tile);
  const std::string function = "dlas_" + target_name + "_" + kind + "_" + values[3] + "x" + values[4];
  kernel.compile_to({{Halide::OutputFileType::object, values[5]}}, arguments.list(), function, target);
  return 0;
}
