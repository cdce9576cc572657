// Chains of element-wise operators as one task over rows of numbers.
#include <algorithm>
#include <array>
#include <functional>

#include "compiler/lower/pointwise.h"
#include "compiler/lower/rules.h"

namespace dlas::compiler {
namespace {

constexpr std::size_t kMostSteps = 32;      // of one task
constexpr std::int64_t kPiece = 16 * 1024;  // numbers that a thread takes at a time where they lie in one row

// What one step reads besides the chain's value: strides by axis of the result, 0 along repeated ones.
struct Operand {
  SlotId slot = kNoSlot;
  Strides strides;
};

class PointwiseTask final : public Task {
 public:
  // `shape`: that of the result in the form of its slot; strides of pictures are read from the frame.
  PointwiseTask(const algorithm::VectorCode& code, Shape shape, std::vector<PointStep> steps,
                std::vector<Operand> operands, SlotId from, SlotId to)
      : code_(code), shape_(std::move(shape)), steps_(std::move(steps)), operands_(std::move(operands)) {
    reads = {from};
    for (const Operand& o : operands_)
      if (o.slot != kNoSlot && std::ranges::find(reads, o.slot) == reads.end()) reads.push_back(o.slot);
    writes = {to};
    in_place = true;
  }
  std::string describe() const override { return "pointwise"; }

  // Rows of pixels: the last two axes. Where all operands are alike and nothing lies between the pixels, one long row in pieces.
  Status run(Frame& frame) const override {
    const std::int64_t all = count(shape_);
    if (is_flat(frame)) {
      const auto piece = [&](std::int64_t i) { run_piece(frame, i * kPiece, std::min(kPiece, all - i * kPiece)); };
      (*frame.loop)((all + kPiece - 1) / kPiece, std::ref(piece));
    } else {
      const auto row = [&](std::int64_t i) { run_row(frame, i); };
      (*frame.loop)(all / (width() * channels()), std::ref(row));
    }
    return {};
  }

 private:
  using Chain = std::array<algorithm::ChainStep, kMostSteps>;

  std::int64_t channels() const { return shape_.back(); }
  std::int64_t width() const { return shape_[shape_.size() - 2]; }

  bool is_flat(const Frame& frame) const {
    const auto dense = [&](SlotId slot) {
      const Placed& p = frame.at(slot);
      if (p.form == Form::plain) return true;
      return p.view.stride_w == shape_[3] && p.view.stride_h == shape_[2] * p.view.stride_w &&
             p.view.stride_n == shape_[1] * p.view.stride_h;
    };
    const auto alike = [&](const Operand& o) {
      return o.slot == kNoSlot || (o.strides.empty() && dense(o.slot)) || is_one(o);
    };
    return dense(reads[0]) && dense(writes[0]) && std::ranges::all_of(operands_, alike);
  }
  static bool is_one(const Operand& o) {
    return !o.strides.empty() && std::ranges::all_of(o.strides, [](std::int64_t s) { return s == 0; });
  }

  // From one pixel of a row to the next.
  std::int64_t pixel(const Placed& p, const Strides& own) const {
    if (!own.empty()) return own[own.size() - 2];
    return p.form == Form::picture ? p.view.stride_w : channels();
  }
  float* start(const Frame& frame, SlotId slot, const Strides& own, std::int64_t row) const {
    const Placed& p = frame.at(slot);
    const std::array<std::int64_t, 2> picture{p.view.stride_n, p.view.stride_h};
    std::int64_t out = own.empty() && p.form == Form::plain ? row * width() * channels() : 0;
    for (std::size_t axis = shape_.size() - 2; axis-- > 0 && (!own.empty() || p.form == Form::picture);) {
      out += row % shape_[axis] * (own.empty() ? picture[axis] : own[axis]);
      row /= shape_[axis];
    }
    return reinterpret_cast<float*>(frame.bytes(slot)) + out;
  }

  algorithm::ChainStep step(std::size_t s) const { return {.op = steps_[s].op, .a = steps_[s].a, .b = steps_[s].b}; }

