#include "model/format/torch/alias.h"

#include <algorithm>
#include <limits>

namespace dlas::torch {
namespace {

std::int64_t axis_of(const View& view) { return static_cast<std::int64_t>(view.axis); }

// The same cut again, of a base that has changed.
Result<ValueId> derived(const View& view, ValueId base, Build& build) {
  switch (view.kind) {
    case View::Kind::slice:
      return build.step("Slice", {},
                        {base, build.list({view.start}), build.list({view.end}), build.list({axis_of(view)})});
    case View::Kind::select: {
      const ValueId index = build.constant(Tensor::scalar(view.start), "index");
      return build.step("Gather", {{"axis", axis_of(view)}}, {base, index});
    }
    case View::Kind::reshape: return build.step("Reshape", {}, {base, build.list(view.list)});
    case View::Kind::permute: return build.step("Transpose", {{"perm", view.list}}, {base});
    case View::Kind::unknown: break;
  }
  return cannot("a tensor that may share memory with one that was changed in place");
}

// The base with [start, end) along an axis replaced.
Result<ValueId> spliced(ValueId base, ValueId part, std::int64_t axis, std::int64_t start, std::int64_t end,
                        Build& build) {
  constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
  const Type& type = build.type(base);
  const Dim size = type.ranked() ? type.dim(static_cast<std::size_t>(axis)) : Dim();
  if (!size.known() && (start < 0 || end < 0)) return cannot("a change in place counted from an unknown end");
  const std::int64_t all = size.known() ? size.size() : kEnd;
  const auto place = [&](std::int64_t i) { return std::clamp<std::int64_t>(i < 0 ? i + all : i, 0, all); };
  const std::int64_t first = place(start), last = std::max(first, place(end));
  std::vector<ValueId> parts;
  if (first > 0) {
    DLAS_ASSIGN(const ValueId before,
                build.step("Slice", {}, {base, build.list({0}), build.list({first}), build.list({axis})}));
    parts.push_back(before);
  }
  parts.push_back(part);
  if (last < all) {
    DLAS_ASSIGN(const ValueId after,
                build.step("Slice", {}, {base, build.list({last}), build.list({kEnd}), build.list({axis})}));
    parts.push_back(after);
  }
  if (parts.size() == 1) return part;
  return build.step("Concat", {{"axis", axis}}, std::move(parts));
}

// What the base is after the tensor cut out of it has become `part`.
Result<ValueId> written_back(const View& view, ValueId base, ValueId part, Build& build) {
  switch (view.kind) {
    case View::Kind::slice: return spliced(base, part, axis_of(view), view.start, view.end, build);
    case View::Kind::select: {
      DLAS_ASSIGN(const ValueId row, build.step("Unsqueeze", {}, {part, build.list({axis_of(view)})}));
      const std::int64_t end = view.start == -1 ? std::numeric_limits<std::int64_t>::max() : view.start + 1;
      return spliced(base, row, axis_of(view), view.start, end, build);
    }
    case View::Kind::reshape: {
      DLAS_ASSIGN(const ValueId shape, build.step("Shape", {}, {base}));
      return build.step("Reshape", {}, {part, shape});
    }
    case View::Kind::permute: {
      std::vector<std::int64_t> inverse(view.list.size());
      for (std::size_t i = 0; i < inverse.size(); ++i)
        inverse[static_cast<std::size_t>(view.list[i])] = static_cast<std::int64_t>(i);
      return build.step("Transpose", {{"perm", inverse}}, {part});
    }
    case View::Kind::unknown: break;
  }
  return cannot("a change in place of a tensor that may share memory with another");
}

}  // namespace

Result<ValueId> current(const TensorRef& tensor, Build& build) {
  std::vector<Cell*> chain;  // from the tensor to what it was cut out of
  for (Cell* c = tensor.get(); c; c = c->base.get()) chain.push_back(c);
  for (auto c = chain.rbegin(); c != chain.rend(); ++c) {
    if ((*c)->doubtful) return cannot("a tensor that may share memory with one that was changed in place");
    if (!(*c)->base || (*c)->base->version == (*c)->base_version) continue;
    DLAS_ASSIGN((*c)->value, derived((*c)->view, (*c)->base->value, build));
    (*c)->base_version = (*c)->base->version;
    ++(*c)->version;
  }
  return tensor->value;
}

Status change(const TensorRef& tensor, ValueId value, Build& build) {
  DLAS_TRY([&] {
    const auto fresh = current(tensor, build);
    return fresh.ok() ? Status() : Status(fresh.error());
  }());
  tensor->value = value;
  ++tensor->version;
  for (Cell* c = tensor.get(); c->base; c = c->base.get()) {
    Cell& base = *c->base;
    if (c->view.kind == View::Kind::unknown) {
      // Whether the base has changed depends on strides that are not followed here: nobody may read it any more.
      base.doubtful = true;
      break;
    }
    DLAS_ASSIGN(base.value, written_back(c->view, base.value, c->value, build));
    ++base.version;
    c->base_version = base.version;
  }
  return {};
}

Result<Datum> view_of(const Datum& made, const TensorRef& base, View view) {
  const auto& cell = std::get<TensorRef>(made);
  if (base->depth >= kDeepest) return cannot("a view of a view of a view, more than 64 deep");
  cell->depth = base->depth + 1;
  cell->base = base;
  cell->base_version = base->version;
  cell->view = std::move(view);
  return made;
}

}  // namespace dlas::torch
