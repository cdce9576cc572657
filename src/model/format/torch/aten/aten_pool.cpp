// Pools and resampling. "Adaptive" pools name the sizes they make; windows follow from the sizes they are given.
#include <fmt/format.h>

#include <cmath>

#include "model/format/torch/aten/aten.h"

namespace dlas::torch {
namespace {

// The spatial axes are those in the operator's name: max_pool2d, upsample_nearest1d.
std::size_t axes_in_name(std::string_view op) {
  const std::size_t digit = op.find_first_of("123");
  return digit == std::string_view::npos ? 2 : static_cast<std::size_t>(op[digit] - '0');
}

Status check_batched(Call& call, ValueId x, std::size_t axes) {
  DLAS_ASSIGN(const std::size_t rank, call.rank_of(x));
  if (rank != axes + 2) return cannot(fmt::format("a pool over {} axes", rank));
  return {};
}

Result<AttributeList> window(Call& call, std::size_t axes, std::size_t ceil) {
  DLAS_ASSIGN(const auto kernel, call.spread(1, axes, 1));
  auto strides = kernel;
  if (call.given(2)) {
    DLAS_ASSIGN(const auto list, call.items(2));
    if (!list.empty()) {
      DLAS_ASSIGN(strides, call.spread(2, axes, 1));
    }
  }
  DLAS_ASSIGN(auto pads, call.spread(3, axes, 0));
  pads.insert(pads.end(), pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(axes));
  DLAS_ASSIGN(const bool up, call.flag(ceil, false));
  return AttributeList{{"kernel_shape", kernel}, {"strides", strides}, {"pads", pads}, {"ceil_mode", up}};
}

// The window of an adaptive pool when it is the same everywhere: each size is a multiple of the one that is made.
std::optional<std::vector<std::int64_t>> even_window(const Type& type, const std::vector<std::int64_t>& out) {
  std::vector<std::int64_t> kernel;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Dim& in = type.dim(i + 2);
    if (!in.known() || out[i] < 1 || in.size() < 1 || in.size() % out[i] != 0) return std::nullopt;
    kernel.push_back(in.size() / out[i]);
  }
  return kernel;
}

// None among the sizes keeps the input's.
Result<std::vector<std::int64_t>> wanted_sizes(Call& call, const Type& type, std::size_t axes) {
  DLAS_ASSIGN(std::vector<Datum> items, call.items(1));
  if (items.size() == 1) items.assign(axes, items[0]);
  if (items.size() != axes) return cannot(fmt::format("{} sizes of a pool", items.size()));
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < axes; ++i) {
    if (is_none(items[i]) && type.dim(i + 2).known()) items[i] = type.dim(i + 2).size();
    if (!std::holds_alternative<std::int64_t>(items[i])) return cannot("sizes of a pool that are not known");
    out.push_back(std::get<std::int64_t>(items[i]));
  }
  return out;
}

// Row i of the matrix is the mean over window i, from floor(i in / out) up to ceil((i + 1) in / out).
Tensor means(std::int64_t in, std::int64_t out, bool transposed) {
  Tensor m = Tensor::make(DType::f32, transposed ? Shape{in, out} : Shape{out, in});
  const auto elements = m.mutable_as<float>();
  for (std::int64_t i = 0; i < out; ++i) {
    const std::int64_t first = i * in / out, last = ((i + 1) * in + out - 1) / out;
    for (std::int64_t j = first; j < last; ++j)
      elements[static_cast<std::size_t>(transposed ? j * out + i : i * in + j)] =
          1.0F / static_cast<float>(last - first);
  }
  return m;
}

// Windows of different sizes: a mean over rows, then one over columns, each a product with a matrix.
Result<Datum> uneven_means(Call& call, ValueId x, const std::vector<std::int64_t>& sizes) {
  constexpr std::int64_t kMost = 1 << 12;
  const Type type = call.build.type(x);
  if (sizes.size() > 2 || type.dtype != DType::f32) return cannot("an adaptive pool whose windows differ");
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const Dim& in = type.dim(i + 2);
    if (!in.known()) return cannot("an adaptive pool over sizes that are not known");
    if (in.size() < 1 || in.size() > kMost || sizes[i] < 1 || sizes[i] > kMost)
      return cannot("an adaptive pool over that many places");
  }
  const std::size_t last = sizes.size() - 1;
  const ValueId columns = call.build.constant(means(type.dim(last + 2).size(), sizes[last], true), "means");
  if (last == 0) return call.build.finish("MatMul", {}, {x, columns});
  DLAS_ASSIGN(const ValueId narrow, call.build.step("MatMul", {}, {x, columns}));
  const ValueId rows = call.build.constant(means(type.dim(2).size(), sizes[0], false), "means");
  return call.build.finish("MatMul", {}, {rows, narrow});
}

Result<Datum> adaptive(Call& call, std::string_view everywhere, std::string_view pool) {
  const std::size_t axes = axes_in_name(call.op);
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_TRY(check_batched(call, x, axes));
  const Type type = call.build.type(x);
  DLAS_ASSIGN(const auto sizes, wanted_sizes(call, type, axes));
  if (std::ranges::all_of(sizes, [](std::int64_t s) { return s == 1; })) return call.build.finish(everywhere, {}, {x});
  if (const auto kernel = even_window(type, sizes))
    return call.build.finish(pool, {{"kernel_shape", *kernel}, {"strides", *kernel}}, {x});
  if (pool != "AveragePool") return cannot("an adaptive maximum whose windows differ");
  return uneven_means(call, x, sizes);
}

