#include "algorithm/primitive/list.h"

namespace dlas::algorithm {

std::span<const Primitive* const> primitives() {
  static constexpr const Primitive* kAll[] = {&depthwise, &direct, &im2col};
  return kAll;
}

const Primitive* find_primitive(std::string_view name) {
  for (const Primitive* primitive : primitives())
    if (primitive->name == name) return primitive;
  return nullptr;
}

}  // namespace dlas::algorithm
