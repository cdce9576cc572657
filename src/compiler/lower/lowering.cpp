#include "compiler/lower/lowering.h"

#include "compiler/lower/copy_task.h"

namespace dlas::compiler {

bool is_plain_f32(const Type& type) { return type.dtype == DType::f32 && !type.quantized() && type.fixed(); }

std::optional<Shape> picture_shape(const Type& type) {
  if (!is_plain_f32(type) || type.rank() == 0 || type.rank() > 4) return std::nullopt;
  const Shape shape = type.shape();
  if (count(shape) == 0) return std::nullopt;
  if (shape.size() == 4) return shape;
  return Shape{1, 1, count(shape) / shape.back(), shape.back()};
}

RepId Lowering::add_rep(Rep rep) {
  reps_.push_back(std::move(rep));
  return static_cast<RepId>(reps_.size() - 1);
}

Rep& Lowering::rep(const Scope& scope, ValueId value) {
  const RepId id = scope.reps[static_cast<std::size_t>(value)];
  check(id != kNone, "a value is read after it was computed");
  return reps_[static_cast<std::size_t>(id)];
}

const Tensor* Lowering::known(const Scope& scope, const Node& node, std::size_t slot) {
  if (slot >= node.inputs.size() || node.inputs[slot] == kNone) return nullptr;
  const Rep& r = rep(scope, node.inputs[slot]);
  return r.known.absent() ? nullptr : &r.known;
}

SlotId Lowering::plain(const Scope& scope, ValueId value) {
  Rep& r = rep(scope, value);
  if (r.plain != kNoSlot) return r.plain;
  if (!r.known.absent()) {
    Slot slot{.name = r.name, .home = Home::constant, .dtype = r.known.dtype(), .shape = r.known.shape()};
    slot.constant = r.known;
    return r.plain = program.add(std::move(slot));
  }
  check(r.picture != kNoSlot, "a value that is read has a place");
  const SlotId made = make_plain(scope, value);
  program.tasks.push_back(copy_task(program, r.picture, made, Order::same));
  return made;
}

SlotId Lowering::picture(const Scope& scope, ValueId value) {
  Rep& r = rep(scope, value);
  if (r.picture != kNoSlot) return r.picture;
  const SlotId from = plain(scope, value);
  const SlotId made = make_picture(scope, value);
  program.tasks.push_back(copy_task(program, from, made, Order::same));
  return made;
}

SlotId Lowering::make_plain(const Scope& scope, ValueId value) {
  Rep& r = rep(scope, value);
  return r.plain = program.add({.name = r.name, .dtype = r.type.dtype, .shape = r.type.shape()});
}

SlotId Lowering::make_picture(const Scope& scope, ValueId value) {
  Rep& r = rep(scope, value);
  return r.picture = scratch_picture(r.name, picture_shape(r.type).value());
}

SlotId Lowering::scratch_picture(std::string name, Shape shape) {
  return program.add({.name = std::move(name), .form = Form::picture, .shape = std::move(shape)});
}

SlotId Lowering::picture_as(const Scope& scope, ValueId value, const Shape& shape, bool channels_first) {
  if (!channels_first && picture_shape(type(scope, value)) == shape) return picture(scope, value);
  const SlotId from = plain(scope, value);
  const SlotId made = scratch_picture(rep(scope, value).name, shape);
  program.tasks.push_back(copy_task(program, from, made, channels_first ? Order::channels_first : Order::same));
  return made;
}

SlotId Lowering::begin_result(Scope& scope, ValueId value, const Shape& shape, bool channels_first) {
  const Value& v = scope.graph->value(value);
  scope.reps[static_cast<std::size_t>(value)] = add_rep({.name = v.name, .type = v.type});
  return channels_first ? scratch_picture(v.name, shape) : make_picture(scope, value);
}

void Lowering::end_result(const Scope& scope, ValueId value, SlotId picture, bool channels_first) {
  if (!channels_first) return;
  const SlotId plain = make_plain(scope, value);
  program.tasks.push_back(copy_task(program, picture, plain, Order::channels_first));
}

SlotId Lowering::plain_result(Scope& scope, ValueId value) {
  const Value& v = scope.graph->value(value);
  scope.reps[static_cast<std::size_t>(value)] = add_rep({.name = v.name, .type = v.type});
  return make_plain(scope, value);
}

void Lowering::want_border(SlotId picture, const algorithm::Border& border) {
  Slot& slot = program.slot(picture);
  slot.border = larger(slot.border, border);
}

void Lowering::add(std::unique_ptr<Task> task, const Node& node) {
  task->node_name = node.name;
  task->op_name = node.op_name;
  program.tasks.push_back(std::move(task));
}

}  // namespace dlas::compiler
