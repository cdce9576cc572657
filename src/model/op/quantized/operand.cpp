#include "model/op/quantized/operand.h"

#include <algorithm>

namespace dlas::op::quantized {

Result<Operand> operand(const Call& call, std::size_t slot) {
  const Type& type = call.in_types[slot];
  const DType dtype = call.in[slot].dtype();
  if (!type.quantized() || (dtype != DType::i8 && dtype != DType::u8 && dtype != DType::i16))
    return call.site.wrong_input(slot, "quantised int8, uint8 or int16", dlas::text(type));
  const Quantization& q = *type.quantization;
  const std::int64_t zero = q.zero_points[0];
  if (!std::ranges::all_of(q.zero_points, [&](std::int64_t z) { return z == zero; }))
    return call.site.unsupported("zero points that differ between channels");
  if (dtype == DType::i16 && zero != 0) return call.site.unsupported("int16 with a zero point");
  Operand out{call.in[slot], {}, static_cast<std::int32_t>(zero)};
  std::ranges::transform(q.scales, std::back_inserter(out.scales), [](double s) { return static_cast<float>(s); });
  return out;
}

Result<Output> output(const Call& call) {
  const Type& type = call.out_types[0];
  const DType dtype = call.out[0].dtype();
  if (!type.quantized() || type.quantization->scales.size() != 1 ||
      (dtype != DType::i8 && dtype != DType::u8 && dtype != DType::i16))
    return call.site.unsupported("an output that is not int8, uint8 or int16 with one scale");
  Output out{&call.out[0], static_cast<float>(type.quantization->scales[0]),
             static_cast<std::int32_t>(type.quantization->zero_points[0])};
  const std::string name = Named(call).text("activation", "none");
  if (name == "relu") out.activation = Activation::relu;
  else if (name == "relu6") out.activation = Activation::relu6;
  else if (name == "relu_n1_to_1") out.activation = Activation::relu_n1_to_1;
  else if (name != "none") return call.site.unsupported("activation " + name + " on quantised tensors");
  return out;
}

bool makes_floats(const Call& call) { return is_float(call.out_types[0].dtype); }

const AttributeValue* Named::find(std::string_view name) const {
  const auto found = std::ranges::find(list_, name, &NamedAttribute::name);
  return found == list_.end() ? nullptr : &found->value;
}

std::int64_t Named::integer(std::string_view name, std::int64_t absent) const {
  const AttributeValue* value = find(name);
  if (value == nullptr) return absent;
  if (const auto* flag = std::get_if<bool>(value)) return *flag ? 1 : 0;
  const auto* number = std::get_if<std::int64_t>(value);
  return number != nullptr ? *number : absent;
}

double Named::real(std::string_view name, double absent) const {
  const AttributeValue* value = find(name);
  const auto* number = value != nullptr ? std::get_if<double>(value) : nullptr;
  return number != nullptr ? *number : absent;
}

std::string Named::text(std::string_view name, std::string_view absent) const {
  const AttributeValue* value = find(name);
  const auto* found = value != nullptr ? std::get_if<std::string>(value) : nullptr;
  return found != nullptr ? *found : std::string(absent);
}

std::vector<std::int64_t> Named::integers(std::string_view name) const {
  const AttributeValue* value = find(name);
  const auto* list = value != nullptr ? std::get_if<std::vector<std::int64_t>>(value) : nullptr;
  return list != nullptr ? *list : std::vector<std::int64_t>();
}

namespace {

std::int64_t begin_of(const std::string& mode, std::int64_t in, std::int64_t out, std::int64_t stride,
                      std::int64_t extent) {
  const std::int64_t total = std::max<std::int64_t>((out - 1) * stride + extent - in, 0);
  return mode == "SAME_LOWER" ? total - total / 2 : total / 2;
}

}  // namespace

Window window(const Named& named, const Shape& in, const Shape& out, std::int64_t kernel_h, std::int64_t kernel_w) {
  const auto strides = named.integers("strides"), dilations = named.integers("dilations"),
             pads = named.integers("pads");
  Window w;
  if (strides.size() == 2) w.stride_h = strides[0], w.stride_w = strides[1];
  if (dilations.size() == 2) w.dilation_h = dilations[0], w.dilation_w = dilations[1];
  const std::string mode = named.text("auto_pad", "NOTSET");
  if (mode == "NOTSET" && pads.size() == 4) w.pad_top = pads[0], w.pad_left = pads[1];
  if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
    w.pad_top = begin_of(mode, in[1], out[1], w.stride_h, (kernel_h - 1) * w.dilation_h + 1);
    w.pad_left = begin_of(mode, in[2], out[2], w.stride_w, (kernel_w - 1) * w.dilation_w + 1);
  }
  return w;
}

Status check_pictures(const Call& call, const Named& named, std::size_t slot) {
  if (named.text("layout", "NCHW") != "NHWC" || call.in[slot].rank() != 4)
    return call.site.unsupported("quantised tensors other than four axes in layout NHWC");
  return {};
}

}  // namespace dlas::op::quantized
