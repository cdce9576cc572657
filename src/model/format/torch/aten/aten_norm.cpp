// Normalisations in inference, and softmax.
#include <fmt/format.h>

#include "model/format/torch/aten/aten.h"

namespace dlas::torch {
namespace {

constexpr double kEpsilon = 1e-5;  // of all normalisations of PyTorch

// Weights that a normalisation may lack: as many of one number.
Result<ValueId> weights_or(Call& call, std::size_t slot, const Shape& shape, DType dtype, double number) {
  if (call.given(slot)) return call.tensor(slot);
  DLAS_ASSIGN(const ValueId one, call.build.scalar(dtype, number));
  return call.build.step("Expand", {}, {one, call.build.list(shape)});
}

Result<std::int64_t> channels_of(Call& call, ValueId x) {
  const Type& type = call.build.type(x);
  if (!type.ranked() || type.rank() < 2 || !type.dim(1).known())
    return cannot("a number of channels that is not known");
  return type.dim(1).size();
}

Result<Datum> normalized_batch(Call& call, double epsilon) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  if (!call.given(3) || !call.given(4)) return cannot("statistics of the batch");
  DLAS_ASSIGN(const ValueId mean, call.tensor(3));
  DLAS_ASSIGN(const ValueId var, call.tensor(4));
  const Type statistics = call.build.type(mean);
  if (!statistics.fixed()) return cannot("statistics of unknown size");
  DLAS_ASSIGN(const ValueId w, weights_or(call, 1, statistics.shape(), statistics.dtype, 1));
  DLAS_ASSIGN(const ValueId b, weights_or(call, 2, statistics.shape(), statistics.dtype, 0));
  return call.build.finish("BatchNormalization", {{"epsilon", epsilon}}, {x, w, b, mean, var});
}

Result<Datum> normalized_layer(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const auto shape, call.integers(1));
  DLAS_ASSIGN(const ValueId w, weights_or(call, 2, shape, call.build.type(x).dtype, 1));
  DLAS_ASSIGN(const ValueId b, call.tensor_or_none(3));
  DLAS_ASSIGN(const double epsilon, call.real(4, kEpsilon));
  const auto axis = -static_cast<std::int64_t>(shape.size());
  return call.build.finish("LayerNormalization", {{"axis", axis}, {"epsilon", epsilon}}, {x, w, b});
}

Result<Datum> normalized_groups(Call& call, std::size_t weight, std::int64_t groups, double epsilon) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t channels, channels_of(call, x));
  DLAS_ASSIGN(const ValueId w, weights_or(call, weight, {channels}, call.build.type(x).dtype, 1));
  DLAS_ASSIGN(const ValueId b, weights_or(call, weight + 1, {channels}, call.build.type(x).dtype, 0));
  return call.build.finish("GroupNormalization", {{"num_groups", groups}, {"epsilon", epsilon}}, {x, w, b});
}

Result<Datum> over_axis(Call& call, std::string_view op) {
  DLAS_ASSIGN(ValueId x, call.tensor(0));
  DLAS_ASSIGN(const std::int64_t axis, call.axis(1, x, -1));
  // A third argument is an element type, or of the operators with "_" in front whether half becomes float.
  if (call.given(2) && !std::holds_alternative<bool>(call.datum(2))) {
    DLAS_ASSIGN(const DType dtype, call.dtype(2));
    DLAS_ASSIGN(x, call.build.cast(x, dtype));
  }
  return call.build.finish(op, {{"axis", axis}}, {x});
}

}  // namespace

// input weight bias running_mean running_var training momentum eps
Result<Datum> batch_norm(Call& call) {
  DLAS_ASSIGN(const bool training, call.flag(5, false));
  if (training) return cannot("training mode");
  DLAS_ASSIGN(const double epsilon, call.real(7, kEpsilon));
  return normalized_batch(call, epsilon);
}

Result<Datum> native_batch_norm(Call& call) {
  DLAS_ASSIGN(const Datum out, batch_norm(call));
  return tuple_of({out, Datum(), Datum()});
}

// input weight bias running_mean running_var momentum eps
Result<Datum> batch_norm_no_training(Call& call) {
  DLAS_ASSIGN(const double epsilon, call.real(6, kEpsilon));
  DLAS_ASSIGN(const Datum out, normalized_batch(call, epsilon));
  return tuple_of({out, Datum(), Datum()});
}

// input normalized_shape weight bias eps
Result<Datum> layer_norm(Call& call) { return normalized_layer(call); }
Result<Datum> native_layer_norm(Call& call) {
  DLAS_ASSIGN(const Datum out, normalized_layer(call));
  return tuple_of({out, Datum(), Datum()});
}

// input num_groups weight bias eps
Result<Datum> group_norm(Call& call) {
  DLAS_ASSIGN(const std::int64_t groups, call.integer(1));
  DLAS_ASSIGN(const double epsilon, call.real(4, kEpsilon));
  return normalized_groups(call, 2, groups, epsilon);
}

// input weight bias N C HxW group eps
Result<Datum> native_group_norm(Call& call) {
  DLAS_ASSIGN(const std::int64_t groups, call.integer(6));
  DLAS_ASSIGN(const double epsilon, call.real(7, kEpsilon));
  DLAS_ASSIGN(const Datum out, normalized_groups(call, 1, groups, epsilon));
  return tuple_of({out, Datum(), Datum()});
}

// input weight bias running_mean running_var use_input_stats momentum eps
Result<Datum> instance_norm(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const bool own, call.flag(5, true));
  if (!own) return cannot("running statistics of instances");
  DLAS_ASSIGN(const std::int64_t channels, channels_of(call, x));
  DLAS_ASSIGN(const ValueId w, weights_or(call, 1, {channels}, call.build.type(x).dtype, 1));
  DLAS_ASSIGN(const ValueId b, weights_or(call, 2, {channels}, call.build.type(x).dtype, 0));
  DLAS_ASSIGN(const double epsilon, call.real(7, kEpsilon));
  return call.build.finish("InstanceNormalization", {{"epsilon", epsilon}}, {x, w, b});
}

// self dim dtype
Result<Datum> softmax(Call& call) { return over_axis(call, "Softmax"); }
Result<Datum> log_softmax(Call& call) { return over_axis(call, "LogSoftmax"); }

// self ord dim keepdim dtype
Result<Datum> vector_norm(Call& call) {
  DLAS_ASSIGN(const ValueId x, call.tensor(0));
  DLAS_ASSIGN(const double order, call.real(1, 2));
  if (order != 1 && order != 2) return cannot(fmt::format("a norm of order {}", order));
  if (call.given(4)) return cannot("a norm in another type");
  DLAS_ASSIGN(const auto axes, call.axes(2, x));
  DLAS_ASSIGN(const bool keep, call.flag(3, false));
  return call.build.finish(order == 1 ? "ReduceL1" : "ReduceL2", {{"keepdims", std::int64_t{keep}}},
                           {x, call.build.list(axes)});
}

}  // namespace dlas::torch
