#include "compiler/lower/anchor.h"

#include <algorithm>

#include "compiler/attributes.h"
#include "compiler/weights.h"
#include "model/op/conv.h"
#include "model/op/list_nn.h"

namespace dlas::compiler {
namespace {

Error no_kernel(std::string why) { return make_error(Code::unsupported, "a fast kernel", why); }

// Why the node's tensors are nothing for a kernel; empty when they are fine.
std::string obstacle(Lowering& lowering, const Scope& scope, const Node& node) {
  for (const ValueId v : {node.inputs[0], node.outputs[0]})
    if (!is_plain_f32(scope.graph->value(v).type)) return "a value that is not plain float32 with fixed sizes";
  const Tensor* w = lowering.known(scope, node, 1);
  if (!w) return "weights that are no constant";
  if (w->dtype() != DType::f32) return "weights of " + std::string(text(w->dtype()));
  if (node.inputs.size() > 2 && node.inputs[2] != kNone && !lowering.known(scope, node, 2))
    return "a bias that is no constant";
  if (count(w->shape()) == 0 || scope.graph->value(node.outputs[0]).type.count() == 0) return "no elements";
  return "";
}

std::string clamp_of(const std::string& activation, algorithm::Epilogue& e) {
  if (activation.empty() || activation == "none") return "";
  if (activation == "relu") e.low = 0;
  else if (activation == "relu6") e.low = 0, e.high = 6;
  else if (activation == "relu_n1_to_1") e.low = -1, e.high = 1;
  else if (activation == "tanh") e.function = algorithm::Function::tanh;
  else return "the activation " + activation;
  return "";
}

// Weights in the order o, y, x, i from any order: strides of the source by these four.
Result<Tensor> ordered(const Tensor& w, std::array<std::int64_t, 4> sizes, std::array<std::int64_t, 4> strides) {
  DLAS_ASSIGN(Tensor out, Tensor::zeros(DType::f32, Shape(sizes.begin(), sizes.end())));
  float* to = out.mutable_as<float>().data();
  const float* from = w.as<float>().data();
  for (std::int64_t o = 0; o < sizes[0]; ++o)
    for (std::int64_t y = 0; y < sizes[1]; ++y)
      for (std::int64_t x = 0; x < sizes[2]; ++x) {
        const float* row = from + o * strides[0] + y * strides[1] + x * strides[2];
        for (std::int64_t i = 0; i < sizes[3]; ++i) *to++ = row[i * strides[3]];
      }
  return out;
}

Result<Tensor> filter_of(const op::ConvAttributes& a, const Tensor& w, const algorithm::ConvProblem& p) {
  const std::int64_t o = p.out_channels, y = p.kernel_h, x = p.kernel_w, i = p.in_channels / p.groups;
  const std::array<std::int64_t, 4> sizes{o, y, x, i};
  switch (a.filter) {
    case op::Filter::oihw: return ordered(w, sizes, {i * y * x, x, 1, y * x});
    case op::Filter::ohwi: return ordered(w, sizes, {y * x * i, x * i, i, 1});
    case op::Filter::hwio: return ordered(w, sizes, {1, x * i * o, i * o, o});
    case op::Filter::ihwo: return ordered(w, sizes, {1, x * o, o, y * x * o});
    case op::Filter::hwcm: return ordered(w, sizes, {1, x * o, o, 0});
  }
  return w;
}

std::vector<double> bias_of(const Tensor* bias, std::int64_t channels) {
  return bias ? numbers(bias, static_cast<std::size_t>(channels)) : std::vector<double>();
}

Result<Anchor> conv(Lowering& lowering, const Scope& scope, const Node& node) {
  const auto& a = node.attributes.as<op::ConvAttributes>();
  const Type& x = scope.graph->value(node.inputs[0]).type;
  const Tensor& w = *lowering.known(scope, node, 1);
  if (x.rank() != 4) return no_kernel("a convolution over " + std::to_string(x.rank() - 2) + " axes");
  Anchor out;
  const auto sizes = op::filter_sizes(a.filter, *Type::of(w).dims);
  const Shape kernel{sizes.kernel[0].size(), sizes.kernel[1].size()};
  const Shape place = op::spatial(a.layout, x.shape());
  const op::Window window = op::window_of(a.window, place, kernel, false);
  auto& p = out.problem;
  p.n = x.dim(0).size();
  p.h = place[0];
  p.w = place[1];
  p.in_channels = x.dim(op::channel_axis(a.layout, 4)).size();
  p.out_channels = sizes.out.size();
  p.groups = a.group;
  p.kernel_h = kernel[0];
  p.kernel_w = kernel[1];
  p.stride_h = window[0].stride;
  p.stride_w = window[1].stride;
  p.dilation_h = window[0].dilation;
  p.dilation_w = window[1].dilation;
  p.pads = {window[0].begin, window[1].begin, window[0].end, window[1].end};
  if (std::min({p.pads.top, p.pads.left, p.pads.bottom, p.pads.right}) < 0) return no_kernel("negative padding");
  if (p.groups < 1 || p.in_channels % p.groups != 0) return no_kernel("its groups");
  if (p.out_h() != window[0].out || p.out_w() != window[1].out) return no_kernel("its window");
  out.channels_first = a.layout == op::Layout::channels_first;
  out.in = {p.n, p.h, p.w, p.in_channels};
  DLAS_ASSIGN(out.weights, filter_of(a, w, p));
  out.bias = bias_of(lowering.known(scope, node, 2), p.out_channels);
  out.out = {p.n, p.out_h(), p.out_w(), p.out_channels};
  return out;
}

// What the padding takes off the output before its first place, by axis.
std::int64_t cut_off(const Node& node, std::size_t axis, std::int64_t whole, std::int64_t out) {
  const std::vector<std::int64_t> pads = integers(node, "pads");
  const std::string mode = word(node, "auto_pad");
  const std::int64_t total = std::max<std::int64_t>(0, whole - out);
  if (mode == "SAME_UPPER") return total / 2;
  if (mode == "SAME_LOWER" || !integers(node, "output_shape").empty()) return total - total / 2;
  return mode == "NOTSET" && !pads.empty() ? pads[axis] : 0;
}

Result<Anchor> conv_transpose(Lowering& lowering, const Scope& scope, const Node& node) {
  const Type& x = scope.graph->value(node.inputs[0]).type;
  const Type& y = scope.graph->value(node.outputs[0]).type;
  const Tensor& w = *lowering.known(scope, node, 1);
  if (x.rank() != 4) return no_kernel("a convolution over " + std::to_string(x.rank() - 2) + " axes");
  Anchor out;
  out.channels_first = word(node, "layout") == "NCHW";
  const op::Layout layout = out.channels_first ? op::Layout::channels_first : op::Layout::channels_last;
  const bool ohwi = word(node, "filter") == "OHWI";
  const Shape from = op::spatial(layout, x.shape()), to = op::spatial(layout, y.shape());
  const auto at = [&](std::string_view name, std::size_t axis, std::int64_t fallback) {
    const auto list = integers(node, name);
    return list.empty() ? fallback : list[axis];
  };
  algorithm::ConvTransposeProblem p{.n = x.dim(0).size(), .h = from[0], .w = from[1], .out_h = to[0], .out_w = to[1]};
  p.in_channels = x.dim(op::channel_axis(layout, 4)).size();
  p.out_channels = y.dim(op::channel_axis(layout, 4)).size();
  p.groups = integer(node, "group").value_or(1);
  p.kernel_h = w.dim(ohwi ? 1 : 2), p.kernel_w = w.dim(ohwi ? 2 : 3);
  p.stride_h = at("strides", 0, 1), p.stride_w = at("strides", 1, 1);
  p.dilation_h = at("dilations", 0, 1), p.dilation_w = at("dilations", 1, 1);
  const auto whole = [&](std::size_t i, std::int64_t in, std::int64_t kernel, std::int64_t stride,
                         std::int64_t dilation) {
    return stride * (in - 1) + at("output_padding", i, 0) + (kernel - 1) * dilation + 1;
  };
  p.pad_top = cut_off(node, 0, whole(0, p.h, p.kernel_h, p.stride_h, p.dilation_h), p.out_h);
  p.pad_left = cut_off(node, 1, whole(1, p.w, p.kernel_w, p.stride_w, p.dilation_w), p.out_w);
  const std::int64_t rows = p.in_channels / p.groups, width = p.out_channels / p.groups, taps = p.kernel_h * p.kernel_w;
  const std::array<std::int64_t, 4> sizes{p.out_channels, p.kernel_h, p.kernel_w, rows};
  if (!ohwi && p.groups > 1) return no_kernel("groups");
  DLAS_ASSIGN(out.weights, ordered(w, sizes,
                                   ohwi ? std::array<std::int64_t, 4>{taps * rows, p.kernel_w * rows, rows, 1}
                                        : std::array<std::int64_t, 4>{taps, p.kernel_w, 1, width * taps}));
  out.bias = bias_of(lowering.known(scope, node, 2), p.out_channels);
  out.in = {p.n, p.h, p.w, p.in_channels};
  out.out = {p.n, p.out_h, p.out_w, p.out_channels};
  out.problem.out_channels = p.out_channels;
  out.transposed = p;
  return out;
}

// Rows of the input times weights [in, out], or [out, in] when `transposed`.
Result<Anchor> dense(Lowering& lowering, const Scope& scope, const Node& node, bool transposed, double scale = 1) {
  const Tensor& w = *lowering.known(scope, node, 1);
  const Type& x = scope.graph->value(node.inputs[0]).type;
  if (w.rank() != 2) return no_kernel("weights of " + std::to_string(w.rank()) + " axes");
  const std::int64_t in = w.dim(transposed ? 1 : 0), units = w.dim(transposed ? 0 : 1);
  // The sizes of the result say what a row is: FullyConnected may read all but the first axis as one.
  const auto place = picture_shape(scope.graph->value(node.outputs[0]).type);
  if (!place || (*place)[3] != units || count(*place) / units * in != *x.count())
    return no_kernel("rows that are not those of the weights");
  Anchor out;
  out.in = {(*place)[0], (*place)[1], (*place)[2], in};
  auto& p = out.problem;
  p.n = (*place)[0];
  p.h = (*place)[1];
  p.w = (*place)[2];
  p.in_channels = in;
  p.out_channels = units;
  DLAS_ASSIGN(out.weights, ordered(w, {units, 1, 1, in}, {transposed ? in : 1, 0, 0, transposed ? 1 : units}));
  if (scale != 1)
    for (float& value : out.weights.mutable_as<float>()) value = static_cast<float>(value * scale);
  out.bias = bias_of(lowering.known(scope, node, 2), units);
  out.out = *place;
  return out;
}

// C of a Gemm as a number for each unit; nothing when it is another shape.
bool spread_bias(const Tensor& c, double beta, Anchor& anchor) {
  const auto units = static_cast<std::size_t>(anchor.problem.out_channels);
  const bool one = c.count() == 1;
  if (!one && (c.count() != std::int64_t(units) || c.shape().back() != std::int64_t(units))) return false;
  anchor.bias.resize(units);
  for (std::size_t i = 0; i < units; ++i) anchor.bias[i] = beta * c.number(one ? 0 : static_cast<std::int64_t>(i));
  return true;
}

Result<Anchor> gemm(Lowering& lowering, const Scope& scope, const Node& node) {
  if (flag(node, "transA").value_or(false)) return no_kernel("a transposed input");
  const bool turned = flag(node, "transB").value_or(false);
  Node without_bias = node;
  without_bias.inputs.resize(2);
  DLAS_ASSIGN(Anchor out, dense(lowering, scope, without_bias, turned, real(node, "alpha").value_or(1)));
  const Tensor* c = lowering.known(scope, node, 2);
  if (c && !spread_bias(*c, real(node, "beta").value_or(1), out)) return no_kernel("a bias for each row");
  return out;
}

Result<Anchor> problem_of(Lowering& lowering, const Scope& scope, const Node& node) {
  if (node.op == &op::conv) return conv(lowering, scope, node);
  if (node.op == &op::conv_transpose) return conv_transpose(lowering, scope, node);
  if (node.op == &op::gemm) return gemm(lowering, scope, node);
  if (node.op == &op::fully_connected) return dense(lowering, scope, node, true);
  if (flag(node, "adj_x").value_or(false)) return no_kernel("a transposed input");
  return dense(lowering, scope, node, flag(node, "adj_y").value_or(false));
}

}  // namespace

std::uint64_t multiply_adds(const Anchor& a) {
  if (!a.transposed) return static_cast<std::uint64_t>(a.problem.multiply_adds());
  const auto& p = *a.transposed;
  return static_cast<std::uint64_t>(p.n * p.h * p.w * p.kernel_h * p.kernel_w * p.in_channels *
                                    (p.out_channels / p.groups));
}

bool is_anchor(const Node& node) {
  return node.op == &op::conv || node.op == &op::conv_transpose || node.op == &op::gemm ||
         node.op == &op::fully_connected || node.op == &op::mat_mul;
}

Result<Anchor> anchor_of(Lowering& lowering, const Scope& scope, const Node& node) {
  if (const std::string why = obstacle(lowering, scope, node); !why.empty()) return no_kernel(why);
  DLAS_ASSIGN(Anchor out, problem_of(lowering, scope, node));
  out.problem.epilogue.bias = !out.bias.empty();
  if (const std::string why = clamp_of(word(node, "activation"), out.problem.epilogue); !why.empty())
    return no_kernel(why);
  return out;
}

}  // namespace dlas::compiler
