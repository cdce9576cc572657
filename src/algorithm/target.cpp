#include "algorithm/target.h"

#include <unistd.h>

#include <algorithm>

namespace dlas::algorithm {
namespace {

// The first instruction set of the target that this processor lacks, "" when it has all. __builtin_cpu_supports asks the operating
// system too, whether it saves the wide registers.
std::string_view missing(std::string_view target) {
  if (!__builtin_cpu_supports("sse4.1")) return "SSE4.1";
  if (target == "sse41") return "";
  if (!__builtin_cpu_supports("avx2")) return "AVX2";
  if (!__builtin_cpu_supports("fma")) return "FMA";
  if (target == "avx2") return "";
  if (!__builtin_cpu_supports("avx512f")) return "AVX-512 F";
  if (!__builtin_cpu_supports("avx512cd")) return "AVX-512 CD";
  if (!__builtin_cpu_supports("avx512bw")) return "AVX-512 BW";
  if (!__builtin_cpu_supports("avx512dq")) return "AVX-512 DQ";
  if (!__builtin_cpu_supports("avx512vl")) return "AVX-512 VL";
  return "";
}

std::vector<Target> make_targets() {
  std::vector<Target> all = {{.name = "avx512", .lanes = 16, .registers = 32, .fma = true},
                             {.name = "avx2", .lanes = 8, .registers = 16, .fma = true},
                             {.name = "sse41", .lanes = 4, .registers = 16, .fma = false}};
  const long l1 = sysconf(_SC_LEVEL1_DCACHE_SIZE), l2 = sysconf(_SC_LEVEL2_CACHE_SIZE);
  for (Target& target : all) {
    if (l1 > 0) target.l1_bytes = l1;  // 0 or -1 where the C library does not know
    if (l2 > 0) target.l2_bytes = l2;
  }
  return all;
}

}  // namespace

const std::vector<Target>& targets() {
  static const std::vector<Target> all = make_targets();
  return all;
}

const Target& native() {
  for (const Target& target : targets())
    if (missing(target.name).empty()) return target;
  return targets().back();
}

Result<Target> parse_target(std::string_view name) {
  const auto& all = targets();
  const auto found = std::ranges::find(all, name, &Target::name);
  if (found == all.end()) {
    std::vector<std::string_view> names;
    for (const Target& target : all) names.push_back(target.name);
    return make_error(Code::usage, "a target: avx512, avx2 or sse41",
                      "'" + std::string(name) + "'" + nearest(name, names));
  }
  if (const std::string_view lacking = missing(name); !lacking.empty())
    return make_error(Code::unsupported, "a processor with " + std::string(lacking) + ", for target " + found->name,
                      "one without it")
        .try_this("--target " + native().name);
  return *found;
}

}  // namespace dlas::algorithm
