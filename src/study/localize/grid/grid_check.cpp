#include "study/localize/grid/grid_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "compiler/wiring.h"
#include "study/compare/float_meaning.h"

namespace dlas::study::localize {
namespace {

constexpr double kMostClipped = 0.15, kMostBeyond = 1.8, kMostCoarse = 3;
constexpr double kLargestHalf = 65504;

using Grids = std::vector<std::shared_ptr<const Quantization>>;

bool whole_tensor(const Grids& grids, const Graph& file, ValueId v) {
  const auto& q = grids[static_cast<std::size_t>(v)];
  const DType dtype = file.value(v).type.dtype;
  return q && !q->per_axis() && q->scales.size() == 1 && q->zero_points.size() == 1 && is_int(dtype) &&
         bits(dtype) <= 16;
}

// The value itself, or what QuantizeLinear makes of it.
ValueId stored_as(const Grids& grids, const Graph& file, const std::vector<std::vector<NodeId>>& users, ValueId v) {
  if (whole_tensor(grids, file, v) || file.value(v).type.dtype == DType::f16) return v;
  for (const NodeId n : users[static_cast<std::size_t>(v)])
    if (file.node(n).op_name == "QuantizeLinear" && whole_tensor(grids, file, file.node(n).outputs[0]))
      return file.node(n).outputs[0];
  return kNone;
}

// The range is the function's own, or that of its operand (a pool's), not the numbers'.
bool has_own_range(const Grids& grids, const Graph& file, ValueId v) {
  static constexpr std::array kNames = {"Softmax",     "LogSoftmax",     "Sigmoid", "Tanh",
                                        "HardSigmoid", "QLinearSoftmax", "Concat"};
  const NodeId producer = file.value(v).producer;
  if (producer == kNone) return true;  // an input has the range of the pictures
  for (const ValueId from : file.node(producer).inputs)
    if (from != kNone && grids[static_cast<std::size_t>(from)] &&
        *grids[static_cast<std::size_t>(from)] == *grids[static_cast<std::size_t>(v)])
      return true;
  const NodeId before =
      file.node(producer).op_name == "QuantizeLinear" ? file.value(file.node(producer).inputs[0]).producer : producer;
  return before != kNone && std::ranges::find(kNames, file.node(before).op_name) != kNames.end();
}

struct Range {
  double least, most;
};

double middle(std::vector<double> numbers) {
  if (numbers.size() < 3) return 1;
  const auto half = numbers.begin() + std::ssize(numbers) / 2;
  std::ranges::nth_element(numbers, half);
  return std::max(1.0, *half);
}
Range range_of(const Quantization& q, DType dtype) {
  const double least = is_signed_int(dtype) ? -std::ldexp(1, bits(dtype) - 1) : 0,
               most = least + std::ldexp(1, bits(dtype)) - 1;
  const auto zero = static_cast<double>(q.zero_points[0]);
  return {q.scales[0] * (least - zero), q.scales[0] * (most - zero)};
}

}  // namespace

GridCheck::GridCheck(const Models& models, const std::vector<Aligned>& pairs) : models_(models), pairs_(pairs) {
  const Graph& file = models.b.file;
  const Grids grids = quantizations(file), of_a = quantizations(models.a.file);
  const auto users = file.users();
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const ValueId there = file.find(models.b.graph.value(pairs[i].b).name);
    const ValueId stored = there == kNone ? kNone : stored_as(grids, file, users, there);
    if (stored == kNone) continue;
    const ValueId source = models.a.file.find(models.a.graph.value(pairs[i].a).name);
    const auto& q = grids[static_cast<std::size_t>(stored)];
    if (source != kNone && q && of_a[static_cast<std::size_t>(source)] && *of_a[static_cast<std::size_t>(source)] == *q)
      continue;
    watched_.push_back({i, stored, q, file.value(stored).type.dtype});
  }
}

void GridCheck::add(const Contents& of_a) {
  for (Watched& w : watched_) {
    const Tensor& a = of_a.at(pairs_[w.pair].a);
    if (a.dtype() != DType::f32) continue;
    const bool grid = w.dtype != DType::f16 && w.quantization;
    const Range range = grid ? range_of(*w.quantization, w.dtype) : Range{-kLargestHalf, kLargestHalf};
    // Where zero is the least that can be stored, cutting negative numbers off is a ReLU that the quantiser left out.
    const bool rectifies = grid && range.least > -w.quantization->scales[0] / 2;
    for (const float f : a.as<float>()) {
      const auto x = rectifies ? std::max(0.0, static_cast<double>(f)) : static_cast<double>(f);
      const double off = x - std::clamp(x, range.least, range.most);
      w.squares += x * x;
      w.clipped += off * off;
      w.least = std::min(w.least, x);
      w.most = std::max(w.most, x);
    }
  }
}