  void run_row(const Frame& frame, std::int64_t row) const {
    static const Strides none;
    Chain chain;
    for (std::size_t s = 0; s < steps_.size(); ++s) {
      const Operand& o = operands_[s];
      chain[s] = step(s);
      if (o.slot == kNoSlot) continue;
      chain[s].y = start(frame, o.slot, o.strides, row);
      chain[s].y_x = pixel(frame.at(o.slot), o.strides);
      chain[s].repeated = !o.strides.empty() && o.strides.back() == 0;
    }
    const Placed& from = frame.at(reads[0]);
    const Placed& to = frame.at(writes[0]);
    code_.chain({.steps = chain.data(),
                 .count = std::ssize(steps_),
                 .in = start(frame, reads[0], none, row),
                 .in_x = pixel(from, none),
                 .out = start(frame, writes[0], none, row),
                 .out_x = pixel(to, none),
                 .width = width(),
                 .channels = channels(),
                 .padding = to.form == Form::picture ? to.padding : 0});
  }

  void run_piece(const Frame& frame, std::int64_t first, std::int64_t n) const {
    Chain chain;
    for (std::size_t s = 0; s < steps_.size(); ++s) {
      const Operand& o = operands_[s];
      chain[s] = step(s);
      if (o.slot == kNoSlot) continue;
      chain[s].repeated = is_one(o);
      chain[s].y = reinterpret_cast<const float*>(frame.bytes(o.slot)) + (chain[s].repeated ? 0 : first);
    }
    code_.chain({.steps = chain.data(),
                 .count = std::ssize(steps_),
                 .in = reinterpret_cast<const float*>(frame.bytes(reads[0])) + first,
                 .out = reinterpret_cast<float*>(frame.bytes(writes[0])) + first,
                 .width = 1,
                 .channels = n});
  }

  const algorithm::VectorCode& code_;
  Shape shape_;  // of the result, two axes at least
  std::vector<PointStep> steps_;
  std::vector<Operand> operands_;  // by step; no slot where a step takes one number
};

// Strides of a row-major value in the axes of the result; nothing when it does not broadcast to it.
std::optional<Strides> strides_in(const Shape& value, const Shape& result) {
  if (broadcast(value, result) != result) return std::nullopt;
  return broadcast_strides(value, result);
}

// The shape of a picture for a value of at most four axes that is broadcast against one of `rank` axes: its own axes last.
std::optional<Shape> as_picture(const Shape& value, std::size_t rank, const Shape& result) {
  Shape padded(rank - value.size(), 1);
  padded.insert(padded.end(), value.begin(), value.end());
  if (rank == 4) return padded;
  const Shape lead(padded.begin(), padded.end() - 1);
  if (count(lead) == 1) return Shape{1, 1, 1, padded.back()};
  return count(lead) == result[2] ? std::optional(Shape{1, 1, result[2], padded.back()}) : std::nullopt;
}

class Builder {
 public:
  Builder(Lowering& lowering, Scope& scope) : lowering_(lowering), scope_(scope) {}

  // Takes as many nodes of the chain as it can.
  Lowered build(std::span<const Node* const> chain) {
    const Node& first = *chain[0];
    const Type type = scope_.graph->value(first.outputs[0]).type;
    if (!is_plain_f32(type) || type.count() == 0 || type.rank() == 0) return {0, "a result that is not plain float32"};
    const auto from = main_input(first, type);
    if (!from) return {0, "no input of the sizes of the result"};
    source_ = first.inputs[*from];
    std::size_t taken = 0;
    ValueId value = source_;
    for (const Node* node : chain) {
      const std::size_t slot =
          taken == 0 ? *from : static_cast<std::size_t>(std::ranges::find(node->inputs, value) - node->inputs.begin());
      std::vector<PointStep> more;
      if (node->op == nullptr || *scope_.graph->value(node->outputs[0]).type.dims != *type.dims ||
          !append_steps(lowering_, scope_, *node, slot, more) || !fits(more, value, taken > 0, type) ||
          steps_.size() + more.size() > kMostSteps)
        break;
      steps_.insert(steps_.end(), more.begin(), more.end());
      value = node->outputs[0];
      ++taken;
    }
    if (taken == 0) return {0, "no fast kernel for " + first.op_name + " with these inputs"};
    write(first, value, type);
    return {taken, ""};
  }

