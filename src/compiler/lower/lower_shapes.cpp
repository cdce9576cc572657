// Reshapes, transposes and concatenations: copies, of which most disappear when memory is shared.
#include <algorithm>
#include <cstring>
#include <functional>

#include "compiler/attributes.h"
#include "compiler/layout_flow.h"
#include "compiler/lower/copy_task.h"
#include "compiler/lower/rules.h"

namespace dlas::compiler {
namespace {

std::size_t at(ValueId v) { return static_cast<std::size_t>(v); }

bool whole_bytes(const Type& type) { return type.fixed() && !is_packed(type.dtype) && type.dtype != DType::none; }

// Element by element into another order of axes; any element type of whole bytes.
class PermuteTask final : public Task {
 public:
  PermuteTask(SlotId from, SlotId to, const Type& type, const Perm& perm) : size_(bits(type.dtype) / 8) {
    reads = {from};
    writes = {to};
    const Strides strides = row_major(type.shape());
    for (const std::size_t p : perm) {
      shape_.push_back(type.shape()[p]);
      strides_.push_back(strides[p]);
    }
  }
  std::string describe() const override { return "permute"; }

  Status run(Frame& frame) const override {
    const std::byte* from = frame.bytes(reads[0]);
    std::byte* to = frame.bytes(writes[0]);
    const std::int64_t inner = shape_.empty() ? 1 : shape_.back();
    const std::int64_t stride = strides_.empty() ? 1 : strides_.back();
    const std::int64_t rows = inner == 0 ? 0 : count(shape_) / inner;
    const auto copy = [&](std::int64_t row) {
      copy_row(from + start(row) * size_, to + row * inner * size_, inner, stride);
    };
    (*frame.loop)(rows, std::ref(copy));
    return {};
  }

 private:
  // The first element of a row of the result.
  std::int64_t start(std::int64_t row) const {
    std::int64_t offset = 0;
    for (std::size_t axis = shape_.size(); axis-- > 1;) {
      offset += row % shape_[axis - 1] * strides_[axis - 1];
      row /= shape_[axis - 1];
    }
    return offset;
  }
  void copy_row(const std::byte* from, std::byte* to, std::int64_t n, std::int64_t stride) const {
    if (stride == 1) {
      std::memcpy(to, from, static_cast<std::size_t>(n * size_));
    } else if (size_ == 4) {
      for (std::int64_t i = 0; i < n; ++i) std::memcpy(to + i * 4, from + i * stride * 4, 4);
    } else {
      for (std::int64_t i = 0; i < n; ++i)
        std::memcpy(to + i * size_, from + i * stride * size_, static_cast<std::size_t>(size_));
    }
  }
  std::int64_t size_;
  Shape shape_;  // of the result
  Strides strides_;
};

bool is(const Perm& perm, std::initializer_list<std::size_t> axes) { return std::ranges::equal(perm, axes); }

}  // namespace

std::string lower_reshape(Lowering& lowering, Scope& scope, const Node& node) {
  const Type& from = lowering.type(scope, node.inputs[0]);
  const Type& to = scope.graph->value(node.outputs[0]).type;
  for (std::size_t i = 1; i < node.outputs.size(); ++i)
    if (node.outputs[i] != kNone) return "its second output";
  if (!whole_bytes(from) || !whole_bytes(to) || from.dtype != to.dtype || from.count() != to.count())
    return "sizes that are not known";
  if (node.inputs.size() > 2) return "more inputs than a value and its shape";
  if (*from.dims == *to.dims) {  // a new name for the same value
    scope.reps[at(node.outputs[0])] = scope.reps[at(node.inputs[0])];
    return "";
  }
  const SlotId source = lowering.plain(scope, node.inputs[0]);
  const SlotId made = lowering.plain_result(scope, node.outputs[0]);
  lowering.program.tasks.push_back(copy_task(lowering.program, source, made, Order::same));
  return "";
}

std::string lower_transpose(Lowering& lowering, Scope& scope, const Node& node) {
  const Type from = lowering.type(scope, node.inputs[0]);
  const ValueId out = node.outputs[0];
  if (!whole_bytes(from) || !scope.graph->value(out).type.fixed()) return "sizes that are not known";
  const auto perm = perm_of(node, from.rank());
  if (!perm) return "a permutation of another rank";
  const bool picture = from.rank() == 4 && picture_shape(from).has_value();
  if (picture && is(*perm, {0, 2, 3, 1})) {
    const SlotId source = lowering.plain(scope, node.inputs[0]);
    const SlotId made = lowering.begin_result(scope, out, *picture_shape(scope.graph->value(out).type), false);
    lowering.add(copy_task(lowering.program, source, made, Order::channels_first), node);
    return "";
  }
  if (picture && is(*perm, {0, 3, 1, 2}) && lowering.is_picture(scope, node.inputs[0])) {
    const SlotId source = lowering.picture(scope, node.inputs[0]);
    const SlotId made = lowering.plain_result(scope, out);
    lowering.add(copy_task(lowering.program, source, made, Order::channels_first), node);
    return "";
  }
  const SlotId source = lowering.plain(scope, node.inputs[0]);
  const SlotId made = lowering.plain_result(scope, out);
  lowering.add(std::make_unique<PermuteTask>(source, made, from, *perm), node);
  return "";
}

std::string lower_concat(Lowering& lowering, Scope& scope, const Node& node) {
  const Type& to = scope.graph->value(node.outputs[0]).type;
  const auto axis = to.ranked() ? normalized_axis(integer(node, "axis").value_or(0), to.rank()) : std::nullopt;
  if (activates(node)) return "a fused activation";
  if (!picture_shape(to) || !axis) return "a value that is no float32 picture";
  if (*axis + 1 != to.rank()) return "an axis that is not that of the channels";
  for (const ValueId v : node.inputs)
    if (!picture_shape(lowering.type(scope, v))) return "an input that is no float32 picture";
  std::vector<SlotId> sources;
  for (const ValueId v : node.inputs) sources.push_back(lowering.picture(scope, v));
  const SlotId whole = lowering.begin_result(scope, node.outputs[0], *picture_shape(to), false);
  std::int64_t channel = 0;
  for (const SlotId source : sources) {
    const Slot part = lowering.program.slot(source);
    const SlotId made = lowering.program.add(
        {.name = part.name, .form = Form::picture, .shape = part.shape, .inside = whole, .first_channel = channel});
    channel += part.shape[3];
    lowering.add(copy_task(lowering.program, source, made, Order::same), node);
  }
  return "";
}

}  // namespace dlas::compiler
