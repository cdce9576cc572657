// SpaceToDepth: blocks of pixels become channels.                                    ONNX SpaceToDepth, opset 1 to 28
//
// mode DCR: channel = (row * b + column) * C + c; mode CRD: channel = (c * b + row) * b + column, with block size b.
// `layout` is an extension: NHWC keeps channels last, as TensorFlow does.
#include "model/op/shape_rule.h"
#include "model/op/strided_copy.h"

namespace dlas::op {
namespace {

enum class Mode { dcr, crd };
constexpr std::array<std::string_view, 2> kModes = {"DCR", "CRD"};
enum class Layout { nchw, nhwc };
constexpr std::array<std::string_view, 2> kLayouts = {"NCHW", "NHWC"};

struct Attributes {
  std::int64_t blocksize = 0;
  Mode mode = Mode::dcr;
  Layout layout = Layout::nchw;
  void fields(auto& f) {
    f("blocksize", blocksize);
    f("mode", mode, kModes);
    f("layout", layout, kLayouts);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  if (in[0].rank() != 4) return site.wrong_input(0, "four axes", in[0]);
  if (a.blocksize < 1 || a.blocksize > 32768)
    return site.wrong_attribute("blocksize", "from 1 to 32768", std::to_string(a.blocksize));
  const bool last = a.layout == Layout::nhwc;
  std::vector<Dim> dims = *in[0].dims;
  Dim& channels = dims[last ? 3 : 1];
  channels = product(channels, a.blocksize * a.blocksize);
  for (const std::size_t axis : {last ? 1U : 2U, last ? 2U : 3U}) {
    if (dims[axis].known() && dims[axis].size() % a.blocksize != 0)
      return site.wrong_input(0, "height and width that " + std::to_string(a.blocksize) + " divides", in[0]);
    dims[axis] = dims[axis].known() ? Dim(dims[axis].size() / a.blocksize) : Dim();
  }
  return Types{Type(in[0].dtype, dims)};
}

// Walks n, c, y, row, x, column of the input.
Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const bool last = a.layout == Layout::nhwc;
  const std::size_t ca = last ? 3 : 1, ha = last ? 1 : 2, wa = last ? 2 : 3;
  const Strides from = row_major(call.in[0].shape()), to = row_major(call.out[0].shape());
  const std::int64_t b = a.blocksize, channels = call.in[0].dim(ca);
  // How far the channels of the output lie apart for one channel, row and column of the input's block.
  const bool crd = a.mode == Mode::crd;
  const std::int64_t channel = to[ca] * (crd ? b * b : 1), row = to[ca] * b * (crd ? 1 : channels),
                     column = to[ca] * (crd ? 1 : channels);
  const Shape shape = {call.in[0].dim(0), channels, call.out[0].dim(ha), b, call.out[0].dim(wa), b};
  strided_copy(call.in[0], {0, {from[0], from[ca], from[ha] * b, from[ha], from[wa] * b, from[wa]}}, call.out[0],
               {0, {to[0], channel, to[ha], row, to[wa], column}}, shape);
  return {};
}

}  // namespace

extern const Op space_to_depth = {
    .name = "SpaceToDepth",
    .inputs = "input",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
