// Borders, and blocks of pixels that become channels or pictures. SpaceToBatchND and BatchToSpaceND, which TensorFlow makes of
// dilated convolutions, are a Reshape, a Transpose and a Reshape, with padding before or cropping after.
#include <fmt/format.h>

#include "model/format/tensorflow/convert.h"

namespace dlas::tensorflow {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int32_t>::max();

// [before, after] for each axis -> all befores, then all afters.
Result<ValueId> paddings(Call& call) {
  const Tensor* pairs = call.build.constant(call.in[1]);
  if (!pairs) return cannot("paddings that are computed");
  if (pairs->rank() != 2 || pairs->dim(1) != 2 || !is_int(pairs->dtype()) || pairs->dim(0) > kLargest)
    return cannot("paddings that are no pairs");
  Numbers out;
  const std::int64_t axes = pairs->dim(0);
  for (const std::int64_t side : {0, 1})
    for (std::int64_t i = 0; i < axes; ++i) out.push_back(pairs->integer(2 * i + side));
  return call.build.list(out);
}

Outputs moved_blocks(Call& call, std::string_view op) {
  DLAS_ASSIGN(const std::string layout, call.layout());
  return call.build.finish(op, {{"blocksize", call.integer("block_size", 0)}, {"layout", layout}}, {call.in[0]});
}

struct Blocks {
  Numbers sizes;       // of the blocks, one a spatial axis
  Numbers begin, end;  // padding or cropping
  Numbers dims;        // of the input; the batch is -1
};

Result<Blocks> blocks_of(const Call& call) {
  Blocks b;
  DLAS_ASSIGN(b.sizes, call.known(1, "block sizes"));
  const Tensor* pairs = call.build.constant(call.in[2]);
  const Type& type = call.build.type(call.in[0]);
  if (!pairs || !is_int(pairs->dtype())) return cannot("paddings that are computed");
  if (!type.ranked() || b.sizes.empty() || b.sizes.size() >= type.rank() || pairs->count() != 2 * std::ssize(b.sizes))
    return cannot("blocks that do not fit the input");
  std::int64_t all = 1;
  for (std::size_t i = 0; i < b.sizes.size(); ++i) {
    if (b.sizes[i] < 1 || all > kLargest / b.sizes[i]) return cannot("block sizes out of range");
    all *= b.sizes[i];
    b.begin.push_back(pairs->integer(2 * static_cast<std::int64_t>(i)));
    b.end.push_back(pairs->integer(2 * static_cast<std::int64_t>(i) + 1));
    if (b.begin[i] < 0 || b.end[i] < 0 || b.begin[i] > kLargest || b.end[i] > kLargest)
      return cannot("paddings out of range");
  }
  b.dims.push_back(-1);
  for (std::size_t axis = 1; axis < type.rank(); ++axis) {
    if (!type.dim(axis).known()) return cannot("sizes that are not known");
    if (type.dim(axis).size() > kLargest) return cannot("sizes out of range");
    b.dims.push_back(type.dim(axis).size());
  }
  return b;
}

Result<ValueId> reshaped(Call& call, ValueId x, const Numbers& shape) {
  return call.build.step("Reshape", {}, {x, call.build.list(shape)});
}

}  // namespace

// Pad fills with 0, PadV2 with its third input.
Outputs pad(Call& call) {
  DLAS_ASSIGN(const ValueId pads, paddings(call));
  std::vector<ValueId> in{call.in[0], pads};
  if (call.in.size() > 2) in.push_back(call.in[2]);
  return call.build.finish("Pad", {{"mode", std::string("constant")}}, std::move(in));
}

Outputs mirror_pad(Call& call) {
  DLAS_ASSIGN(const ValueId pads, paddings(call));
  const std::string mode = call.text("mode", "");
  if (mode != "REFLECT" && mode != "SYMMETRIC") return cannot("mode " + mode);
  return call.build.finish("Pad", {{"mode", std::string(mode == "SYMMETRIC" ? "symmetric" : "reflect")}},
                           {call.in[0], pads});
}

