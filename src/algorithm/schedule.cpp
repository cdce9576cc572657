#include "algorithm/schedule.h"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "algorithm/primitive/list.h"

namespace dlas::algorithm {
namespace {

std::vector<std::string_view> primitive_names() {
  std::vector<std::string_view> names;
  for (const Primitive* primitive : primitives()) names.push_back(primitive->name);
  return names;
}

Error wrong(std::string_view text, std::string_view expected, std::string_view found) {
  return make_error(Code::usage, expected, "'" + std::string(found) + "'")
      .during("reading the schedule '" + std::string(text) + "'");
}

bool read_number(std::string_view text, std::int64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && out >= 0;
}

// One "name=value" of the list; false when either is not known.
bool read_field(std::string_view name, std::string_view value, Schedule& out) {
  if (name == "order") return out.order = value, !value.empty();
  if (name == "split") return out.split = value, !value.empty();
  if (name == "unroll") return read_number(value, out.unroll);
  if (name == "block") return read_number(value, out.block_c);
  if (name == "specialised") return out.specialised = value == "yes", value == "yes" || value == "no";
  if (name != "tile") return false;
  const std::size_t times = value.find('x');
  return times != std::string_view::npos && read_number(value.substr(0, times), out.tile_w) &&
         read_number(value.substr(times + 1), out.tile_c);
}

// Sizes that no code can be run with. Windows of no pixel are allowed: a transposed convolution has outputs that no tap meets.
void find_problem_faults(const ConvProblem& p, std::vector<std::string>& out) {
  if (std::min({p.n, p.h, p.w, p.in_channels, p.out_channels, p.groups, p.stride_h, p.stride_w, p.dilation_h,
                p.dilation_w}) < 1 ||
      std::min(p.kernel_h, p.kernel_w) < 0)
    return out.push_back("sizes of the problem are 1 at least");
  if (p.in_channels % p.groups != 0 || p.out_channels % p.groups != 0)
    out.push_back(fmt::format("{} groups do not divide {} and {} channels", p.groups, p.in_channels, p.out_channels));
  if (p.out_h() < 1 || p.out_w() < 1) out.push_back("the window is larger than the padded picture");
  // Generated code takes strides of 32 bits: those of one row, times stride or dilation.
  constexpr std::int64_t kMost = std::int64_t{1} << 31, kMostBlock = 128;  // output channels of a block
  const std::int64_t channels = std::max(p.in_channels, p.out_channels) + kChannelBlock;
  const std::int64_t step = std::max({p.stride_h, p.dilation_h, std::int64_t{1}});
  if (channels > kMost || p.w > kMost || step > kMost || channels * (p.w + 2 * step + 64) > kMost / step)
    out.push_back("a row of the picture has 2^31 numbers or more");
  else if (p.kernel_w > kMost || channels * kMostBlock > kMost / std::max<std::int64_t>(1, p.kernel_w))
    out.push_back("a row of the window has 2^31 weights or more");
}

}  // namespace

std::string text(const Schedule& s) {
  std::string out = fmt::format("{}(tile={}x{},unroll={},order={},split={}", s.primitive, s.tile_w, s.tile_c, s.unroll,
                                s.order, s.split);
  if (s.block_c != 0) out += fmt::format(",block={}", s.block_c);
  if (s.specialised) out += ",specialised=yes";
  return out + ")";
}

Result<Schedule> parse_schedule(std::string_view text) {
  constexpr std::string_view kForm = "primitive(tile=7x4,unroll=4,order=hwc,split=both)";
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || text.back() != ')') return wrong(text, kForm, text);
  Schedule out;
  out.primitive = text.substr(0, open);
  if (!find_primitive(out.primitive))
    return make_error(Code::usage, "the name of a primitive",
                      "'" + out.primitive + "'" + nearest(out.primitive, primitive_names()))
        .during("reading the schedule '" + std::string(text) + "'");
  std::string_view rest = text.substr(open + 1, text.size() - open - 2);
  std::set<std::string_view> seen;
  while (!rest.empty()) {
    const std::string_view field = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), field.size() + 1));
    const std::size_t equals = field.find('=');
    if (equals == std::string_view::npos || !read_field(field.substr(0, equals), field.substr(equals + 1), out))
      return wrong(text,
                   "tile=PxV, unroll=N, block=N, order=hwc or chw, split=rows, channels or both, specialised=yes or no",
                   field);
    if (!seen.insert(field.substr(0, equals)).second) return wrong(text, "each field once", field);
  }
  return out;
}

Schedule default_schedule(const ConvProblem& problem, const Target& target) {
  if (!depthwise.obstacle(problem)) return depthwise.defaults(problem, target);
  return direct.defaults(problem, target);
}

std::vector<std::string> faults(const Schedule& schedule, const ConvProblem& problem, const Target& target) {
  const Primitive* primitive = find_primitive(schedule.primitive);
  if (!primitive)
    return {"no primitive is named '" + schedule.primitive + "'" + nearest(schedule.primitive, primitive_names())};
  std::vector<std::string> out;
  find_problem_faults(problem, out);
  if (!out.empty()) return out;
  if (auto reason = primitive->obstacle(problem)) out.push_back(schedule.primitive + ": " + *reason);
  if (schedule.order != "hwc" && schedule.order != "chw")
    out.push_back("order is hwc or chw, not '" + schedule.order + "'");
  if (schedule.split != "rows" && schedule.split != "channels" && schedule.split != "both")
    out.push_back("split is rows, channels or both, not '" + schedule.split + "'");
  if (schedule.specialised) out.push_back("specialised: no code generator is there for kernels of fixed sizes");
  primitive->faults(schedule, problem, target, out);
  return out;
}

Schedule adapted(Schedule schedule, const ConvProblem& problem, const Target& target) {
  const Primitive* primitive = find_primitive(schedule.primitive);
  if (!primitive || primitive->obstacle(problem)) return default_schedule(problem, target);
  if (faults(schedule, problem, target).empty()) return schedule;
  // What does not fit is taken from the default of the same primitive, one figure after the other.
  const Schedule fallback = primitive->defaults(problem, target);
  const auto fits = [&] { return faults(schedule, problem, target).empty(); };
  schedule.specialised = schedule.specialised && fits();
  schedule.block_c = fallback.block_c;
  if (fits()) return schedule;
  schedule.unroll = fallback.unroll;
  if (fits()) return schedule;
  schedule.tile_w = fallback.tile_w;
  schedule.tile_c = fallback.tile_c;
  return fits() ? schedule : fallback;
}

Result<std::unique_ptr<Kernel>> prepare(const ConvProblem& problem, const Schedule& schedule, const Target& target,
                                        const Tensor& weights, const Tensor& bias) {
  const std::vector<std::string> wrong = faults(schedule, problem, target);
  if (!wrong.empty())
    return make_error(Code::unsupported, "a schedule for " + text(problem),
                      fmt::format("{}: {}", text(schedule), fmt::join(wrong, "; ")));
  return find_primitive(schedule.primitive)->prepare(problem, schedule, target, weights, bias);
}

}  // namespace dlas::algorithm