Finding GridCheck::finding(const Watched& w, std::string rule, std::string diagnosis) const {
  Finding out;
  out.category = Category::weights;
  out.rule = std::move(rule);
  out.diagnosis = std::move(diagnosis);
  out.confidence = 1;
  out.noise_floor = kMostClipped;
  out.local_error = w.squares > 0 ? std::sqrt(w.clipped / w.squares) : 0;
  out.source_value = models_.a.graph.value(pairs_[w.pair].a).name;
  out.target_value = models_.b.file.value(w.value).name;
  const auto name_producer = [](const Graph& graph, ValueId v, std::vector<NodeName>& names) {
    const NodeId producer = graph.value(v).producer;
    if (producer != kNone) names.push_back({graph.node(producer).name, graph.node(producer).op_name});
  };
  name_producer(models_.a.graph, pairs_[w.pair].a, out.source_nodes);
  name_producer(models_.b.file, w.value, out.target_nodes);
  return out;
}

std::vector<Finding> GridCheck::findings() const {
  std::vector<Finding> out;
  const Grids grids = quantizations(models_.b.file);
  const auto coarse = [](const Watched& w) {
    const double needed = (w.most - w.least) / (std::ldexp(1, bits(w.dtype)) - 1);
    return needed > 0 ? w.quantization->scales[0] / needed : 1;
  };
  const auto beyond = [](const Watched& w) {  // how far the numbers go beyond the range
    const Range range = range_of(*w.quantization, w.dtype);
    return std::max(w.most / std::max(range.most, 1e-30), w.least / std::min(range.least, -1e-30));
  };
  std::vector<double> all_coarse, all_beyond;
  for (const Watched& w : watched_)
    if (w.dtype != DType::f16) all_coarse.push_back(coarse(w)), all_beyond.push_back(beyond(w));
  const double others_coarse = middle(all_coarse), others_beyond = middle(all_beyond);
  for (const Watched& w : watched_) {
    const std::string seen =
        fmt::format("the source has numbers from {} to {}", significant(w.least), significant(w.most));
    if (w.dtype == DType::f16) {
      if (std::max(w.most, -w.least) > kLargestHalf)
        out.push_back(finding(w, "half overflow", seen + " where the target's half precision ends at 65504"));
      continue;
    }
    const Range range = range_of(*w.quantization, w.dtype);
    const double clipped = w.squares > 0 ? std::sqrt(w.clipped / w.squares) : 0;
    const double levels = std::ldexp(1, bits(w.dtype)) - 1, needed = (w.most - w.least) / levels;
    // Pictures of another kind than those calibrated on have other logits.
    const bool output = std::ranges::find(models_.b.file.outputs, w.value) != models_.b.file.outputs.end();
    const bool clips = !output && clipped > kMostClipped && beyond(w) > kMostBeyond * others_beyond;
    const bool wide = coarse(w) > kMostCoarse * others_coarse && !has_own_range(grids, models_.b.file, w.value);
    if (!clips && !wide) continue;
    Finding f = finding(
        w, "range",
        fmt::format("its type holds {} to {}, but {}", significant(range.least), significant(range.most), seen));
    f.evidence.push_back(
        clips ? fmt::format("clipping takes {} of the value away, relative", significant(clipped))
              : fmt::format("its step is {} times as coarse as these numbers need", significant(coarse(w))));
    Quantization right = *w.quantization;
    right.scales[0] = needed;
    const double lowest = is_signed_int(w.dtype) ? -std::ldexp(1, bits(w.dtype) - 1) : 0;
    right.zero_points[0] =
        static_cast<std::int64_t>(std::clamp(std::nearbyint(lowest - w.least / needed), lowest, lowest + levels));
    if (needed > 0) f.proposals.push_back(SetQuantization{f.target_value, right, *w.quantization});
    out.push_back(std::move(f));
  }
  return out;
}

std::vector<Finding> unlike_scales(const Models& models) {
  std::vector<Finding> out;
  const Graph& file = models.b.file;
  for (const Node& reader : file.nodes()) {
    if (reader.op_name != "DequantizeLinear" || file.value(reader.inputs[0]).producer == kNone) continue;
    const Node& writer = file.node(file.value(reader.inputs[0]).producer);
    if (writer.op_name != "QuantizeLinear") continue;
    const auto number = [&](const Node& node, std::size_t slot) {
      const ValueId v = compiler::input(node, slot);
      return v == kNone ? std::optional(0.0)
             : file.value(v).is_constant() && file.value(v).constant.count() == 1
                 ? std::optional(file.value(v).constant.number(0))
                 : std::nullopt;
    };
    for (const std::size_t slot : {1U, 2U}) {
      const auto stored = number(writer, slot), read = number(reader, slot);
      if (!stored || !read || *stored == *read) continue;
      Finding f;
      f.category = Category::weights;
      f.rule = "unlike scales";
      f.diagnosis = fmt::format("its {} is {} where the value is stored with {}", slot == 1 ? "scale" : "zero point",
                                significant(*read), significant(*stored));
      f.confidence = 1;
      f.confirmed = true;
      f.local_error = slot == 1 ? std::abs(*read / *stored - 1) : std::abs(*read - *stored);
      f.target_nodes = {{reader.name, reader.op_name}, {writer.name, writer.op_name}};
      f.target_value = file.value(reader.outputs[0]).name;
      f.proposals.push_back(Rewire{reader.name, static_cast<std::int64_t>(slot), file.value(writer.inputs[slot]).name,
                                   file.value(reader.inputs[slot]).name});
      out.push_back(std::move(f));
    }
  }
  return out;
}

}  // namespace dlas::study::localize