std::string_view mode_of(std::string_view op) {
  if (op.find("bicubic") != std::string_view::npos) return "cubic";
  return op.find("nearest") != std::string_view::npos ? "nearest" : "linear";
}

// PyTorch's nearest takes the source at floor(i * in / out); "exact" takes pixel centres.
Result<AttributeList> resize_attributes(std::string_view op, bool aligned) {
  const std::string_view mode = mode_of(op);
  AttributeList out{{"mode", std::string(mode)}};
  if (op.find("_aa") != std::string_view::npos) return cannot("resampling with antialiasing");
  if (mode == "nearest") {
    const bool exact = op.find("exact") != std::string_view::npos;
    out.push_back({"coordinate_transformation_mode", std::string(exact ? "half_pixel" : "asymmetric")});
    out.push_back({"nearest_mode", std::string(exact ? "round_prefer_ceil" : "floor")});
  } else {
    out.push_back({"coordinate_transformation_mode", std::string(aligned ? "align_corners" : "half_pixel")});
    out.push_back({"cubic_coeff_a", -0.75});
  }
  return out;
}

Result<Datum> resize(Call& call, ValueId x, const std::vector<Datum>& sizes, bool aligned) {
  DLAS_ASSIGN(AttributeList attributes, resize_attributes(call.op, aligned));
  std::vector<std::int64_t> axes;
  for (std::size_t i = 0; i < sizes.size(); ++i) axes.push_back(static_cast<std::int64_t>(i) + 2);
  attributes.push_back({"axes", axes});
  DLAS_ASSIGN(const ValueId wanted, call.build.sizes_value(sizes));
  return call.build.finish("Resize", attributes, {x, kNone, kNone, wanted});
}

// Sizes floor(in * factor), known only where the input's are.
Result<std::vector<Datum>> scaled(Call& call, ValueId x, std::size_t slot) {
  DLAS_ASSIGN(const std::vector<Datum> factors, call.items(slot));
  const Type& type = call.build.type(x);
  std::vector<Datum> out;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const auto* factor = std::get_if<double>(&factors[i]);
    if (!factor || !(*factor > 0 && *factor < 1e6) || type.rank() != factors.size() + 2 || !type.dim(i + 2).known())
      return cannot("resampling by a factor of sizes that are not known");
    // PyTorch steps by the factor itself, ONNX by the quotient of the sizes; they are one where the size is whole.
    const double size = static_cast<double>(type.dim(i + 2).size()) * *factor;
    if (size != std::floor(size)) return cannot("resampling by a factor to a size that is not whole");
    out.emplace_back(static_cast<std::int64_t>(size));
  }
  return out;
}

}  // namespace

// self kernel_size stride padding dilation ceil_mode
Result<Datum> max_pool(Call& call) {
  const std::size_t axes = axes_in_name(call.op);
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_TRY(check_batched(call, x, axes));
  DLAS_ASSIGN(AttributeList attributes, window(call, axes, 5));
  DLAS_ASSIGN(auto dilations, call.spread(4, axes, 1));
  attributes.push_back({"dilations", std::move(dilations)});
  return call.build.finish("MaxPool", attributes, {x});
}

Result<Datum> max_pool_with_indices(Call& call) {
  DLAS_ASSIGN(const Datum out, max_pool(call));
  return tuple_of({out, Datum()});
}

// self kernel_size stride padding ceil_mode count_include_pad divisor_override
Result<Datum> avg_pool(Call& call) {
  const std::size_t axes = axes_in_name(call.op);
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_TRY(check_batched(call, x, axes));
  if (call.given(6)) return cannot("a mean with another divisor");
  DLAS_ASSIGN(AttributeList attributes, window(call, axes, 4));
  DLAS_ASSIGN(const bool padding, call.flag(5, true));
  attributes.push_back({"count_include_pad", padding});
  return call.build.finish("AveragePool", attributes, {x});
}

// self output_size
Result<Datum> adaptive_avg_pool(Call& call) { return adaptive(call, "GlobalAveragePool", "AveragePool"); }
Result<Datum> adaptive_max_pool(Call& call) {
  DLAS_ASSIGN(const Datum out, adaptive(call, "GlobalMaxPool", "MaxPool"));
  return tuple_of({out, Datum()});
}

// self output_size scales...
Result<Datum> upsample(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_TRY(check_batched(call, x, axes_in_name(call.op)));
  if (!call.given(1)) {
    DLAS_ASSIGN(const auto sizes, scaled(call, x, 2));
    return resize(call, x, sizes, false);
  }
  DLAS_ASSIGN(const auto sizes, call.items(1));
  return resize(call, x, sizes, false);
}

// self output_size align_corners scales...
Result<Datum> upsample_aligned(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_TRY(check_batched(call, x, axes_in_name(call.op)));
  DLAS_ASSIGN(const bool aligned, call.flag(2, false));
  if (!call.given(1)) {
    DLAS_ASSIGN(const auto sizes, scaled(call, x, 3));
    return resize(call, x, sizes, aligned);
  }
  DLAS_ASSIGN(const auto sizes, call.items(1));
  return resize(call, x, sizes, aligned);
}

}  // namespace dlas::torch
