// DepthToSpace: blocks of channels become blocks of pixels.                                ONNX DepthToSpace, opset 11 to 13
//
// mode DCR: channel = (row * b + column) * C' + c; mode CRD: channel = (c * b + row) * b + column, with block size b.
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
  Dim &channels = dims[last ? 3 : 1], &height = dims[last ? 1 : 2], &width = dims[last ? 2 : 3];
  const std::int64_t area = a.blocksize * a.blocksize;
  if (channels.known() && channels.size() % area != 0)
    return site.wrong_input(0, "channels that " + std::to_string(area) + " divides", in[0]);
  channels = channels.known() ? Dim(channels.size() / area) : Dim();
  height = product(height, a.blocksize);
  width = product(width, a.blocksize);
  return Types{Type(in[0].dtype, dims)};
}

// Walks n, c, y, row, x, column of the output.
Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  const bool last = a.layout == Layout::nhwc;
  const std::size_t ca = last ? 3 : 1, ha = last ? 1 : 2, wa = last ? 2 : 3;
  const Strides from = row_major(call.in[0].shape()), to = row_major(call.out[0].shape());
  const std::int64_t b = a.blocksize, channels = call.out[0].dim(ca);
  const Shape shape = {call.in[0].dim(0), channels, call.in[0].dim(ha), b, call.in[0].dim(wa), b};
  const bool dcr = a.mode == Mode::dcr;
  const std::int64_t c = from[ca] * (dcr ? 1 : b * b), row = from[ca] * (dcr ? b * channels : b);
  const std::int64_t column = from[ca] * (dcr ? channels : 1);
  strided_copy(call.in[0], {0, {from[0], c, from[ha], row, from[wa], column}}, call.out[0],
               {0, {to[0], to[ca], to[ha] * b, to[ha], to[wa] * b, to[wa]}}, shape);
  return {};
}

}  // namespace

extern const Op depth_to_space = {
    .name = "DepthToSpace",
    .inputs = "input",
    .outputs = "output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .units = Units::moved,
};

}  // namespace dlas::op