Outputs depth_to_space(Call& call) { return moved_blocks(call, "DepthToSpace"); }
Outputs space_to_depth(Call& call) { return moved_blocks(call, "SpaceToDepth"); }

// [B, S, ...] -> padded -> [B, S / b, b, ...] -> [b, B, S / b, ...] -> [b B, S / b, ...]
Outputs space_to_batch(Call& call) {
  DLAS_ASSIGN(const Blocks b, blocks_of(call));
  const std::size_t axes = b.sizes.size();
  Numbers pads(2 * b.dims.size()), split{b.dims[0]}, whole{b.dims[0]}, perm;
  for (std::size_t i = 0; i < axes; ++i) {
    pads[i + 1] = b.begin[i];
    pads[b.dims.size() + i + 1] = b.end[i];
    const std::int64_t size = b.dims[i + 1] + b.begin[i] + b.end[i];
    if (size % b.sizes[i] != 0) return cannot("blocks that do not divide the input");
    split.insert(split.end(), {size / b.sizes[i], b.sizes[i]});
    whole.push_back(size / b.sizes[i]);
    perm.push_back(static_cast<std::int64_t>(2 * i + 2));
  }
  perm.push_back(0);
  for (std::size_t i = 0; i < axes; ++i) perm.push_back(static_cast<std::int64_t>(2 * i + 1));
  for (std::size_t axis = axes + 1; axis < b.dims.size(); ++axis) {
    perm.push_back(static_cast<std::int64_t>(split.size()));
    split.push_back(b.dims[axis]);
    whole.push_back(b.dims[axis]);
  }
  DLAS_ASSIGN(const ValueId padded,
              call.build.step("Pad", {{"mode", std::string("constant")}}, {call.in[0], call.build.list(pads)}));
  DLAS_ASSIGN(const ValueId apart, reshaped(call, padded, split));
  DLAS_ASSIGN(const ValueId turned, call.build.step("Transpose", {{"perm", perm}}, {apart}));
  return call.build.finish("Reshape", {}, {turned, call.build.list(whole)});
}

// [b B, S, ...] -> [b, B, S, ...] -> [B, S, b, ...] -> [B, S b, ...] -> cropped
Outputs batch_to_space(Call& call) {
  DLAS_ASSIGN(const Blocks b, blocks_of(call));
  const std::size_t axes = b.sizes.size();
  Numbers split = b.sizes, whole{b.dims[0]}, perm{static_cast<std::int64_t>(axes)}, names, ends;
  split.push_back(-1);
  split.insert(split.end(), b.dims.begin() + 1, b.dims.end());
  for (std::size_t i = 0; i < axes; ++i) {
    perm.push_back(static_cast<std::int64_t>(axes + 1 + i));
    perm.push_back(static_cast<std::int64_t>(i));
    const std::int64_t size = b.dims[i + 1] * b.sizes[i];
    if (size < b.begin[i] + b.end[i]) return cannot("crops larger than the output");
    whole.push_back(size);
    names.push_back(static_cast<std::int64_t>(i + 1));
    ends.push_back(size - b.end[i]);
  }
  for (std::size_t axis = axes + 1; axis < b.dims.size(); ++axis) {
    perm.push_back(static_cast<std::int64_t>(axes + axis));
    whole.push_back(b.dims[axis]);
  }
  DLAS_ASSIGN(const ValueId apart, reshaped(call, call.in[0], split));
  DLAS_ASSIGN(const ValueId turned, call.build.step("Transpose", {{"perm", perm}}, {apart}));
  DLAS_ASSIGN(const ValueId joined, reshaped(call, turned, whole));
  return call.build.finish("Slice", {},
                           {joined, call.build.list(b.begin), call.build.list(ends), call.build.list(names)});
}

}  // namespace dlas::tensorflow