 private:
  // The input that has the sizes of the result; one that is no constant, a picture rather than plain.
  std::optional<std::size_t> main_input(const Node& node, const Type& type) {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] == kNone || lowering_.known(scope_, node, i)) continue;
      const Type& t = lowering_.type(scope_, node.inputs[i]);
      if (!is_plain_f32(t) || *t.dims != *type.dims) continue;
      if (!found ||
          (!lowering_.is_picture(scope_, node.inputs[*found]) && lowering_.is_picture(scope_, node.inputs[i])))
        found = i;
    }
    return found;
  }

  // Operands are float32, broadcast to the result, and are not the chain's own value once it has changed.
  bool fits(const std::vector<PointStep>& steps, ValueId chain_value, bool changed, const Type& type) {
    return std::ranges::all_of(steps, [&](const PointStep& s) {
      if (!s.operand) return true;
      if (changed && *s.operand == chain_value) return false;
      if (scope_.reps[static_cast<std::size_t>(*s.operand)] == kNone) return false;
      const Type& t = lowering_.type(scope_, *s.operand);
      return is_plain_f32(t) && t.rank() <= type.rank() && strides_in(t.shape(), type.shape()).has_value();
    });
  }

  void write(const Node& first, ValueId result, const Type& type) {
    const bool picture = picture_shape(type).has_value() && wants_picture(type);
    Shape shape = picture ? *picture_shape(type) : type.shape();
    if (shape.size() == 1) shape.insert(shape.begin(), 1);
    const SlotId from = picture ? lowering_.picture(scope_, source_) : lowering_.plain(scope_, source_);
    std::vector<Operand> operands;
    for (const PointStep& s : steps_)
      operands.push_back(s.operand ? operand(*s.operand, type, shape, picture) : Operand{});
    const SlotId to =
        picture ? lowering_.begin_result(scope_, result, shape, false) : lowering_.plain_result(scope_, result);
    lowering_.add(std::make_unique<PointwiseTask>(algorithm::vector_code(lowering_.target.name), shape,
                                                  std::move(steps_), std::move(operands), from, to),
                  first);
  }

  // Pictures stay pictures as long as every operand can be read as one.
  bool wants_picture(const Type& type) {
    bool any = lowering_.is_picture(scope_, source_);
    for (const PointStep& s : steps_) {
      if (!s.operand) continue;
      const Type& t = lowering_.type(scope_, *s.operand);
      if (!as_picture(t.shape(), type.rank(), *picture_shape(type))) return false;
      any |= lowering_.is_picture(scope_, *s.operand);
    }
    return any;
  }

  Operand operand(ValueId v, const Type& type, const Shape& shape, bool picture) {
    const Type& t = lowering_.type(scope_, v);
    const bool alike = *t.dims == *type.dims;
    if (!picture) {
      const SlotId slot = lowering_.plain(scope_, v);
      return {slot, alike ? Strides{} : *strides_in(t.shape(), shape)};
    }
    if (alike) return {lowering_.picture(scope_, v), {}};
    // Broadcast: read in plain form, which small values lose little by.
    return {lowering_.plain(scope_, v), *strides_in(*as_picture(t.shape(), type.rank(), shape), shape)};
  }

  Lowering& lowering_;
  Scope& scope_;
  ValueId source_ = kNone;
  std::vector<PointStep> steps_;
};

}  // namespace

Lowered lower_pointwise(Lowering& lowering, Scope& scope, std::span<const Node* const> chain) {
  return Builder(lowering, scope).build(chain);
}

}  // namespace dlas::compiler
