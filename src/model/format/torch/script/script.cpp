#include "model/format/torch/script/script.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "model/format/torch/aten/aten.h"
#include "model/format/torch/script/script_builtins.h"
#include "model/format/torch/script/script_objects.h"
#include "model/format/torch/script/script_tokens.h"
#include "model/format/torch/symbolic.h"

namespace dlas::torch {
namespace {

constexpr int kDeepestWalk = 500;                     // statements, expressions and calls inside each other
constexpr std::uint32_t kByName = ~std::uint32_t{0};  // the id of a function or class, whose path is its whole name

// One call of a function: its variables and what belongs to it.
struct Frame {
  const Callable& callable;
  std::string path;  // of the module whose method runs
  std::map<std::string_view, Datum> variables = {};
  std::optional<Datum> result = {};
};

class Walk {
 public:
  Walk(ScriptObjects objects, std::string path) : objects_(std::move(objects)), build_(path), path_(std::move(path)) {}

  Result<Graph> run() {
    DLAS_ASSIGN(const Callable forward, objects_.method(objects_.root(), "forward"));
    DLAS_ASSIGN(std::vector<NamedDatum> inputs, declare(*forward.function));
    DLAS_ASSIGN(const Datum out, call(forward, objects_.root(), inputs));
    DLAS_TRY(give(out, 0));
    if (build_.graph().outputs.empty()) return make_error(Code::format, "a tensor that the model returns", "none");
    return std::move(build_.graph());
  }

 private:
  // Tensors become inputs of the graph; what has a default keeps it.
  Result<std::vector<NamedDatum>> declare(const Function& forward) {
    const std::vector<Layout> traced = objects_.traced_inputs();
    std::vector<NamedDatum> out;
    for (std::size_t i = 1; i < forward.parameters.size(); ++i) {
      const Parameter& p = forward.parameters[i];
      if (p.fallback != kNoNode) break;
      if (p.type != "Tensor")
        return make_error(Code::unsupported, "inputs that are tensors", fmt::format("'{}' as {}", p.name, p.type));
      const bool known = i - 1 < traced.size() && traced[i - 1].dtype != DType::none;
      const ValueId id = build_.graph().add_input(std::string(p.name),
                                                  known ? traced_type(traced[i - 1]) : Type::unranked(DType::f32));
      build_.graph().value(id).origin = {path_, std::string(p.name), std::nullopt, 0};
      out.emplace_back("", tensor_datum(id));
    }
    return out;
  }

