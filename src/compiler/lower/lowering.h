// A graph on its way to a program: which slot holds which value, and in which form.
//
// A value may be there in plain form, as a picture (N, H, W, C in its own order of axes), or both: what a task wants and is not
// there yet is made by a copy, which plan/sharing.h removes again where the bytes are the same.
// One more operator with a fast kernel: a rule in a file of its own, named in rules.h and in the table of lower.cpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "algorithm/target.h"
#include "compiler/plan/program.h"
#include "model/graph/graph.h"
#include "model/op/traits.h"

namespace dlas::compiler {

// Where a value is. A body of a Fused node shares its inputs with the graph around it.
struct Rep {
  std::string name;
  Type type;
  Tensor known = {};  // its content, when constants alone decide it
  SlotId plain = kNoSlot, picture = kNoSlot;
};
using RepId = std::int32_t;

// A graph or the body of a Fused node, with the places of its values.
struct Scope {
  std::shared_ptr<const Graph> graph;
  std::vector<RepId> reps;  // by value; kNone where nothing computed it yet
};

class Lowering {
 public:
  Lowering(const algorithm::Target& made_for, Traits given) : target(made_for), traits(given) {}

  const algorithm::Target& target;
  const Traits traits;
  Program program;

  RepId add_rep(Rep rep);
  Rep& rep(const Scope& scope, ValueId value);
  const Type& type(const Scope& scope, ValueId value) { return rep(scope, value).type; }
  // The content of an input slot when constants decide it; null otherwise.
  const Tensor* known(const Scope& scope, const Node& node, std::size_t slot);

  // The value in this form, by a copy when it has the other one. REQUIRES: for pictures, picture_shape of its type.
  SlotId plain(const Scope& scope, ValueId value);
  SlotId picture(const Scope& scope, ValueId value);
  bool is_picture(const Scope& scope, ValueId value) { return rep(scope, value).picture != kNoSlot; }
  // A fresh slot of the arena as the value in this form.
  SlotId make_plain(const Scope& scope, ValueId value);
  SlotId make_picture(const Scope& scope, ValueId value);
  // A picture that is no value's own form, with the sizes n, h, w, c.
  SlotId scratch_picture(std::string name, Shape shape);
  // The value with these sizes as a picture; `channels_first`: its axes are n, c, h, w.
  SlotId picture_as(const Scope& scope, ValueId value, const Shape& shape, bool channels_first);
  // A picture for a result that nothing computed yet, and, once its task is added, the value that it stands for.
  SlotId begin_result(Scope& scope, ValueId value, const Shape& shape, bool channels_first);
  void end_result(const Scope& scope, ValueId value, SlotId picture, bool channels_first);
  // The same in plain form.
  SlotId plain_result(Scope& scope, ValueId value);
  void want_border(SlotId picture, const algorithm::Border& border);

  // Adds the task; node and operator are those of `node`.
  void add(std::unique_ptr<Task> task, const Node& node);

 private:
  std::vector<Rep> reps_;
};

// The sizes of a value as a picture: those of four axes, else all but the last as one row of pixels. Nothing for other element
// types, unknown sizes, no elements, or more axes.
std::optional<Shape> picture_shape(const Type& type);

// A value of plain float32 numbers with fixed sizes.
bool is_plain_f32(const Type& type);

}  // namespace dlas::compiler
