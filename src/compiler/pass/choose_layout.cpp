// Operators on pictures are computed in one layout, NHWC or NCHW; Transposes convert where the graph is of another one:
//   Conv(x; NCHW)  ->  Transpose(Conv(Transpose(x); NHWC)), the Transposes between two such operators left out.
// Channels that lie side by side (NHWC) are what the compiled kernels load as vectors. Keeps every output bit for bit: a kernel
// sums the same products in either layout. The conversions are counted; when they move more than `share` percent of what the
// converted operators read and write, the graph stays as it was.
#include <fmt/format.h>

#include "base/text.h"
#include "compiler/attributes.h"
#include "compiler/layout_flow.h"
#include "compiler/pass/list.h"
#include "model/op/list_shape.h"

namespace dlas::compiler {
namespace {

constexpr std::string_view kLayouts[] = {"NCHW", "NHWC"};
constexpr Parameter kParameters[] = {
    {"layout", "the layout of all operators on pictures", "NHWC", kLayouts},
    {"share", "most bytes for conversions, in percent of what the converted operators move", "50"}};

// A value of the other layout as the twin of one in `layout`: old axis i is axis perm[i] of the twin.
Perm perm_to(std::string_view layout, std::size_t rank) {
  Perm perm{0};
  if (layout == "NHWC") perm.push_back(rank - 1);
  for (std::size_t i = 1; i + 1 < rank; ++i) perm.push_back(layout == "NHWC" ? i : i + 1);
  if (layout == "NCHW") perm.push_back(1);
  return perm;
}

std::string obstacle(const Graph& graph, const Node& node) {
  for (std::size_t i = 1; i < node.outputs.size(); ++i)
    if (node.outputs[i] != kNone) return "its second output depends on the layout";
  for (const ValueId v : {node.inputs[0], node.outputs[0]}) {
    const Type& type = graph.value(v).type;
    if (!type.ranked() || type.rank() < 3) return "its input has less than three axes";
    if (type.quantized() && type.quantization->per_axis()) return "it is quantised by axis";
  }
  return "";
}

struct Plan {
  std::string layout;
  std::uint64_t moved = 0;  // by the operators that are converted
  const Node* first = nullptr;
  Outcome tried;
};

void convert(LayoutFlow& flow, const Node& node, Plan& plan) {
  const Graph& before = flow.out().before();
  const std::size_t rank = before.value(node.inputs[0]).type.rank();
  const Perm perm = perm_to(plan.layout, rank);
  std::vector<ValueId> inputs{flow.twin_or_made(node.inputs[0], perm)};
  for (std::size_t s = 1; s < node.inputs.size(); ++s) inputs.push_back(flow.plain(node.inputs[s]));
  flow.put_twin(node, with(*node.op, node.attributes, {{"layout", plan.layout}}), std::move(inputs), perm);
  plan.moved += bytes_of(before.value(node.inputs[0]).type) + bytes_of(before.value(node.outputs[0]).type);
  if (!plan.first) plan.first = &node;
  plan.tried.changed(node, fmt::format("{} computed in {}", node.op_name, plan.layout));
}

Result<Outcome> run(Graph& graph, const Settings& settings) {
  Outcome outcome;
  Plan plan;
  plan.layout = word(settings, "layout");
  const Graph before = graph;
  LayoutFlow flow(before);
  for (const Node& node : before.nodes()) {
    const std::string layout = node.op ? word(node, "layout") : "";
    const bool other = !layout.empty() && layout != plan.layout;
    const std::string reason = other ? obstacle(before, node) : "";
    if (!reason.empty()) outcome.kept(node, reason);
    if (other && reason.empty()) convert(flow, node, plan);
    else if (!layout.empty() || !flow.pass_through(node)) flow.copy(node);
  }
  if (!plan.first) {
    if (outcome.obstacles.empty()) outcome.absent = "no operator in another layout than " + plan.layout;
    return outcome;
  }
  Graph after = before;
  DLAS_TRY(flow.finish(after));
  const std::uint64_t was = transposed_bytes(before), is = transposed_bytes(after), more = is - std::min(is, was);
  const std::string counted =
      fmt::format("conversions move {} bytes, the converted operators {}", thousands(2 * more), thousands(plan.moved));
  if (2 * more * 100 > plan.moved * number(settings, "share")) {
    outcome.kept(*plan.first, counted);
    return outcome;
  }
  graph = std::move(after);
  outcome.changes = std::move(plan.tried.changes);
  outcome.changed(*plan.first, counted);
  return outcome;
}

}  // namespace

const Pass choose_layout = {.name = "choose_layout",
                            .summary = "operators on pictures are computed in one layout",
                            .parameters = kParameters,
                            .run = run};

}  // namespace dlas::compiler
