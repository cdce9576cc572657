// SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND: what TensorFlow makes of dilated convolutions. Both are a Reshape, a Transpose
// and a Reshape, with padding before or cropping after. All sizes but that of the batch must be known.
#include <limits>

#include "model/format/tflite/convert.h"

namespace dlas::tflite {
namespace {

using List = std::vector<std::int64_t>;

struct Blocks {
  List sizes;        // of the blocks, one a spatial axis
  List begin, end;   // padding or cropping
  List dims;         // of the input; the batch is -1
  std::int64_t all;  // elements of a block
};

constexpr std::int64_t kLargest = std::numeric_limits<std::int32_t>::max();

Result<List> known(const Draft& draft, const Build& build, std::size_t slot, std::string_view name) {
  auto numbers = slot < draft.in.size() ? build.integers(draft.in[slot]) : std::nullopt;
  if (!numbers) return cannot(std::string(name) + " that are computed");
  for (const std::int64_t n : *numbers)
    if (n < 0 || n > kLargest) return cannot(std::string(name) + " out of range");
  return *std::move(numbers);
}

Result<Blocks> blocks_of(const Draft& draft, const Build& build) {
  Blocks b;
  DLAS_ASSIGN(b.sizes, known(draft, build, 1, "block sizes"));
  DLAS_ASSIGN(const List pairs, known(draft, build, 2, "paddings"));
  const Type& type = build.type(draft.in[0]);
  if (!type.ranked() || b.sizes.empty() || b.sizes.size() >= type.rank() || pairs.size() != 2 * b.sizes.size())
    return cannot("blocks that do not fit the input");
  b.all = 1;
  for (std::size_t i = 0; i < b.sizes.size(); ++i) {
    if (b.sizes[i] < 1 || b.all > kLargest / b.sizes[i]) return cannot("block sizes out of range");
    b.all *= b.sizes[i];
    b.begin.push_back(pairs[2 * i]);
    b.end.push_back(pairs[2 * i + 1]);
  }
  b.dims.push_back(-1);
  for (std::size_t axis = 1; axis < type.rank(); ++axis) {
    if (!type.dim(axis).known()) return cannot("sizes that are not known");
    if (type.dim(axis).size() > kLargest) return cannot("sizes out of range");
    b.dims.push_back(type.dim(axis).size());
  }
  return b;
}

Result<ValueId> reshaped(const Draft& draft, Build& build, ValueId x, const List& shape) {
  return build.before(draft, "Reshape", {}, {x, build.list(draft, "shape", shape)}, x);
}

// One number of the dtype of `like`: 0, or the zero point.
Result<ValueId> zero_like(const Draft& draft, Build& build, ValueId like) {
  const Type& type = build.type(like);
  if (is_packed(type.dtype) || type.dtype == DType::none || type.dtype == DType::boolean)
    return cannot("padding of such elements");
  if (type.quantized() && type.quantization->per_axis()) return cannot("a scale for each channel");
  const std::int64_t zero = type.quantized() ? type.quantization->zero_points[0] : 0;
  Tensor tensor = Tensor::make(type.dtype, {});
  for_number(type.dtype, [&]<typename T>() { tensor.mutable_as<T>()[0] = static_cast<T>(static_cast<double>(zero)); });
  const auto quantization = type.quantization;
  const ValueId value = build.constant(draft, "zero", tensor);
  build.graph().value(value).type.quantization = quantization;
  return value;
}

}  // namespace

// [B, S, ...] -> padded -> [B, S / b, b, ...] -> [b, B, S / b, ...] -> [b B, S / b, ...]
Status space_to_batch(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const Blocks b, blocks_of(draft, build));
  const std::size_t axes = b.sizes.size();
  List pads(2 * b.dims.size()), split{b.dims[0]}, whole{b.dims[0]}, perm;
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
  DLAS_ASSIGN(const ValueId zero, zero_like(draft, build, draft.in[0]));
  DLAS_ASSIGN(const ValueId padded,
              build.before(draft, "Pad", {{"mode", std::string("constant")}},
                           {draft.in[0], build.list(draft, "pads", pads, draft.in[2]), zero}, draft.in[0]));
  DLAS_ASSIGN(const ValueId apart, reshaped(draft, build, padded, split));
  DLAS_ASSIGN(const ValueId turned, build.before(draft, "Transpose", {{"perm", perm}}, {apart}, draft.in[0]));
  return build.finish(draft, "Reshape", {}, {turned, build.list(draft, "shape", whole)});
}

// [b B, S, ...] -> [b, B, S, ...] -> [B, S, b, ...] -> [B, S b, ...] -> cropped
Status batch_to_space(const Draft& draft, Build& build) {
  DLAS_ASSIGN(const Blocks b, blocks_of(draft, build));
  const std::size_t axes = b.sizes.size();
  List split = b.sizes, whole{b.dims[0]}, perm{static_cast<std::int64_t>(axes)}, names, ends;
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
  DLAS_ASSIGN(const ValueId apart, reshaped(draft, build, draft.in[0], split));
  DLAS_ASSIGN(const ValueId turned, build.before(draft, "Transpose", {{"perm", perm}}, {apart}, draft.in[0]));
  DLAS_ASSIGN(const ValueId joined, reshaped(draft, build, turned, whole));
  return build.finish(draft, "Slice", {},
                      {joined, build.list(draft, "starts", b.begin, draft.in[2]),
                       build.list(draft, "ends", ends, draft.in[2]), build.list(draft, "axes", names)});
}

}  // namespace dlas::tflite
