#include "study/compare/noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/half.h"
#include "base/threads.h"
#include "model/executor/reference.h"
#include "study/compare/align.h"
#include "study/compare/float_meaning.h"
#include "study/compare/side.h"

namespace dlas::study {
namespace {

constexpr std::int64_t kDraws = 3;

using Quantizations = std::vector<std::shared_ptr<const Quantization>>;

// Uniform in [-1, 1], a function of its place alone (the finaliser of SplitMix64).
double draw(std::uint64_t seed, std::uint64_t value, std::uint64_t element) {
  std::uint64_t z = (seed << 58) ^ (value << 36) ^ element;
  z += 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) * 0x1p-52 - 1;
}

template <typename T>
Tensor moved(const Tensor& tensor, double unit, std::uint64_t seed, std::uint64_t value) {
  Tensor out = tensor.clone();
  std::uint64_t i = 0;
  for (T& x : out.mutable_as<T>()) {
    const auto real = static_cast<double>(x);
    x = static_cast<T>(real + real * unit * draw(seed, value, i++));
  }
  return out;
}

// Clipped to the range of the integers, then moved within a step.
Tensor moved_by_steps(const Tensor& tensor, const Type& stored, const Quantization& q, std::uint64_t seed,
                      std::uint64_t value) {
  Tensor out = tensor.clone();
  const auto numbers = out.mutable_as<float>();
  const double least = is_signed_int(stored.dtype) ? -std::ldexp(1, bits(stored.dtype) - 1) : 0;
  const double most = least + std::ldexp(1, bits(stored.dtype)) - 1;
  std::size_t inner = 1;
  for (std::size_t axis = tensor.rank(); q.per_axis() && axis-- > static_cast<std::size_t>(q.axis) + 1;)
    inner *= static_cast<std::size_t>(tensor.dim(axis));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::size_t slice = q.per_axis() ? i / std::max<std::size_t>(inner, 1) % q.scales.size() : 0;
    const double scale = q.scales[slice], zero = static_cast<double>(q.zero_points[slice]);
    const double inside = std::clamp(static_cast<double>(numbers[i]), scale * (least - zero), scale * (most - zero));
    numbers[i] = static_cast<float>(inside + scale / 2 * draw(seed, value, i));
  }
  return out;
}

Tensor disturbed(const Tensor& tensor, const Type& stored, const Quantization* q, std::uint64_t seed, ValueId id) {
  const auto value = static_cast<std::uint64_t>(id);
  if (q != nullptr && tensor.dtype() == DType::f32) return moved_by_steps(tensor, stored, *q, seed, value);
  switch (tensor.dtype()) {
    case DType::f32: return moved<float>(tensor, 0x1p-24, seed, value);
    case DType::f64: return moved<double>(tensor, 0x1p-53, seed, value);
    case DType::f16: return moved<Half>(tensor, 0x1p-11, seed, value);
    case DType::bf16: return moved<BFloat16>(tensor, 0x1p-8, seed, value);
    default: return tensor;
  }
}

bool only_moves(const Graph& graph, ValueId id) {
  static constexpr std::array kNames = {
      "Reshape", "Flatten", "Squeeze",   "Unsqueeze", "Transpose", "Identity",     "Slice",        "Split",
      "Gather",  "MaxPool", "Pad",       "Expand",    "Tile",      "DepthToSpace", "SpaceToDepth", "Relu",
      "Clip",    "Concat",  "ReduceMax", "ReduceMin", "Max",       "Min",          "Dropout"};
  const NodeId producer = graph.value(id).producer;
  if (producer == kNone) return false;
  const Node& node = graph.node(producer);
  const ValueId from = node.inputs.empty() ? kNone : node.inputs[0];
  const Value& to = graph.value(id);
  return std::ranges::find(kNames, node.op_name) != kNames.end() && from != kNone &&
         graph.value(from).type.dtype == to.type.dtype &&
         (!to.type.quantized() ||
          (graph.value(from).type.quantized() && *graph.value(from).type.quantization == *to.type.quantization));
}

