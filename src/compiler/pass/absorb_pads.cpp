// Pad(x, zeros around the places) -> Conv  becomes  Conv with these pads. Legal when the Pad adds the number zero (for quantised
// values: their zero point) on spatial axes only. Keeps every output bit for bit: the same products are summed.
// MaxPool takes no zeros as padding, and AveragePool would count them: only a Conv absorbs.
#include <algorithm>

#include "compiler/attributes.h"
#include "compiler/pass/list.h"
#include "compiler/rebuild.h"
#include "compiler/wiring.h"
#include "model/op/conv.h"
#include "model/op/list_nn.h"

namespace dlas::compiler {
namespace {

constexpr std::int64_t kLargest = 1 << 16;  // a pad that is absorbed

bool adds_zero(const Graph& graph, const Node& pad) {
  const Type& x = graph.value(pad.inputs[0]).type;
  const Tensor* value = constant_input(graph, pad, 2);
  if (has_input(pad, 2) && !value) return false;
  const double added = value ? value->number(0) : 0;
  if (!x.quantized()) return added == 0;
  const Quantization& q = *x.quantization;
  const auto& after = graph.value(pad.outputs[0]).type.quantization;
  return !q.per_axis() && after && *after == q && added == static_cast<double>(q.zero_points[0]);
}

// The Pad's begins and ends along each axis of the input.
std::optional<std::vector<std::int64_t>> amounts(const Graph& graph, const Node& pad, std::size_t rank) {
  const Tensor* list = constant_input(graph, pad, 1);
  if (!list) return std::nullopt;
  const std::vector<std::int64_t> given = list->integers();
  std::vector<std::size_t> axes;
  if (has_input(pad, 3)) {
    const Tensor* named = constant_input(graph, pad, 3);
    if (!named) return std::nullopt;
    for (const std::int64_t a : named->integers()) {
      const auto axis = normalized_axis(a, rank);
      if (!axis) return std::nullopt;
      axes.push_back(*axis);
    }
  } else {
    for (std::size_t a = 0; a < rank; ++a) axes.push_back(a);
  }
  if (given.size() != 2 * axes.size()) return std::nullopt;
  std::vector<std::int64_t> out(2 * rank, 0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    out[axes[i]] = given[i];
    out[rank + axes[i]] = given[axes.size() + i];
  }
  return out;
}

// The pads of the convolution once it has absorbed those of the Pad; or why it cannot.
struct Plan {
  std::vector<std::int64_t> pads;
  std::string reason;
};

Plan plan(const Graph& graph, const Node& pad, const Node& conv) {
  const auto& a = conv.attributes.as<op::ConvAttributes>();
  const Type& x = graph.value(pad.inputs[0]).type;
  if (word(pad, "mode") != "constant" || !adds_zero(graph, pad)) return {{}, "it adds something else than zeros"};
  if (!x.ranked() || x.rank() < 3) return {{}, "its input has no places"};
  const std::size_t rank = x.rank(), places = rank - 2, first = op::first_spatial(a.layout);
  const auto more = amounts(graph, pad, rank);
  if (!more) return {{}, "its pads are not constants"};
  if (std::ranges::any_of(*more, [](std::int64_t p) { return p < 0; })) return {{}, "it takes elements away"};
  if (std::ranges::any_of(*more, [](std::int64_t p) { return p > kLargest; })) return {{}, "it adds very many places"};
  std::int64_t spatial = 0, all = 0;
  for (std::size_t i = 0; i < places; ++i) spatial += (*more)[first + i] + (*more)[rank + first + i];
  for (const std::int64_t p : *more) all += p;
  if (spatial != all) return {{}, "it adds to batch or channels"};
  std::vector<std::int64_t> pads(2 * places, 0);
  const Type& padded = graph.value(pad.outputs[0]).type;
  if (a.window.auto_pad == op::AutoPad::notset && !a.window.pads.empty()) pads = a.window.pads;
  if (a.window.auto_pad == op::AutoPad::same_upper || a.window.auto_pad == op::AutoPad::same_lower) {
    const Type& w = graph.value(conv.inputs[1]).type;
    if (!padded.fixed() || !w.fixed()) return {{}, "the Conv pads by the size of its input, which is not known"};
    Shape kernel;
    for (const Dim& d : op::filter_sizes(a.filter, *w.dims).kernel) kernel.push_back(d.size());
    const op::Window window = op::window_of(a.window, op::spatial(a.layout, padded.shape()), kernel, false);
    for (std::size_t i = 0; i < places; ++i) pads[i] = window[i].begin, pads[places + i] = window[i].end;
  }
  for (std::size_t i = 0; i < places; ++i) {
    pads[i] += (*more)[first + i];
    pads[places + i] += (*more)[rank + first + i];
  }
  return {std::move(pads), ""};
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  const Wiring wiring(before);
  Rebuild out(before);
  for (const Node& node : before.nodes()) {
    if (node.op == &op::pad) {
      const Node* reader = wiring.only_reader(node.outputs[0]);
      if (!reader || reader->op != &op::conv) outcome.kept(node, "it is read by something else than one Conv");
    }
    const Node* pad = node.op == &op::conv ? wiring.producer(node.inputs[0]) : nullptr;
    if (!pad || pad->op != &op::pad || wiring.only_reader(pad->outputs[0]) != &node) {
      out.copy(node);
      continue;
    }
    const Plan p = plan(before, *pad, node);
    if (!p.reason.empty()) {
      outcome.kept(*pad, p.reason);
      out.copy(node);
      continue;
    }
    std::vector<ValueId> inputs = out.mapped(node.inputs);
    inputs[0] = out.mapped(pad->inputs[0]);
    out.emit_as(node.outputs[0], op::conv,
                with(op::conv, node.attributes, {{"auto_pad", std::string("NOTSET")}, {"pads", p.pads}}), inputs);
    outcome.changed(*pad, "absorbed by '" + node.name + "'");
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no Pad";
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace

const Pass absorb_pads = {
    .name = "absorb_pads", .summary = "a Conv takes over the zeros of a Pad before it", .run = run};

}  // namespace dlas::compiler
