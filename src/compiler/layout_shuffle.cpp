// Shuffled channels in another layout:  Reshape [N, C, H, W] -> [N, g, C/g, H, W],  Transpose,  Reshape -> [N, C, H, W].
//
// Where the picture has a twin with its channels last, so have the values between: [N, H, W, g, C/g] and what the Transpose makes of
// it. The Transpose itself only changes which axis of the twin is which; elements move when the channels are joined.
#include <algorithm>

#include "compiler/attributes.h"
#include "compiler/layout_flow.h"
#include "model/op/list_shape.h"

namespace dlas::compiler {
namespace {

// Channels last: the parts of the channels behind the two spatial axes.
Perm channels_last(std::size_t parts) {
  Perm perm{0};
  for (std::size_t i = 0; i < parts; ++i) perm.push_back(3 + i);
  perm.push_back(1);
  perm.push_back(2);
  return perm;
}

// Axes of `parted` [N, parts.., H, W] against those of `whole` [N, C, H, W].
bool splits(const Type& whole, const Type& parted) {
  if (!whole.ranked() || !parted.ranked() || whole.rank() != 4 || parted.rank() < 5 || whole.quantized()) return false;
  const std::size_t r = parted.rank();
  Dim product = 1;
  for (std::size_t i = 1; i + 2 < r; ++i) product = dlas::product(product, parted.dim(i));
  return product.known() && product == whole.dim(1) && whole.dim(0) == parted.dim(0) && whole.dim(2).known() &&
         whole.dim(2) == parted.dim(r - 2) && whole.dim(3).known() && whole.dim(3) == parted.dim(r - 1);
}

// The sizes of a twin for a Reshape; 0 keeps a first size that is not known.
Tensor sizes(const Type& type, const Perm& perm) {
  std::vector<std::int64_t> out(perm.size());
  for (std::size_t i = 0; i < perm.size(); ++i) out[perm[i]] = type.dim(i).known() ? type.dim(i).size() : 0;
  return Tensor::of_i64(out);
}

}  // namespace

bool LayoutFlow::split_channels(const Node& node) {
  if (node.op != &op::reshape) return false;
  const Twin* t = twin(node.inputs[0]);
  const Type& from = out_.before().value(node.inputs[0]).type;
  const Type& to = out_.before().value(node.outputs[0]).type;
  if (!t || t->perm != channels_last(1) || !splits(from, to)) return false;
  const Perm perm = channels_last(to.rank() - 3);
  put_twin(node, attributes_of(op::reshape, {}), {t->value, out_.constant(node.name + "/split", sizes(to, perm))},
           perm);
  return true;
}

// Only where the channels are split: other Transposes cancel in a pass of their own.
bool LayoutFlow::turn(const Node& node) {
  const Twin* t = node.op == &op::transpose ? twin(node.inputs[0]) : nullptr;
  if (!t || t->perm.size() < 5) return false;
  const auto perm = perm_of(node, t->perm.size());
  if (!perm) return false;
  Perm all;
  for (const std::size_t p : *perm) all.push_back(t->perm[p]);
  set_twin(node.outputs[0], {t->value, all});
  return true;
}

bool LayoutFlow::join_channels(const Node& node) {
  if (node.op != &op::reshape) return false;
  const Twin* t = twin(node.inputs[0]);
  const Type& from = out_.before().value(node.inputs[0]).type;
  const Type& to = out_.before().value(node.outputs[0]).type;
  if (!t || t->perm.size() < 5 || !splits(to, from)) return false;
  const Perm last = channels_last(from.rank() - 3);
  std::vector<std::int64_t> order(last.size());  // axis order[j] of the twin becomes axis j
  for (std::size_t i = 0; i < last.size(); ++i) order[last[i]] = static_cast<std::int64_t>(t->perm[i]);
  ValueId x = t->value;
  if (!std::ranges::is_sorted(order))
    x = out_.emit(op::transpose, attributes_of(op::transpose, {{"perm", order}}), {x}, node.name + "/shuffled");
  const Perm perm = channels_last(1);
  put_twin(node, attributes_of(op::reshape, {}), {x, out_.constant(node.name + "/joined", sizes(to, perm))}, perm);
  return true;
}

}  // namespace dlas::compiler
