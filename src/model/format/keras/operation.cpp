#include "model/format/keras/operation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <set>

#include "model/format/keras/activation.h"

namespace dlas::keras {
namespace {

Outputs one(Result<ValueId> value) {
  if (!value.ok()) return std::move(value).error();
  return std::vector<ValueId>{*value};
}

// Arguments in the order of the call, then by keyword; tensors take the values of `draft.in` in their order.
class Arguments {
 public:
  Arguments(const Draft& draft, Build& build) : draft_(draft), build_(build) {
    for (const Argument& a : draft.call.arguments) {
      values_.push_back(bound(a));
      positional_.push_back(&a);
    }
    for (const auto& [name, a] : draft.call.keywords) keywords_.emplace_back(name, bound(a));
  }

  // The tensors of argument `index` or keyword `name`: one, or those of a list.
  std::vector<ValueId> tensors(std::size_t index, std::string_view name) const {
    if (index < values_.size()) {
      read_positions_.insert(index);
      return values_[index];
    }
    for (const auto& [key, values] : keywords_)
      if (key == name) {
        read_names_.insert(key);
        return values;
      }
    return {};
  }
  // A value of the file; null when it is absent or a tensor.
  const Json& value(std::size_t index, std::string_view name) const {
    static const Json nothing;
    const Argument* a = index < positional_.size() ? positional_[index] : draft_.call.keyword(name);
    // Operations of Keras 3 have some arguments as settings.
    if (a == nullptr) return draft_.settings.json(name);
    if (index < positional_.size()) read_positions_.insert(index);
    else read_names_.insert(std::string(name));
    return a->kind == Argument::Kind::value && a->value ? *a->value : nothing;
  }
  // The settings with the keywords that are values among them.
  Json settings_with(std::initializer_list<std::string_view> names) const {
    Json out = draft_.settings.all().is_object() ? draft_.settings.all() : Json::object();
    for (const std::string_view name : names)
      if (const Argument* a = draft_.call.keyword(name); a && a->kind == Argument::Kind::value && a->value) {
        read_names_.insert(std::string(name));
        out[std::string(name)] = *a->value;
      }
    return out;
  }
  // Errors: unsupported, with the first argument that changes the result and that nobody asked for.
  Status all_read() const {
    for (std::size_t i = 0; i < positional_.size(); ++i)
      if (!read_positions_.contains(i) && !empty(*positional_[i]))
        return cannot("arguments that dlas knows", fmt::format("argument {}", i));
    for (const auto& [name, a] : draft_.call.keywords)
      if (!read_names_.contains(name) && name != "name" && !empty(a))
        return cannot("arguments that dlas knows", fmt::format("argument '{}'", name));
    return {};
  }
  // A tensor, or a constant made from numbers of the file, of the type of `like`.
  Result<ValueId> operand(std::size_t index, std::string_view name, ValueId like) const {
    const auto found = tensors(index, name);
    if (found.size() == 1) return found[0];
    const Json wrapped{{"value", value(index, name)}};
    Settings s(wrapped);
    const auto numbers = s.reals("value");
    if (!found.empty() || numbers.empty() || !s.status().ok())
      return cannot("a tensor or numbers", shown(value(index, name)));
    const bool nested = value(index, name).is_array() && value(index, name)[0].is_array();
    if (nested) return cannot("numbers along one axis", "more");
    if (!value(index, name).is_array()) return build_.scalar(draft_, name, numbers[0], like);
    return build_.numbers(draft_, name, numbers, {static_cast<std::int64_t>(numbers.size())}, like);
  }

