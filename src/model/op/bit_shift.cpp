// BitShift: a shifted by b bits, left or right, broadcast. Bits that leave are lost; a shift by the width or more  ONNX BitShift, opset 11
// gives 0. The attribute direction must be given.
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
  for (std::size_t slot : {0U, 1U}) DLAS_TRY(check_member(site, in, slot, kUnsigned));
  return integer_broadcast_types(site, in);
}

Status run(const Call& call) {
  const bool left = *call.attributes<Attributes>().direction == "LEFT";
  return zip_integers(call, [=]<typename T>(T a, T b) {
    if (static_cast<std::uint64_t>(b) >= sizeof(T) * 8) return T{0};
    const auto wide = static_cast<std::uint64_t>(a);
    return static_cast<T>(left ? wide << b : wide >> b);
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
