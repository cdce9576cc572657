// BitShift: a shifted by b bits, left or right, broadcast.                                  ONNX BitShift, opset 11 to 28
//
// Bits that leave are lost; the sign bit fills up from the left, 0 from the right. A shift by a negative number, or by
// the width or more, leaves the fill alone: 0, or -1 where a negative number is shifted right. The attribute direction
// must be given.
#include "model/op/elementwise.h"
#include "model/op/list_elementwise.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::optional<std::string> direction;
  void fields(auto& f) { f("direction", direction); }
};

Result<Types> infer(const Site& site, const Types& in) {
  if (!site.attributes<Attributes>().direction) return site.wrong_attribute("direction", "LEFT or RIGHT", "none");
  if (const auto& d = *site.attributes<Attributes>().direction; d != "LEFT" && d != "RIGHT")
    return site.wrong_attribute("direction", "LEFT or RIGHT", d);
  return integer_broadcast_types(site, in);
}

Status run(const Call& call) {
  const bool left = *call.attributes<Attributes>().direction == "LEFT";
  return zip_integers(call, [=]<typename T>(T a, T b) {
    // A negative b is a huge number of bits.
    if (static_cast<std::uint64_t>(b) >= sizeof(T) * 8) return static_cast<T>(left || a >= 0 ? 0 : -1);
    return static_cast<T>(left ? static_cast<std::uint64_t>(a) << b : a >> b);
  });
}

}  // namespace

const Op bit_shift = {.name = "BitShift",
                      .inputs = "x y",
                      .outputs = "z",
                      .attributes = &schema_of<Attributes>(),
                      .infer = infer,
                      .run = run,
                      .elementwise = true};

}  // namespace dlas::op
