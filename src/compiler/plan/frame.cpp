#include "compiler/plan/frame.h"

namespace dlas::compiler {

const std::byte* elements(const Tensor& tensor) {
  if (is_packed(tensor.dtype())) return tensor.bytes().data();
  return for_any(tensor.dtype(),
                 [&]<typename T>() { return reinterpret_cast<const std::byte*>(tensor.as<T>().data()); });
}

std::byte* Frame::bytes(SlotId slot) const {
  const Placed& p = at(slot);
  switch (p.home) {
    case Home::arena: return arena + p.offset;
    // Tasks write to slots of the arena only.
    case Home::input: return const_cast<std::byte*>(elements(inputs[p.place]));
    case Home::held: return const_cast<std::byte*>(elements(held[p.place]));
    case Home::constant: return const_cast<std::byte*>(p.fixed);
  }
  return nullptr;
}

algorithm::View Frame::picture(SlotId slot) const {
  algorithm::View view = at(slot).view;
  view.data = bytes(slot);
  return view;
}

Tensor Frame::tensor(SlotId slot) const {
  const Placed& p = at(slot);
  if (p.home == Home::held) return p.sized ? held[p.place].reshaped(p.shape) : held[p.place];
  if (p.home == Home::input) return inputs[p.place].reshaped(p.shape);
  auto made = Tensor::view(p.dtype, p.shape, {bytes(slot), p.bytes}, nullptr);
  check(made.ok(), "a plain slot is as long as its shape needs");
  return *std::move(made);
}

void Frame::hold(SlotId slot, Tensor tensor) { held[at(slot).place] = std::move(tensor); }

}  // namespace dlas::compiler