 private:
  // NOLINTNEXTLINE(misc-no-recursion): depth <= limits().json_depth
  std::vector<ValueId> bound(const Argument& a) {
    std::vector<ValueId> out;
    if (a.kind == Argument::Kind::tensor && next_ < draft_.in.size()) out.push_back(draft_.in[next_++]);
    for (const Argument& inner : a.list)
      for (const ValueId v : bound(inner)) out.push_back(v);
    return out;
  }
  static bool empty(const Argument& a) {
    return a.kind == Argument::Kind::value && (!a.value || a.value->is_null() || *a.value == false);
  }
  const Draft& draft_;
  Build& build_;
  mutable std::set<std::size_t> read_positions_;
  mutable std::set<std::string> read_names_;
  std::vector<std::vector<ValueId>> values_;
  std::vector<const Argument*> positional_;
  std::vector<std::pair<std::string, std::vector<ValueId>>> keywords_;
  std::size_t next_ = 0;
};

struct Site {
  Draft& draft;
  Build& build;
  const Arguments& arguments;
  std::string_view op;  // of the graph
};

Result<ValueId> first(const Site& s) {
  for (const std::string_view name :
       {"x", "x1", "features", "a", "input", "input_tensor", "logits", "tensor", "values"}) {
    const auto found = s.arguments.tensors(0, name);
    if (found.size() == 1) return found[0];
  }
  return cannot("a tensor as the first argument", "another");
}

Outputs unary(const Site& s) {
  DLAS_ASSIGN(const ValueId x, first(s));
  return one(s.build.add(s.draft, "", s.op, {}, {x}));
}

// Either side may be a number.
Outputs binary(const Site& s) {
  if (s.draft.in.empty()) return cannot("a tensor among the arguments", "none");
  const ValueId like = s.draft.in[0];
  const auto side = [&](std::size_t i, std::array<std::string_view, 3> names) -> Result<ValueId> {
    for (const auto name : names)
      if (!s.arguments.tensors(i, name).empty() || !s.arguments.value(i, name).is_null())
        return s.arguments.operand(i, name, like);
    return cannot("two arguments", "one");
  };
  DLAS_ASSIGN(const ValueId a, side(0, {"x", "x1", "a"}));
  DLAS_ASSIGN(const ValueId b, side(1, {"y", "x2", "b"}));
  if (s.op != "MatMul") return one(s.build.add(s.draft, "", s.op, {}, {a, b}));
  const auto turned = [&](std::size_t i, std::string_view name) { return s.arguments.value(i, name) == true; };
  return one(s.build.add(s.draft, "", s.op, {{"adj_x", turned(2, "transpose_a")}, {"adj_y", turned(3, "transpose_b")}},
                         {a, b}));
}

Outputs activation(const Site& s) {
  DLAS_ASSIGN(const ValueId x, first(s));
  Activation a;
  a.name = s.op;
  const Json settings = s.arguments.settings_with({"alpha", "approximate", "axis", "negative_slope"});
  a.settings = &settings;
  return one(activate(s.draft, s.build, "", a, x));
}

// Axes as an argument, a keyword or a setting; all of them when absent.
Outputs reduction(const Site& s) {
  DLAS_ASSIGN(const ValueId x, first(s));
  const Json wrapped{{"axis", s.arguments.value(1, "axis")}, {"keepdims", s.arguments.value(2, "keepdims")}};
  Settings c(wrapped);
  const auto axes = c.integers("axis");
  const bool keep = c.flag("keepdims", false);
  DLAS_TRY(c.status());
  return one(s.build.add(s.draft, "", s.op, {{"keepdims", std::int64_t{keep}}},
                         {x, axes.empty() ? kNone : s.build.list(s.draft, "axes", axes)}));
}

Outputs concat(const Site& s) {
  auto in = s.arguments.tensors(0, "values");
  if (in.empty()) in = s.arguments.tensors(0, "xs");
  const Json wrapped{{"axis", s.arguments.value(1, "axis")}};
  Settings c(wrapped);
  const std::int64_t axis = c.integer("axis", 0);
  DLAS_TRY(c.status());
  if (in.empty()) return cannot("tensors to join", "none");
  return one(s.build.add(s.draft, "", "Concat", {{"axis", axis}}, in));
}

Outputs reshape(const Site& s) {
  DLAS_ASSIGN(const ValueId x, first(s));
  Json sizes = s.arguments.value(1, "shape");
  if (sizes.is_null()) sizes = s.arguments.value(1, "newshape");
  if (sizes.is_array() && !sizes.empty() && sizes[0].is_null()) sizes[0] = -1;
  const Json wrapped{{"shape", std::move(sizes)}};
  Settings c(wrapped);
  const auto shape = c.integers("shape");
  DLAS_TRY(c.status());
  if (shape.empty()) return cannot("sizes that are numbers", "others");
  return one(s.build.add(s.draft, "", "Reshape", {{"allowzero", std::int64_t{1}}},
                         {x, s.build.list(s.draft, "shape", shape)}));
}

Outputs transpose(const Site& s) {
  DLAS_ASSIGN(const ValueId x, first(s));
  Json axes = s.arguments.value(1, "perm");
  if (axes.is_null()) axes = s.arguments.value(1, "axes");
  const Json wrapped{{"perm", std::move(axes)}};
  Settings c(wrapped);
  const auto perm = c.integers("perm");
  DLAS_TRY(c.status());
  return one(s.build.add(s.draft, "", "Transpose", {{"perm", perm}}, {x}));
}

Outputs expand_dims(const Site& s) {
  DLAS_ASSIGN(const ValueId x, first(s));
  const Json wrapped{{"axis", s.arguments.value(1, "axis")}};
  Settings c(wrapped);
  const auto axes = c.integers("axis");
  DLAS_TRY(c.status());
  return one(s.build.add(s.draft, "", s.op, {}, {x, axes.empty() ? kNone : s.build.list(s.draft, "axes", axes)}));
}

Outputs clip(const Site& s) {
  DLAS_ASSIGN(const ValueId x, first(s));
  const bool keras = !s.arguments.value(1, "x_min").is_null();
  DLAS_ASSIGN(const ValueId low, s.arguments.operand(1, keras ? "x_min" : "clip_value_min", x));
  DLAS_ASSIGN(const ValueId high, s.arguments.operand(2, keras ? "x_max" : "clip_value_max", x));
  return one(s.build.add(s.draft, "", "Clip", {}, {x, low, high}));
}

Outputs cast(const Site& s) {
  DLAS_ASSIGN(const ValueId x, first(s));
  DLAS_ASSIGN(const Policy to, policy_of(s.arguments.value(1, "dtype")));
  return one(s.build.add(s.draft, "", "Cast", {{"to", to.compute}}, {x}));
}

struct Row {
  std::string_view name;  // in lower case without underlines; of TensorFlow: behind the last point
  Outputs (*function)(const Site& s);
  std::string_view op;
};
constexpr Row kRows[] = {
    // begin sorted
    {"abs", unary, "Abs"},
    {"absolute", unary, "Abs"},
    {"add", binary, "Add"},
    {"amax", reduction, "ReduceMax"},
    {"amin", reduction, "ReduceMin"},
    {"cast", cast, ""},
    {"ceil", unary, "Ceil"},
    {"clip", clip, ""},
    {"clipbyvalue", clip, ""},
    {"concat", concat, ""},
    {"concatenate", concat, ""},
    {"divide", binary, "Div"},
    {"elu", activation, "elu"},
    {"exp", unary, "Exp"},
    {"expanddims", expand_dims, "Unsqueeze"},
    {"floor", unary, "Floor"},
    {"gelu", activation, "gelu"},
    {"hardsigmoid", activation, "hard_sigmoid"},
    {"hardsilu", activation, "hard_silu"},
    {"identity", unary, "Identity"},
    {"leakyrelu", activation, "leaky_relu"},
    {"log", unary, "Log"},
    {"logsoftmax", activation, "log_softmax"},
    {"matmul", binary, "MatMul"},
    {"max", reduction, "ReduceMax"},
    {"maximum", binary, "Max"},
    {"mean", reduction, "ReduceMean"},
    {"min", reduction, "ReduceMin"},
    {"minimum", binary, "Min"},
    {"mul", binary, "Mul"},
    {"multiply", binary, "Mul"},
    {"neg", unary, "Neg"},
    {"negative", unary, "Neg"},
    {"pow", binary, "Pow"},
    {"power", binary, "Pow"},
    {"prod", reduction, "ReduceProd"},
    {"reciprocal", unary, "Reciprocal"},
    {"reducemax", reduction, "ReduceMax"},
    {"reducemean", reduction, "ReduceMean"},
    {"reducemin", reduction, "ReduceMin"},
    {"reducesum", reduction, "ReduceSum"},
    {"relu", activation, "relu"},
    {"relu6", activation, "relu6"},
    {"reshape", reshape, ""},
    {"rsqrt", unary, "Rsqrt"},
    {"selu", activation, "selu"},
    {"sigmoid", activation, "sigmoid"},
    {"silu", activation, "silu"},
    {"softmax", activation, "softmax"},
    {"softplus", activation, "softplus"},
    {"softsign", activation, "softsign"},
    {"sqrt", unary, "Sqrt"},
    {"square", unary, "Square"},
    {"squeeze", expand_dims, "Squeeze"},
    {"sub", binary, "Sub"},
    {"subtract", binary, "Sub"},
    {"sum", reduction, "ReduceSum"},
    {"swish", activation, "silu"},
    {"tanh", activation, "tanh"},
    {"transpose", transpose, ""},
    {"truediv", binary, "Div"},
    {"truedivide", binary, "Div"},
    // end sorted
};

std::string folded(std::string_view function) {
  if (const auto point = function.rfind('.'); point != std::string_view::npos) function.remove_prefix(point + 1);
  std::string out;
  for (const char c : function)
    if (c != '_') out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

bool is_function_layer(std::string_view class_name) { return class_name == "TFOpLambda"; }

std::vector<std::string_view> operation_names() {
  std::vector<std::string_view> out;
  for (const Row& row : kRows) out.push_back(row.name);
  return out;
}

Outputs operation(Draft& draft, Build& build, std::string_view function) {
  const std::string name = folded(function);
  const auto row = std::ranges::find(kRows, name, &Row::name);
  if (row == std::end(kRows)) return cannot("a function that dlas knows", fmt::format("function '{}'", function));
  const Arguments arguments(draft, build);
  Outputs out = row->function({draft, build, arguments, row->op});
  if (out.ok()) DLAS_TRY(arguments.all_read());
  return out;
}

}  // namespace dlas::keras
