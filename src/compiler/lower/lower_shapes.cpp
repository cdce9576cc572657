// Reshapes, transposes and concatenations: copies, of which most disappear when memory is shared.
#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>

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
  PermuteTask(SlotId from, SlotId to, const Type& type, const Perm& perm)
      : size_(bits(type.dtype) / 8), shape_(perm.size() < 2 ? 2 - perm.size() : 0, 1), strides_(shape_.size(), 0) {
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
    const std::int64_t block = shape_[rank() - 2] * shape_[rank() - 1];
    const std::int64_t blocks = block == 0 ? 0 : count(shape_) / block;
    const auto copy = [&](std::int64_t i) { copy_block(from + start(i) * size_, to + i * block * size_); };
    (*frame.loop)(blocks, std::ref(copy));
    return {};
  }

 private:
  std::size_t rank() const { return shape_.size(); }
  // The first element of a block of the result: its last two axes.
  std::int64_t start(std::int64_t block) const {
    std::int64_t offset = 0;
    for (std::size_t axis = rank() - 2; axis-- > 0;) {
      offset += block % shape_[axis] * strides_[axis];
      block /= shape_[axis];
    }
    return offset;
  }
  void copy_block(const std::byte* from, std::byte* to) const {
    const std::int64_t rows = shape_[rank() - 2], columns = shape_[rank() - 1];
    const std::int64_t down = strides_[rank() - 2] * size_, right = strides_[rank() - 1] * size_;
    for (std::int64_t r = 0; r < rows; ++r, from += down, to += columns * size_) {
      if (right == size_) std::memcpy(to, from, static_cast<std::size_t>(columns * size_));
      else if (size_ == 4)
        for (std::int64_t c = 0; c < columns; ++c) std::memcpy(to + c * 4, from + c * right, 4);
      else
        for (std::int64_t c = 0; c < columns; ++c)
          std::memcpy(to + c * size_, from + c * right, static_cast<std::size_t>(size_));
    }
  }
  std::int64_t size_;
  Shape shape_;  // of the result
  Strides strides_;
};

// Values one after the other along any axis; any element type of whole bytes.
class JoinTask final : public Task {
 public:
  // `bytes` of each operand lie side by side for each of the `rows`.
  JoinTask(const std::vector<SlotId>& operands, std::vector<std::int64_t> bytes, std::int64_t rows, SlotId to)
      : operands_(operands), bytes_(std::move(bytes)), rows_(rows) {
    for (const SlotId slot : operands)
      if (std::ranges::find(reads, slot) == reads.end()) reads.push_back(slot);
    writes = {to};
  }
  std::string describe() const override { return "join"; }

  Status run(Frame& frame) const override {
    const std::int64_t row = std::accumulate(bytes_.begin(), bytes_.end(), std::int64_t{0});
    std::int64_t start = 0;
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      const std::byte* from = frame.bytes(operands_[i]);
      std::byte* to = frame.bytes(writes[0]) + start;
      for (std::int64_t r = 0; r < rows_; ++r)
        std::memcpy(to + r * row, from + r * bytes_[i], static_cast<std::size_t>(bytes_[i]));
      start += bytes_[i];
    }
    return {};
  }

 private:
  std::vector<SlotId> operands_;
  std::vector<std::int64_t> bytes_;
  std::int64_t rows_;
};

// Operands in plain form.
std::string join(Lowering& lowering, Scope& scope, const Node& node, std::size_t axis) {
  const Type& to = scope.graph->value(node.outputs[0]).type;
  if (!whole_bytes(to)) return "sizes that are not known";
  // Quantised operands may each have a scale of their own.
  if (to.quantized()) return "quantised values";
  std::vector<std::int64_t> bytes;
  for (const ValueId v : node.inputs) {
    const Type& type = lowering.type(scope, v);
    if (!whole_bytes(type) || type.dtype != to.dtype || type.quantized()) return "an input of another type";
    const Shape shape = type.shape();
    bytes.push_back(count(std::span(shape).subspan(axis)) * (bits(type.dtype) / 8));
  }
  std::vector<SlotId> operands;
  for (const ValueId v : node.inputs) operands.push_back(lowering.plain(scope, v));
  const Shape shape = to.shape();
  const std::int64_t rows = count(shape) == 0 ? 0 : count(std::span(shape).first(axis));
  const SlotId whole = lowering.plain_result(scope, node.outputs[0]);
  lowering.add(std::make_unique<JoinTask>(operands, std::move(bytes), rows, whole), node);
  return "";
}

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
  if (node.inputs.size() > 1 && node.inputs[1] != kNone && !lowering.known(scope, node, 1))
    return "a shape that is computed";
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
  if (!axis) return "sizes that are not known";
  bool pictures = picture_shape(to).has_value() && *axis + 1 == to.rank();
  for (const ValueId v : node.inputs) pictures = pictures && picture_shape(lowering.type(scope, v)).has_value();
  if (!pictures) return join(lowering, scope, node, *axis);
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
