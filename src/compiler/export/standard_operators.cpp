// The operators and attributes that ONNX has not, in operators of ONNX. Keeps the numbers within rounding.
//   FullyConnected -> Gemm, or MatMul and Add      Relu6, ReluN1To1 -> Clip           Rsqrt -> Reciprocal(Sqrt)
//   Square, SquaredDifference -> Mul               NotEqual -> Not(Equal)             Reverse -> Slice with steps of -1
//   MatMul with adjoint factors -> Transpose       Softmax with a factor -> Mul       FloorDiv of floats -> Floor(Div)
#include <fmt/format.h>

#include <limits>
#include <numeric>

#include "compiler/attributes.h"
#include "compiler/export/export.h"
#include "compiler/rebuild.h"
#include "compiler/weights.h"
#include "compiler/wiring.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"
#include "model/op/list_shape.h"

namespace dlas::compiler {
namespace {

// A rule writes what computes the node, or says why it cannot.
using Rule = std::string (*)(Rebuild& out, const Node& node);

const Type& input_type(const Rebuild& out, const Node& node, std::size_t slot) {
  return out.before().value(node.inputs[slot]).type;
}
AttributeSet plain(const Op& op) { return attributes_of(op, {}); }

ValueId swapped(Rebuild& out, ValueId value, const std::string& name) {
  std::vector<std::int64_t> perm(out.type(value).rank());
  std::iota(perm.begin(), perm.end(), 0);
  std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
  return out.emit(op::transpose, attributes_of(op::transpose, {{"perm", perm}}), {value}, name);
}

std::string fully_connected(Rebuild& out, const Node& node) {
  const Type& x = input_type(out, node, 0);
  const Type& w = input_type(out, node, 1);
  if (!x.ranked() || !w.ranked() || !w.dim(1).known()) return "its sizes are unknown";
  std::vector<ValueId> inputs = out.mapped(node.inputs);
  const bool keep = *flag(node, "keep_num_dims");
  const ValueId y = node.outputs[0];
  if (!keep && x.rank() != 2) {
    const ValueId rows =
        out.constant(node.name + "/rows", Tensor::of_i64(std::vector{std::int64_t{-1}, w.dim(1).size()}));
    inputs[0] = out.emit(op::reshape, plain(op::reshape), {inputs[0], rows}, node.name + "/flat");
  }
  const std::size_t rank = out.type(inputs[0]).rank();
  if (rank == 2) {
    while (inputs.back() == kNone) inputs.pop_back();
    out.emit_as(y, op::gemm, attributes_of(op::gemm, {{"transB", true}}), std::move(inputs));
    return "";
  }
  const ValueId turned = swapped(out, inputs[1], node.name + "/weight");
  if (!has_input(node, 2)) {
    out.emit_as(y, op::mat_mul, plain(op::mat_mul), {inputs[0], turned});
    return "";
  }
  const ValueId product = out.emit(op::mat_mul, plain(op::mat_mul), {inputs[0], turned}, node.name + "/product");
  out.emit_as(y, op::add, plain(op::add), {product, inputs[2]});
  return "";
}

std::string clipped(Rebuild& out, const Node& node, double low, double high) {
  const DType dtype = input_type(out, node, 0).dtype;
  out.emit_as(node.outputs[0], op::clip, {},
              {out.mapped(node.inputs[0]), out.constant(node.name + "/min", rounded(dtype, {}, {low})),
               out.constant(node.name + "/max", rounded(dtype, {}, {high}))});
  return "";
}
std::string relu6(Rebuild& out, const Node& node) { return clipped(out, node, 0, 6); }
std::string relu_n1_to_1(Rebuild& out, const Node& node) { return clipped(out, node, -1, 1); }

std::string rsqrt(Rebuild& out, const Node& node) {
  const ValueId root = out.emit(op::sqrt, {}, {out.mapped(node.inputs[0])}, node.name + "/root");
  out.emit_as(node.outputs[0], op::reciprocal, {}, {root});
  return "";
}

std::string square(Rebuild& out, const Node& node) {
  const ValueId x = out.mapped(node.inputs[0]);
  out.emit_as(node.outputs[0], op::mul, plain(op::mul), {x, x});
  return "";
}

std::string squared_difference(Rebuild& out, const Node& node) {
  const ValueId d = out.emit(op::sub, plain(op::sub), out.mapped(node.inputs), node.name + "/difference");
  out.emit_as(node.outputs[0], op::mul, plain(op::mul), {d, d});
  return "";
}

std::string not_equal(Rebuild& out, const Node& node) {
  const ValueId same = out.emit(op::equal, {}, out.mapped(node.inputs), node.name + "/equal");
  out.emit_as(node.outputs[0], op::not_, {}, {same});
  return "";
}

std::string floor_div(Rebuild& out, const Node& node) {
  if (!is_float(input_type(out, node, 0).dtype)) return "Div of ONNX rounds integers to zero";
  const ValueId ratio = out.emit(op::div, plain(op::div), out.mapped(node.inputs), node.name + "/ratio");
  out.emit_as(node.outputs[0], op::floor, {}, {ratio});
  return "";
}

std::string reverse(Rebuild& out, const Node& node) {
  const Tensor* axes = constant_input(out.before(), node, 1);
  if (!axes) return "its axes are computed";
  const std::vector<std::int64_t> list = axes->integers();
  const auto all = [&](const char* what, std::int64_t value) {
    return out.constant(node.name + "/" + what, Tensor::of_i64(std::vector(list.size(), value)));
  };
  const ValueId names = out.constant(node.name + "/axes", Tensor::of_i64(list));
  out.emit_as(node.outputs[0], op::slice, {},
              {out.mapped(node.inputs[0]), all("starts", -1), all("ends", std::numeric_limits<std::int64_t>::min()),
               names, all("steps", -1)});
  return "";
}

bool adjoint(const Node& node) { return *flag(node, "adj_x") || *flag(node, "adj_y"); }
std::string mat_mul(Rebuild& out, const Node& node) {
  std::vector<ValueId> inputs = out.mapped(node.inputs);
  for (const ValueId v : inputs)
    if (!out.type(v).ranked() || out.type(v).rank() < 2) return "a factor has less than two axes";
  if (*flag(node, "adj_x")) inputs[0] = swapped(out, inputs[0], node.name + "/x");
  if (*flag(node, "adj_y")) inputs[1] = swapped(out, inputs[1], node.name + "/y");
  out.emit_as(node.outputs[0], op::mat_mul, plain(op::mat_mul), std::move(inputs));
  return "";
}

bool scaled(const Node& node) { return *real(node, "beta") != 1 || *flag(node, "flatten"); }
std::string softmax(Rebuild& out, const Node& node) {
  const Type& x = input_type(out, node, 0);
  ValueId input = out.mapped(node.inputs[0]);
  const double beta = *real(node, "beta");
  if (beta != 1) {
    const ValueId factor = out.constant(node.name + "/beta", rounded(x.dtype, {}, {beta}));
    input = out.emit(op::mul, plain(op::mul), {input, factor}, node.name + "/scaled");
  }
  if (!*flag(node, "flatten")) {
    out.emit_as(node.outputs[0], *node.op, with(*node.op, node.attributes, {{"beta", 1.0}}), {input});
    return "";
  }
  // All axes from `axis` on are one row: two axes for the operator, and the old sizes afterwards.
  const ValueId flat = out.emit(op::flatten, attributes_of(op::flatten, {{"axis", *integer(node, "axis")}}), {input},
                                node.name + "/flat");
  const ValueId rows =
      out.emit(*node.op, attributes_of(*node.op, {{"axis", std::int64_t{-1}}}), {flat}, node.name + "/rows");
  const ValueId sizes =
      out.emit(op::shape, attributes_of(op::shape, {}), {out.mapped(node.inputs[0])}, node.name + "/sizes");
  out.emit_as(node.outputs[0], op::reshape, plain(op::reshape), {rows, sizes});
  return "";
}

// Where no size is 0 the two meanings of 0 are one, and the usual needs no attribute that old runtimes do not know.
bool allows_zero(const Node& node) { return *flag(node, "allowzero"); }
std::string reshape(Rebuild& out, const Node& node) {
  const Tensor* sizes = constant_input(out.before(), node, 1);
  if (!sizes) return "its sizes are computed";
  for (const std::int64_t size : sizes->integers())
    if (size == 0) return "it has a size of 0";
  out.emit_as(node.outputs[0], op::reshape, plain(op::reshape), out.mapped(node.inputs));
  return "";
}

struct Entry {
  const Op* op;
  Rule rule;
  bool (*applies)(const Node&) = nullptr;  // null: always
};
const Entry kRules[] = {
    {&op::floor_div, floor_div},
    {&op::fully_connected, fully_connected},
    {&op::hardmax, softmax, scaled},
    {&op::log_softmax, softmax, scaled},
    {&op::mat_mul, mat_mul, adjoint},
    {&op::not_equal, not_equal},
    {&op::relu6, relu6},
    {&op::relu_n1_to_1, relu_n1_to_1},
    {&op::reshape, reshape, allows_zero},
    {&op::reverse, reverse},
    {&op::rsqrt, rsqrt},
    {&op::softmax, softmax, scaled},
    {&op::square, square},
    {&op::squared_difference, squared_difference},
};

const Entry* rule_of(const Node& node) {
  for (const Entry& entry : kRules)
    if (entry.op == node.op) return !entry.applies || entry.applies(node) ? &entry : nullptr;
  return nullptr;
}

Result<Outcome> run(Graph& graph, const Settings&) {
  Outcome outcome;
  const Graph before = graph;
  Rebuild out(before);
  for (const Node& node : before.nodes()) {
    const Entry* entry = rule_of(node);
    const std::string reason = entry ? entry->rule(out, node) : "";
    if (!entry || !reason.empty()) out.copy(node);
    if (!entry) continue;
    if (reason.empty()) outcome.changed(node, fmt::format("{} in operators of ONNX", node.op_name));
    else outcome.kept(node, reason);
  }
  if (outcome.changes.empty() && outcome.obstacles.empty()) outcome.absent = "no operator that ONNX has not";
  if (!outcome.changes.empty()) DLAS_TRY(out.finish(graph));
  return outcome;
}

}  // namespace

const Pass standard_operators = {
    .name = "standard_operators", .summary = "extensions become operators of ONNX", .parameters = {}, .run = run};

}  // namespace dlas::compiler
