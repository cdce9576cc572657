#include "model/format/keras/activation.h"

#include <fmt/format.h>

#include <algorithm>

namespace dlas::keras {
namespace {

struct Step {
  const Draft& draft;
  Build& build;
  std::string_view part;
  ValueId x;
};
using Function = Result<ValueId> (*)(const Step& s, Settings& settings);

std::string inner(const Step& s, std::string_view name) {
  return s.part.empty() ? std::string(name) : fmt::format("{}/{}", s.part, name);
}

Result<ValueId> plain(const Step& s, std::string_view op, const AttributeList& attributes = {}) {
  return s.build.add(s.draft, s.part, op, attributes, {s.x});
}

Result<ValueId> clip(const Step& s, ValueId x, std::string_view part, double low, double high) {
  const ValueId from = s.build.scalar(s.draft, inner(s, "min"), low, x),
                to = s.build.scalar(s.draft, inner(s, "max"), high, x);
  return s.build.add(s.draft, part, "Clip", {}, {x, from, to});
}

Result<ValueId> hard_sigmoid(const Step& s, Settings&) {
  return plain(s, "HardSigmoid", {{"alpha", s.draft.keras >= 3 ? 1.0 / 6 : 0.2}, {"beta", 0.5}});
}
Result<ValueId> leaky(const Step& s, Settings& c) {
  return plain(s, "LeakyRelu", {{"alpha", c.real(c.has("alpha") ? "alpha" : "negative_slope", 0.2)}});
}
Result<ValueId> gelu(const Step& s, Settings& c) {
  return plain(s, "Gelu", {{"approximate", std::string(c.flag("approximate", false) ? "tanh" : "none")}});
}
Result<ValueId> relu(const Step& s, Settings&) { return plain(s, "Relu"); }
Result<ValueId> relu6(const Step& s, Settings&) { return plain(s, "Relu6"); }
Result<ValueId> sigmoid(const Step& s, Settings&) { return plain(s, "Sigmoid"); }
Result<ValueId> tanh_of(const Step& s, Settings&) { return plain(s, "Tanh"); }
Result<ValueId> softmax_last(const Step& s, Settings& c) {
  return plain(s, "Softmax", {{"axis", c.integer("axis", -1)}});
}
Result<ValueId> log_softmax(const Step& s, Settings& c) {
  return plain(s, "LogSoftmax", {{"axis", c.integer("axis", -1)}});
}
Result<ValueId> swish(const Step& s, Settings&) { return plain(s, "Swish"); }
Result<ValueId> elu_of(const Step& s, Settings& c) { return plain(s, "Elu", {{"alpha", c.real("alpha", 1)}}); }
Result<ValueId> celu(const Step& s, Settings& c) { return plain(s, "Celu", {{"alpha", c.real("alpha", 1)}}); }
Result<ValueId> selu(const Step& s, Settings&) { return plain(s, "Selu"); }
Result<ValueId> softplus(const Step& s, Settings&) { return plain(s, "Softplus"); }
Result<ValueId> softsign(const Step& s, Settings&) { return plain(s, "Softsign"); }
Result<ValueId> exponential(const Step& s, Settings&) { return plain(s, "Exp"); }
Result<ValueId> hard_swish(const Step& s, Settings&) { return plain(s, "HardSwish"); }
Result<ValueId> mish(const Step& s, Settings&) { return plain(s, "Mish"); }
Result<ValueId> hard_tanh(const Step& s, Settings&) { return clip(s, s.x, s.part, -1, 1); }
Result<ValueId> soft_shrink(const Step& s, Settings& c) {
  const double t = c.real("threshold", 0.5);
  return plain(s, "Shrink", {{"lambd", t}, {"bias", t}});
}
Result<ValueId> hard_shrink(const Step& s, Settings& c) {
  return plain(s, "Shrink", {{"lambd", c.real("threshold", 0.5)}, {"bias", 0.0}});
}
Result<ValueId> tanh_shrink(const Step& s, Settings&) {
  DLAS_ASSIGN(const ValueId t, s.build.add(s.draft, inner(s, "Tanh"), "Tanh", {}, {s.x}));
  return s.build.add(s.draft, s.part, "Sub", {}, {s.x, t});
}
// -softplus(-x)
Result<ValueId> log_sigmoid(const Step& s, Settings&) {
  DLAS_ASSIGN(ValueId v, s.build.add(s.draft, inner(s, "Neg"), "Neg", {}, {s.x}));
  DLAS_ASSIGN(v, s.build.add(s.draft, inner(s, "Softplus"), "Softplus", {}, {v}));
  return s.build.add(s.draft, s.part, "Neg", {}, {v});
}
// (x + sqrt(x^2 + b)) / 2
Result<ValueId> squareplus(const Step& s, Settings& c) {
  const ValueId b = s.build.scalar(s.draft, inner(s, "b"), c.real("b", 4), s.x);
  const ValueId half = s.build.scalar(s.draft, inner(s, "half"), 0.5, s.x);
  DLAS_ASSIGN(ValueId v, s.build.add(s.draft, inner(s, "Square"), "Square", {}, {s.x}));
  DLAS_ASSIGN(v, s.build.add(s.draft, inner(s, "Add"), "Add", {}, {v, b}));
  DLAS_ASSIGN(v, s.build.add(s.draft, inner(s, "Sqrt"), "Sqrt", {}, {v}));
  DLAS_ASSIGN(v, s.build.add(s.draft, inner(s, "Sum"), "Add", {}, {s.x, v}));
  return s.build.add(s.draft, s.part, "Mul", {}, {v, half});
}
// clip((x + 1) / 2, 0, 1)
Result<ValueId> sparse_sigmoid(const Step& s, Settings&) {
  return plain(s, "HardSigmoid", {{"alpha", 0.5}, {"beta", 0.5}});
}

struct Row {
  std::string_view name;
  Function function;
};
constexpr Row kRows[] = {
    // begin sorted
    {"celu", celu},
    {"elu", elu_of},
    {"exponential", exponential},
    {"gelu", gelu},
    {"hard_shrink", hard_shrink},
    {"hard_sigmoid", hard_sigmoid},
    {"hard_silu", hard_swish},
    {"hard_swish", hard_swish},
    {"hard_tanh", hard_tanh},
    {"leaky_relu", leaky},
    {"log_sigmoid", log_sigmoid},
    {"log_softmax", log_softmax},
    {"mish", mish},
    {"relu", relu},
    {"relu6", relu6},
    {"selu", selu},
    {"sigmoid", sigmoid},
    {"silu", swish},
    {"soft_shrink", soft_shrink},
    {"softmax", softmax_last},
    {"softmax_v2", softmax_last},
    {"softplus", softplus},
    {"softsign", softsign},
    {"sparse_sigmoid", sparse_sigmoid},
    {"squareplus", squareplus},
    {"swish", swish},
    {"tanh", tanh_of},
    {"tanh_shrink", tanh_shrink},
    // end sorted
};

}  // namespace

std::vector<std::string_view> activation_names() {
  std::vector<std::string_view> out{"linear"};
  for (const Row& row : kRows) out.push_back(row.name);
  std::ranges::sort(out);
  return out;
}

// "relu"; {"class_name": "function", "config": "relu"}; {"class_name": "ReLU", "config": {"max_value": 6.0}}.
Result<Activation> activation_of(const Json& setting) {
  Activation out;
  if (setting.is_null()) return out;
  if (setting.is_string()) {
    out.name = setting.get<std::string>();
    return out;
  }
  const Json& config = member(setting, "config");
  const std::string class_name = text_of(setting, "class_name");
  if (config.is_string()) {
    out.name = config.get<std::string>();
    return out;
  }
  if (class_name.empty() || !config.is_object()) return make_error(Code::format, "an activation", shown(setting));
  out.settings = &config;
  out.name = class_name == "ReLU"        ? "ReLU"
             : class_name == "LeakyReLU" ? "leaky_relu"
             : class_name == "ELU"       ? "elu"
             : class_name == "Softmax"   ? "softmax"
                                         : class_name;
  return out;
}

Result<ValueId> activate(const Draft& draft, Build& build, std::string_view part, const Activation& activation,
                         ValueId x) {
  static const Json nothing = Json::object();
  Settings settings(activation.settings ? *activation.settings : nothing);
  const auto row = std::ranges::find(kRows, activation.name, &Row::name);
  if (row == std::end(kRows))
    return cannot("an activation that dlas knows", fmt::format("activation '{}'", activation.name));
  DLAS_ASSIGN(const ValueId out, row->function({draft, build, part, x}, settings));
  DLAS_TRY(settings.status());
  return out;
}

}  // namespace dlas::keras
