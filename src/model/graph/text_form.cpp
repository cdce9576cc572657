#include "model/graph/text_form.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"

namespace dlas {
namespace {

std::string quoted(std::string_view raw) {
  std::string out = "\"";
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += fmt::format("\\{}", c);
    else if (byte < 0x20 || byte >= 0x7f) out += fmt::format("\\x{:02x}", byte);
    else out += c;
  }
  return out + "\"";
}

std::string number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::string s = fmt::format("{}", value);
  return s.find_first_of(".e") == std::string::npos ? s + ".0" : s;
}

std::string hex(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "0x";
  out.reserve(2 + 2 * bytes.size());
  for (const std::byte b : bytes) {
    out += kDigits[std::to_integer<unsigned>(b) >> 4];
    out += kDigits[std::to_integer<unsigned>(b) & 15U];
  }
  return out;
}

template <typename T, typename F>
std::string list(const std::vector<T>& values, F each) {
  std::string out = "[";
  for (std::size_t i = 0; i < values.size(); ++i) out += (i ? "," : "") + each(values[i]);
  return out + "]";
}

std::string value_text(const AttributeValue& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, bool>) return v ? "true" : "false";
        else if constexpr (std::is_same_v<T, std::int64_t>) return std::to_string(v);
        else if constexpr (std::is_same_v<T, double>) return number(v);
        else if constexpr (std::is_same_v<T, std::string>) return quoted(v);
        else if constexpr (std::is_same_v<T, DType>) return "type " + std::string(short_text(v));
        else if constexpr (std::is_same_v<T, Tensor>)
          return fmt::format("{} {} {}", short_text(v.dtype()), text(v.shape()), hex(v.bytes()));
        else if constexpr (std::is_same_v<T, std::vector<double>>) return "f" + list(v, number);
        else if constexpr (std::is_same_v<T, std::vector<std::string>>)
          return "s" + list(v, [](const std::string& s) { return quoted(s); });
        else return list(v, [](std::int64_t i) { return std::to_string(i); });
      },
      value);
}

bool plain_symbol(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return true;
}

std::string dim_text(const Dim& dim) {
  if (dim.known() || dim.name().empty() || plain_symbol(dim.name())) return text(dim);
  return quoted(dim.name());
}

std::string type_text(const Type& type) {
  std::string out(short_text(type.dtype));
  out += type.dims ? " " + list(*type.dims, dim_text) : " [..]";
  if (!type.axes.empty()) out += " axes " + type.axes;
  if (const Quantization* q = type.quantization.get())
    out += fmt::format(" q {} {} {} {}", q->axis, q->bits, "f" + list(q->scales, number),
                       list(q->zero_points, [](std::int64_t z) { return std::to_string(z); }));
  return out;
}

std::string node_text(const Graph& graph, const Node& node) {
  std::string out = fmt::format("node {} {}{} {{", quoted(node.name), node.op ? "" : "?", quoted(node.op_name));
  const AttributeList attributes = node.attributes.list();
  for (std::size_t i = 0; i < attributes.size(); ++i)
    out += fmt::format("{}{}={}", i ? ", " : "", quoted(attributes[i].name), value_text(attributes[i].value));
  out += "} (";
  for (std::size_t i = 0; i < node.inputs.size(); ++i)
    out += (i ? ", " : "") + (node.inputs[i] == kNone ? "-" : quoted(graph.value(node.inputs[i]).name));
  out += ") -> (";
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    const ValueId v = node.outputs[i];
    out += (i ? ", " : "") + (v == kNone ? "-" : quoted(graph.value(v).name) + " " + type_text(graph.value(v).type));
  }
  return out + ")\n";
}

}  // namespace

std::string to_text(const AttributeValue& value) { return value_text(value); }

std::string to_text(const Graph& graph, Contents contents) {
  std::string out = "graph " + quoted(graph.name) + "\n";
  for (const auto& [key, value] : graph.metadata) out += "meta " + quoted(key) + " " + quoted(value) + "\n";
  for (const ValueId v : graph.inputs)
    out += "input " + quoted(graph.value(v).name) + " " + type_text(graph.value(v).type) + "\n";
  for (const Value& v : graph.values())
    if (v.is_constant())
      out += fmt::format("const {} {} = {}\n", quoted(v.name), type_text(v.type),
                         contents == Contents::all ? hex(v.constant.bytes()) : "..");
  for (const Node& node : graph.nodes()) out += node_text(graph, node);
  for (const ValueId v : graph.outputs) out += "output " + quoted(graph.value(v).name) + "\n";
  return out;
}

}  // namespace dlas
