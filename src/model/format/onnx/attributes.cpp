#include "model/format/onnx/attributes.h"

#include <fmt/format.h>

namespace dlas::onnx {

AttributeKind kind_of(const AttributeProto& proto) {
  if (proto.type != AttributeKind::undefined) return proto.type;
  if (proto.t) return AttributeKind::t;
  if (proto.g) return AttributeKind::g;
  if (!proto.ints.empty()) return AttributeKind::ints;
  if (!proto.floats.empty()) return AttributeKind::floats;
  if (!proto.strings.empty()) return AttributeKind::strings;
  if (!proto.s.empty()) return AttributeKind::s;
  return proto.f != 0 ? AttributeKind::f : AttributeKind::i;
}

bool holds_graph(const AttributeProto& proto) {
  const AttributeKind kind = kind_of(proto);
  return kind == AttributeKind::g || kind == AttributeKind::graphs;
}

Result<AttributeValue> load_attribute(const AttributeProto& proto, const File& file) {
  switch (kind_of(proto)) {
    case AttributeKind::f: return AttributeValue(static_cast<double>(proto.f));
    case AttributeKind::i: return AttributeValue(proto.i);
    case AttributeKind::s: return AttributeValue(std::string(proto.s));
    case AttributeKind::floats: return AttributeValue(std::vector<double>(proto.floats.begin(), proto.floats.end()));
    case AttributeKind::ints: return AttributeValue(proto.ints);
    case AttributeKind::strings:
      return AttributeValue(std::vector<std::string>(proto.strings.begin(), proto.strings.end()));
    case AttributeKind::t: {
      if (!proto.t) break;
      DLAS_ASSIGN(const TensorProto tensor, parse_tensor(*proto.t));
      DLAS_ASSIGN(LoadedTensor loaded, load_tensor(tensor, file));
      return AttributeValue(std::move(loaded.tensor));
    }
    default: break;
  }
  return make_error(Code::unsupported, "a number, text, a list of these, or a tensor",
                    fmt::format("an attribute of type {}", static_cast<int>(kind_of(proto))))
      .at(proto.offset)
      .at_slot(fmt::format("attribute '{}'", proto.name));
}

}  // namespace dlas::onnx