// The meaning with disturbed constants, run with disturbed values.
Result<std::unique_ptr<Executor>> disturbed_executor(const Graph& graph, const Graph& meaning,
                                                     const Quantizations& quantizations, std::uint64_t seed) {
  Graph noisy = meaning;
  for (std::size_t i = 0; i < quantizations.size(); ++i) {
    const auto id = static_cast<ValueId>(i);
    Value& value = noisy.value(id);
    if (value.is_constant())
      value.constant = disturbed(value.constant, graph.value(id).type, quantizations[i].get(), seed, id);
  }
  std::vector<char> adds(quantizations.size(), 0);
  for (std::size_t i = 0; i < adds.size(); ++i) adds[i] = !only_moves(graph, static_cast<ValueId>(i));
  std::vector<Type> stored;
  for (const Value& value : graph.values()) stored.push_back(value.type);
  return make_reference(noisy, {}, [=](ValueId id, Tensor& tensor) {
    const auto i = static_cast<std::size_t>(id);
    if (adds[i]) tensor = disturbed(tensor, stored[i], quantizations[i].get(), seed, id);
  });
}

// As the meaning takes them.
std::vector<Tensor> real_inputs(const Graph& graph, const Quantizations& quantizations,
                                const std::vector<Tensor>& inputs) {
  std::vector<Tensor> out = inputs;
  for (std::size_t i = 0; i < out.size(); ++i) {
    Type type = graph.value(graph.inputs[i]).type;
    type.quantization = quantizations[static_cast<std::size_t>(graph.inputs[i])];
    if (type.quantized()) out[i] = real_values(out[i], type);
  }
  return out;
}

}  // namespace

Result<std::vector<double>> measure_noise(const Graph& graph, const std::vector<std::vector<Tensor>>& inputs,
                                          std::span<const ValueId> keep, const Background& background) {
  DLAS_ASSIGN(const Graph meaning, float_meaning(graph));
  const Quantizations quantized = quantizations(graph);
  DLAS_ASSIGN(const auto calm, make_reference(meaning));
  std::vector<std::unique_ptr<Executor>> noisy;
  for (std::uint64_t seed = 1; seed <= kDraws; ++seed) {
    DLAS_ASSIGN(auto one, disturbed_executor(graph, meaning, quantized, seed));
    noisy.push_back(std::move(one));
  }
  std::vector<std::optional<Error>> errors(inputs.size());
  std::vector<std::vector<double>> noise(inputs.size(), std::vector<double>(keep.size(), 0));
  const auto measure = [&](std::size_t i) -> Status {
    const std::vector<Tensor> given = real_inputs(graph, quantized, inputs[i]);
    DLAS_ASSIGN(const Outputs still, calm->run(given, keep));
    for (const auto& executor : noisy) {
      DLAS_ASSIGN(const Outputs moving, executor->run(given, keep));
      for (std::size_t v = 0; v < keep.size(); ++v) {
        const Tensor a = background.without(keep[v], real_values(still.kept[v], {}));
        const Tensor b = background.without(keep[v], real_values(moving.kept[v], {}));
        noise[i][v] = std::max(noise[i][v], deviation(a, b).relative);
      }
    }
    return {};
  };
  parallel_for(
      std::ssize(inputs),
      [&](std::int64_t i) {
        const Status done = measure(static_cast<std::size_t>(i));
        if (!done.ok()) errors[static_cast<std::size_t>(i)] = done.error();
      },
      stop_requested);
  if (stop_requested()) return make_error(Code::cancelled, "", "stopped by the user");
  for (const auto& error : errors)
    if (error) return *error;
  std::vector<double> most(keep.size(), 0);
  for (const auto& of_one : noise)
    for (std::size_t v = 0; v < most.size(); ++v) most[v] = std::max(most[v], of_one[v]);
  return most;
}

}  // namespace dlas::study
