#include "algorithm/problem.h"

#include <fmt/format.h>

#include <array>

namespace dlas::algorithm {
namespace {

constexpr std::array<std::string_view, 9> kFunctions = {"",     "sigmoid", "silu", "hard_swish", "hard_sigmoid",
                                                        "tanh", "gelu",    "mish", "leaky_relu"};

std::string clamp_text(const Epilogue& e) {
  if (e.low == 0 && e.high == std::numeric_limits<float>::infinity()) return " relu";
  if (e.low == 0 && e.high == 6) return " relu6";
  if (e.low == -std::numeric_limits<float>::infinity() && e.high == std::numeric_limits<float>::infinity()) return "";
  return fmt::format(" clamp({},{})", e.low, e.high);
}

}  // namespace

std::string_view text(Function function) {
  return function == Function::none ? "none" : kFunctions[static_cast<std::size_t>(function)];
}

std::string text(const Epilogue& e) {
  std::string out;
  if (e.bias) out += " bias";
  if (e.residual == Epilogue::Residual::before) out += " add";
  if (e.function == Function::leaky_relu) out += fmt::format(" leaky_relu({})", e.alpha);
  else if (e.function != Function::none) out += fmt::format(" {}", text(e.function));
  out += clamp_text(e);
  if (e.residual == Epilogue::Residual::after) out += " then_add";
  if (e.relu_after) out += " then_relu";
  return out;
}

std::string text(const ConvProblem& p) {
  return fmt::format("conv {} {}x{}x{}x{} -> {} k{}x{} s{}x{} d{}x{} p{},{},{},{} g{}{}", short_text(p.dtype), p.n, p.h,
                     p.w, p.in_channels, p.out_channels, p.kernel_h, p.kernel_w, p.stride_h, p.stride_w, p.dilation_h,
                     p.dilation_w, p.pads.top, p.pads.left, p.pads.bottom, p.pads.right, p.groups, text(p.epilogue));
}

std::string kernel_class(const ConvProblem& p) {
  const std::string_view kind = p.depthwise() ? "depthwise" : p.groups > 1 ? "grouped" : p.dense() ? "dense" : "conv";
  std::string out(kind);
  if (p.dtype != DType::f32) out += fmt::format(" {}", short_text(p.dtype));
  if (!p.dense()) out += fmt::format(" {}x{} s{}", p.kernel_h, p.kernel_w, p.stride_h);
  if (p.stride_w != p.stride_h) out += fmt::format("x{}", p.stride_w);
  if (p.dilation_h != 1 || p.dilation_w != 1) out += fmt::format(" d{}x{}", p.dilation_h, p.dilation_w);
  return out + text(p.epilogue);
}

}  // namespace dlas::algorithm