  // A trace holds for other batches, too, unless the model has fixed its own.
  static Type traced_type(const Layout& layout) {
    Type type(layout.dtype, {layout.sizes.begin(), layout.sizes.end()});
    if (type.rank() > 1) (*type.dims)[0] = Dim();
    return type;
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth of sequences <= kDeepest
  Status give(const Datum& out, int depth) {
    if (const auto* tensor = std::get_if<TensorRef>(&out)) {
      DLAS_ASSIGN(const ValueId value, current(*tensor, build_));
      build_.graph().outputs.push_back(value);
    }
    if (const auto* s = std::get_if<SequenceRef>(&out); s && depth <= 2 * kDeepest)
      for (const Datum& item : (*s)->items) DLAS_TRY(give(item, depth + 1));
    if (!std::holds_alternative<TensorRef>(out) && !std::holds_alternative<SequenceRef>(out))
      build_.graph().notes.push_back({Severity::warning, "", "an output that is no tensor is left out"});
    return {};
  }

  struct Deeper {
    int& depth;
    explicit Deeper(int& d) : depth(++d) {}
    ~Deeper() { --depth; }
  };
  Status step() {
    if (depth_ > kDeepestWalk)
      return make_error(Code::limit, fmt::format("calls of at most {} levels", kDeepestWalk), "more");
    if (++steps_ > limits().nodes * 64)
      return make_error(Code::limit, fmt::format("at most {} steps through the source", limits().nodes * 64), "more");
    return {};
  }

  Error located(Error error, const Frame& frame, std::uint32_t line) const {
    if (error.context.empty()) error.during(fmt::format("{} line {}", frame.callable.file, line));
    return error;
  }

  // --- functions ---

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Result<Datum> call(const Callable& callable, const Object& self, std::vector<NamedDatum> arguments) {
    const Deeper deeper(depth_);
    DLAS_TRY(step());
    Frame frame{callable, self.path};
    const Function& f = *callable.function;
    if (callable.type && callable.type->base == "Module") arguments.insert(arguments.begin(), {"", Datum(self)});
    std::size_t position = 0;
    for (NamedDatum& argument : arguments) {
      const auto slot =
          argument.first.empty()
              ? f.parameters.begin() + static_cast<std::ptrdiff_t>(std::min(position++, f.parameters.size()))
              : std::ranges::find(f.parameters, argument.first, &Parameter::name);
      if (slot == f.parameters.end())
        return make_error(Code::format, fmt::format("{} arguments of '{}'", f.parameters.size(), f.name), "others");
      frame.variables[slot->name] = std::move(argument.second);
    }
    for (const Parameter& p : f.parameters) {
      if (frame.variables.contains(p.name)) continue;
      if (p.fallback == kNoNode)
        return make_error(Code::format, fmt::format("an argument '{}' of '{}'", p.name, f.name), "none");
      DLAS_ASSIGN(frame.variables[p.name], evaluate(p.fallback, frame));
    }
    DLAS_TRY(block(f.body, frame));
    return frame.result.value_or(Datum());
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Result<Datum> call_by_name(const std::string& name, const std::vector<NamedDatum>& arguments, const Frame& frame) {
    DLAS_ASSIGN(const Callable callable, objects_.callable(name));
    if (callable.function) return call(callable, {kByName, frame.path, ""}, arguments);
    if (callable.type->base != "NamedTuple")
      return make_error(Code::unsupported, "modules and named tuples", "a new object of '" + name + "'");
    std::vector<Datum> items;
    for (const NamedDatum& a : arguments) items.push_back(a.second);
    const Datum out = tuple_of(std::move(items));
    for (const std::string_view field : callable.type->fields)
      std::get<SequenceRef>(out)->keys.emplace_back(std::string(field));
    return out;
  }

  // --- statements ---

  const Statement& statement(const Frame& frame, NodeIndex i) const { return frame.callable.tree->statements[i]; }
  const Expression& expression(const Frame& frame, NodeIndex i) const { return frame.callable.tree->expressions[i]; }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Status block(const std::vector<NodeIndex>& body, Frame& frame) {
    const Deeper deeper(depth_);
    for (const NodeIndex i : body) {
      DLAS_TRY(step());
      auto status = run_statement(statement(frame, i), frame);
      if (!status.ok()) return located(std::move(status).error(), frame, statement(frame, i).line);
      if (frame.result) break;
    }
    return {};
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Status run_statement(const Statement& s, Frame& frame) {
    switch (s.kind) {
      case Statement::Kind::pass: return {};
      case Statement::Kind::evaluate: {
        const auto out = evaluate(s.value, frame);
        return out.ok() ? Status() : Status(out.error());
      }
      case Statement::Kind::assign: return assign(s, frame);
      case Statement::Kind::give: {
        Datum out;
        if (s.value != kNoNode) {
          DLAS_ASSIGN(out, evaluate(s.value, frame));
        }
        frame.result = std::move(out);
        return {};
      }
      case Statement::Kind::branch: return branch(s, frame);
      case Statement::Kind::loop_while: return loop_while(s, frame);
      case Statement::Kind::loop_for: return loop_for(s, frame);
    }
    return {};
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Status assign(const Statement& s, Frame& frame) {
    targets_ = s.unpacks ? s.names.size() : 1;
    DLAS_ASSIGN(const Datum value, evaluate(s.value, frame));
    if (!s.unpacks) {
      frame.variables[s.names[0]] = value;
      return {};
    }
    const auto* parts = std::get_if<SequenceRef>(&value);
    if (!parts || (*parts)->items.size() != s.names.size())
      return make_error(Code::format, fmt::format("{} values", s.names.size()), kind_of(value));
    const std::vector<Datum> items = (*parts)->items;
    for (std::size_t i = 0; i < items.size(); ++i) frame.variables[s.names[i]] = items[i];
    return {};
  }

  bool raises(const std::vector<NodeIndex>& body, const Frame& frame) const {
    return std::ranges::any_of(body, [&](NodeIndex i) {
      const Statement& s = statement(frame, i);
      if (s.kind != Statement::Kind::evaluate) return false;
      const Expression& call = expression(frame, s.value);
      return call.kind == Expression::Kind::call && expression(frame, call.of).text == "RaiseException";
    });
  }

  // A check of the inputs is taken as passed when only running the model could tell: PyTorch would raise.
  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Status branch(const Statement& s, Frame& frame) {
    const auto condition = evaluate(s.value, frame);
    auto choice = condition.ok() ? decided(build_, *condition) : Result<bool>(condition.error());
    if (!choice.ok() && choice.error().code == Code::unsupported) {
      const bool then_raises = raises(s.body, frame), else_raises = raises(s.otherwise, frame);
      if (then_raises != else_raises) choice = else_raises;
    }
    if (!choice.ok()) return choice.error();
    return block(*choice ? s.body : s.otherwise, frame);
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Status loop_while(const Statement& s, Frame& frame) {
    while (!frame.result) {
      DLAS_TRY(step());
      DLAS_ASSIGN(const Datum condition, evaluate(s.value, frame));
      DLAS_ASSIGN(const bool goes_on, decided(build_, condition));
      if (!goes_on) break;
      DLAS_TRY(block(s.body, frame));
    }
    return {};
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Status loop_for(const Statement& s, Frame& frame) {
    DLAS_ASSIGN(const Datum over, evaluate(s.value, frame));
    const auto* sequence = std::get_if<SequenceRef>(&over);
    if (!sequence) return cannot(fmt::format("a loop over {}", kind_of(over)));
    const std::vector<Datum> items = (*sequence)->items;
    for (const Datum& item : items) {
      frame.variables[s.names[0]] = item;
      DLAS_TRY(block(s.body, frame));
      if (frame.result) break;
    }
    return {};
  }

  // --- expressions ---

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Result<Datum> evaluate(NodeIndex index, Frame& frame) {
    const Deeper deeper(depth_);
    DLAS_TRY(step());
    const Expression& e = expression(frame, index);
    switch (e.kind) {
      case Expression::Kind::none: return Datum();
      case Expression::Kind::boolean: return Datum(e.text == "True");
      case Expression::Kind::text: return Datum(unquoted(e.text));
      case Expression::Kind::integer:
      case Expression::Kind::real: return number(e);
      case Expression::Kind::name: return variable(e, frame);
      case Expression::Kind::list:
      case Expression::Kind::tuple:
      case Expression::Kind::dict: return sequence(e, frame);
      case Expression::Kind::member: return member(index, frame);
      case Expression::Kind::item: return item(e, frame);
      case Expression::Kind::call: return called(e, frame);
      case Expression::Kind::minus: {
        DLAS_ASSIGN(const Datum of, evaluate(e.of, frame));
        return negated(build_, of);
      }
    }
    return Datum();
  }

  static Result<Datum> number(const Expression& e) {
    if (e.kind == Expression::Kind::integer)
      if (const auto n = parse_int(e.text)) return Datum(*n);
    std::string text(e.text);
    if (text.ends_with('.')) text += '0';
    if (const auto r = parse_double(text)) return Datum(*r);
    return make_error(Code::format, "a number", "'" + text.substr(0, 80) + "'");
  }

  static Result<Datum> variable(const Expression& e, const Frame& frame) {
    const auto known = frame.variables.find(e.text);
    if (known != frame.variables.end()) return known->second;
    if (e.text == "inf") return Datum(std::numeric_limits<double>::infinity());
    if (e.text == "nan") return Datum(std::numeric_limits<double>::quiet_NaN());
    return make_error(Code::graph, "names that something defines", fmt::format("'{}'", e.text.substr(0, 80)));
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Result<Datum> sequence(const Expression& e, Frame& frame) {
    std::vector<Datum> parts;
    for (const NodeIndex i : e.parts) {
      DLAS_ASSIGN(Datum part, evaluate(i, frame));
      parts.push_back(std::move(part));
    }
    const Datum plain = e.kind == Expression::Kind::list ? list_of(std::move(parts)) : tuple_of(std::move(parts));
    const SequenceRef& made = std::get<SequenceRef>(plain);
    if (made->depth > kDeepest)
      return make_error(Code::limit, fmt::format("lists of at most {} levels", kDeepest), "more");
    if (e.kind != Expression::Kind::dict) return plain;
    auto dict = std::make_shared<Sequence>(Sequence{Sequence::Kind::dict, {}, {}, made->depth});
    for (std::size_t i = 0; i + 1 < made->items.size(); i += 2) {
      dict->keys.push_back(made->items[i]);
      dict->items.push_back(made->items[i + 1]);
    }
    return Datum(dict);
  }

  // "__torch__.torch.nn.functional.relu", or nothing when the chain begins with a variable.
  std::string qualified(NodeIndex index, const Frame& frame) const {
    std::string out;
    for (;;) {
      const Expression& e = expression(frame, index);
      if (e.kind == Expression::Kind::name)
        return frame.variables.contains(e.text) ? std::string() : std::string(e.text) + out;
      if (e.kind != Expression::Kind::member) return {};
      out = "." + std::string(e.text) + out;
      index = e.of;
    }
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Result<Datum> member(NodeIndex index, Frame& frame) {
    const Expression& e = expression(frame, index);
    const std::string name = qualified(index, frame);
    if (name.starts_with("__torch__")) return Datum(Object{kByName, name, ""});
    if (name.starts_with("CONSTANTS.")) return objects_.constant(e.text, build_);
    DLAS_ASSIGN(const Datum of, evaluate(e.of, frame));
    if (const auto* object = std::get_if<Object>(&of); object && object->id != kByName)
      return objects_.attribute(*object, e.text, build_);
    if (const auto* s = std::get_if<SequenceRef>(&of); s && (*s)->kind == Sequence::Kind::tuple)
      for (std::size_t i = 0; i < std::min((*s)->keys.size(), (*s)->items.size()); ++i)
        if (const auto* key = std::get_if<std::string>(&(*s)->keys[i]); key && *key == e.text) return (*s)->items[i];
    return cannot(fmt::format("a member '{}' of {}", e.text.substr(0, 80), kind_of(of)));
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Result<Datum> item(const Expression& e, Frame& frame) {
    if (e.parts.size() != 1) return make_error(Code::format, "one index", fmt::format("{}", e.parts.size()));
    DLAS_ASSIGN(const Datum of, evaluate(e.of, frame));
    DLAS_ASSIGN(const Datum index, evaluate(e.parts[0], frame));
    DLAS_ASSIGN(const std::optional<Datum> out, call_builtin(build_, "__getitem__", {{"", of}, {"", index}}));
    return out.value_or(Datum());
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Result<Datum> called(const Expression& e, Frame& frame) {
    const std::string name = qualified(e.of, frame);
    // These name a type first, which is no value.
    if (name == "uninitialized") return Datum();
    const bool typed = name == "annotate" || name == "unchecked_cast";
    const std::size_t outputs = std::exchange(targets_, 1);
    std::vector<NamedDatum> arguments;
    for (std::size_t i = typed ? 1 : 0; i < e.parts.size(); ++i) {
      DLAS_ASSIGN(Datum argument, evaluate(e.parts[i], frame));
      arguments.emplace_back(std::string(e.names[i]), std::move(argument));
    }
    if (typed) return arguments.empty() ? Datum() : arguments[0].second;
    if (name.starts_with("__torch__")) return call_by_name(name, arguments, frame);
    if (name == "getattr") return attribute_by_text(arguments);
    if (name == "range") return range(arguments);
    if (!name.empty()) return operation(name, arguments, outputs, e.line, frame);
    return call_value(e, std::move(arguments), frame);
  }

  // `(conv1).forward(x, )` or a function that a variable holds.
  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestWalk
  Result<Datum> call_value(const Expression& e, std::vector<NamedDatum> arguments, Frame& frame) {
    const Expression& callee = expression(frame, e.of);
    const bool method = callee.kind == Expression::Kind::member;
    DLAS_ASSIGN(const Datum of, evaluate(method ? callee.of : e.of, frame));
    const auto* object = std::get_if<Object>(&of);
    if (!object || method == (object->id == kByName)) return cannot(fmt::format("a call of {}", kind_of(of)));
    if (!method) return call_by_name(object->path, arguments, frame);
    DLAS_ASSIGN(const Callable callable, objects_.method(*object, callee.text));
    return call(callable, *object, std::move(arguments));
  }

  Result<Datum> attribute_by_text(const std::vector<NamedDatum>& arguments) {
    const auto* object = arguments.size() == 2 ? std::get_if<Object>(&arguments[0].second) : nullptr;
    const auto* name = object ? std::get_if<std::string>(&arguments[1].second) : nullptr;
    if (!name || object->id == kByName) return make_error(Code::format, "an object and a name", "something else");
    return objects_.attribute(*object, *name, build_);
  }

  static Result<Datum> range(const std::vector<NamedDatum>& arguments) {
    const auto* count = arguments.size() == 1 ? std::get_if<std::int64_t>(&arguments[0].second) : nullptr;
    if (!count) return cannot("a loop whose length is not known");
    if (*count > static_cast<std::int64_t>(limits().nodes))
      return make_error(Code::limit, fmt::format("a loop of at most {} rounds", limits().nodes),
                        fmt::format("{}", *count));
    std::vector<Datum> items;
    for (std::int64_t i = 0; i < *count; ++i) items.emplace_back(i);
    return list_of(std::move(items));
  }

  // "torch.conv2d", "ops.prim.dtype", "ops.torchvision.nms".
  Result<Datum> operation(std::string_view name, const std::vector<NamedDatum>& arguments, std::size_t outputs,
                          std::uint32_t line, const Frame& frame) {
    std::string_view op = name;
    if (op.starts_with("torch.")) op.remove_prefix(6);
    else if (op.starts_with("ops.prim.")) op.remove_prefix(9);
    else if (op == "int" || op == "float" || op == "bool") op = op == "int" ? "Int" : op == "float" ? "Float" : "Bool";
    else if (!op.starts_with("ops."))
      return make_error(Code::graph, "names that something defines", fmt::format("'{}'", name.substr(0, 80)));
    build_.begin({frame.path.empty() ? std::string(op) : fmt::format("{}/{}", frame.path, op)},
                 {path_, fmt::format("{}:{}", frame.callable.file, line), std::nullopt, 0});
    DLAS_ASSIGN(const std::optional<Datum> plain, call_builtin(build_, op, arguments));
    if (plain) return *plain;
    return call_aten(build_, op, arguments, outputs);
  }

  ScriptObjects objects_;
  Build build_;
  std::string path_;
  int depth_ = 0;
  std::uint64_t steps_ = 0;
  std::size_t targets_ = 1;  // of the assignment whose value is evaluated next
};

// A walk of kDeepestWalk levels takes about 2 MB of stack, more than the process may have been given; so it gets its own.
constexpr std::size_t kStackBytes = std::size_t{8} << 20;

struct Job {
  Archive& archive;
  std::optional<Result<Graph>> out;
};

Result<Graph> walked(Archive& archive) {
  DLAS_ASSIGN(ScriptObjects objects, ScriptObjects::open(archive));
  return Walk(std::move(objects), archive.source().path).run();
}

void* walk(void* job) {
  auto& j = *static_cast<Job*>(job);
  j.out.emplace(walked(j.archive));
  return nullptr;
}

}  // namespace

bool is_script(const Archive& archive) { return archive.has("constants.pkl"); }

Result<Graph> read_script(Archive& archive) {
  Job job{archive, {}};
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  const int failed = pthread_create(&thread, &attributes, walk, &job);
  pthread_attr_destroy(&attributes);
  if (failed != 0) return make_error(Code::io, "a thread", std::generic_category().message(failed));
  pthread_join(thread, nullptr);
  return *std::move(job.out);
}

}  // namespace dlas::torch
