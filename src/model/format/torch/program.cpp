#include "model/format/torch/program.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "model/format/torch/aten/aten.h"
#include "model/format/torch/json_text.h"
#include "model/format/torch/program_schema.h"
#include "model/format/torch/symbolic.h"
#include "model/format/torch/weights.h"

namespace dlas::torch {
namespace {

using nlohmann::json;

constexpr std::string_view kOldProgram = "serialized_exported_program.json";
constexpr std::int64_t kOldestSchema = 7, kNewestSchema = 8;

struct Tensors {
  NamedTensors weights, constants;
};

// "model" of models/model.json.
Result<std::string> program_name(const Archive& archive) {
  std::string name;
  for (const std::string_view member : archive.names()) {
    if (!member.starts_with("models/") || !member.ends_with(".json")) continue;
    if (!name.empty()) return make_error(Code::unsupported, "one program in an archive", "several");
    name = member.substr(7, member.size() - 12);
  }
  if (name.empty()) return make_error(Code::not_found, "a member 'models/model.json'", "none");
  return name;
}

// A pickle inside the archive is an archive of its own.
Result<NamedTensors> nested(Archive& archive, std::string_view name, CopyBudget& budget) {
  DLAS_ASSIGN(Source source, archive.stored(name));
  if (source.bytes.empty()) return NamedTensors{};
  DLAS_ASSIGN(Archive inner, Archive::open(std::move(source)));
  auto tensors = read_pickled_tensors(inner, budget);
  if (!tensors.ok()) return tensors.error().during("reading '" + std::string(name) + "'");
  return std::move(tensors->tensors);
}

Result<NamedTensors> either(Archive& archive, const std::string& folder, const std::string& name, std::string_view kind,
                            CopyBudget& budget) {
  const std::string config = fmt::format("{}{}_{}_config.json", folder, name, kind), pickled = folder + name + ".pt";
  if (archive.has(config)) return read_listed_tensors(archive, config, folder, budget);
  if (archive.has(pickled)) return nested(archive, pickled, budget);
  return NamedTensors{};
}

class Reader {
 public:
  Reader(Archive& archive, Tensors tensors)
      : path_(archive.source().path), tensors_(std::move(tensors)), build_(path_) {}

  Result<Graph> read(const json& program) {
    const json* module = member(program, "graph_module");
    const json* graph = module ? member(*module, "graph") : nullptr;
    const json* signature = module ? member(*module, "signature") : nullptr;
    if (!graph || !signature) return wrong_json("a graph and its signature");
    types_ = member(*graph, "tensor_values");
    if (!types_ || !types_->is_object()) return wrong_json("an object 'tensor_values'");
    DLAS_TRY(inputs(*signature));
    const json* nodes = member(*graph, "nodes");
    if (!nodes || !nodes->is_array()) return wrong_json("a list 'nodes'");
    if (nodes->size() > limits().nodes)
      return make_error(Code::limit, fmt::format("at most {} nodes", limits().nodes), fmt::format("{}", nodes->size()));
    for (const json& one : *nodes) DLAS_TRY(node(one));
    DLAS_TRY(outputs(*signature));
    return std::move(build_.graph());
  }

 private:
  Status inputs(const json& signature) {
    const json* specs = member(signature, "input_specs");
    if (!specs || !specs->is_array()) return wrong_json("a list 'input_specs'");
    for (const json& spec : *specs) DLAS_TRY(input(spec));
    return {};
  }

  Status input(const json& spec) {
    if (!spec.is_object() || spec.size() != 1) return wrong_json("an input of one kind");
    const std::string& kind = spec.begin().key();
    const json& body = spec.begin().value();
    if (kind == "parameter") return stored(body, "parameter_name", false);
    if (kind == "buffer") return stored(body, "buffer_name", false);
    if (kind == "tensor_constant") return stored(body, "tensor_constant_name", true);
    if (kind == "user_input") return user_input(member(body, "arg"));
    if (kind == "constant_input") return constant_input(body);
    return make_error(Code::unsupported, "inputs of tensors and numbers", "'" + kind + "'");
  }

  Status constant_input(const json& body) {
    DLAS_ASSIGN(const std::string name, text_member(body, "name"));
    const json* value = member(body, "value");
    DLAS_ASSIGN(names_[name], argument(value ? *value : json(), names_));
    return {};
  }

  Status stored(const json& body, const char* key, bool lifted) {
    const json* arg = member(body, "arg");
    DLAS_ASSIGN(const std::string name, text_member(arg ? *arg : json(), "name"));
    DLAS_ASSIGN(const std::string tensor, text_member(body, key));
    // A buffer that is not persistent is kept among the constants.
    auto found = lifted ? tensors_.constants.end() : tensors_.weights.find(tensor);
    if (lifted || found == tensors_.weights.end()) found = tensors_.constants.find(tensor);
    if (found == tensors_.constants.end())
      return make_error(Code::not_found, "a tensor '" + tensor + "' in the archive", "none");
    const StoredTensor& s = found->second;
    DLAS_ASSIGN(const Type declared, type_of(name));
    if (const Type type = Type::of(s.tensor); declared.dtype != type.dtype || *declared.dims != *type.dims)
      return make_error(Code::mismatch, text(declared) + " as the graph declares", text(type))
          .at_slot("tensor '" + tensor + "'");
    return define(name, tensor_datum(build_.graph().add_constant(tensor, s.tensor, s.origin)));
  }

  Status user_input(const json* arg) {
    const json* tensor = arg ? member(*arg, "as_tensor") : nullptr;
    if (!tensor) return {};  // a number that was fixed when the program was exported
    DLAS_ASSIGN(const std::string name, text_member(*tensor, "name"));
    DLAS_ASSIGN(Type type, type_of(name));
    const ValueId id = build_.graph().add_input(name, std::move(type));
    build_.graph().value(id).origin = {path_, name, std::nullopt, 0};
    return define(name, tensor_datum(id));
  }

  Status define(const std::string& name, Datum datum) {
    if (!names_.emplace(name, std::move(datum)).second)
      return make_error(Code::graph, "one definition of each name", "'" + name + "' twice");
    return {};
  }

  Result<Type> type_of(const std::string& name) const {
    const json* meta = member(*types_, name.c_str());
    if (!meta) return make_error(Code::format, "a type of '" + name + "'", "none");
    auto type = type_of_meta(*meta);
    if (!type.ok()) return type.error().at_slot("type of '" + name + "'");
    return type;
  }

  Result<std::vector<NamedDatum>> arguments(const json& one) {
    std::vector<NamedDatum> out;
    const json* list = member(one, "inputs");
    if (!list || !list->is_array()) return wrong_json("a list of inputs");
    for (const json& input : *list) {
      DLAS_ASSIGN(std::string name, text_member(input, "name"));
      const json* arg = member(input, "arg");
      DLAS_ASSIGN(Datum datum, argument(arg ? *arg : json(), names_));
      out.emplace_back(std::move(name), std::move(datum));
    }
    return out;
  }

  Status node(const json& one) {
    DLAS_ASSIGN(const std::string target, text_member(one, "target"));
    DLAS_ASSIGN(const std::vector<Output> outputs, outputs_of(one));
    std::vector<std::string> names;
    for (const Output& output : outputs) names.push_back(output.name);
    const std::string shown = names.empty() ? target : names[0];
    build_.begin(std::move(names), {path_, target, std::nullopt, 0});
    auto in = arguments(one);
    if (!in.ok()) return unreadable(in.error(), target, shown, outputs);
    auto out = called(target, *in, outputs.size());
    if (!out.ok()) return out.error().at_node(shown, target);
    return assign(outputs, *out, shown, target);
  }

  // An argument of a kind that is not read (a subgraph) makes the operator unknown.
  Status unreadable(const Error& error, const std::string& target, const std::string& shown,
                    const std::vector<Output>& outputs) {
    if (error.code != Code::unsupported) return Error(error).at_node(shown, target);
    auto made = build_.keep_unknown(target, {}, outputs.size(), "an argument " + error.found);
    return assign(outputs, tuple_of(std::move(made)), shown, target);
  }

  // "torch.ops.aten.conv2d.default" and "_operator.mul".
  Result<Datum> called(std::string_view target, const std::vector<NamedDatum>& in, std::size_t outputs) {
    constexpr std::string_view kAten = "torch.ops.aten.", kOperator = "_operator.";
    if (target.starts_with(kOperator) || target.starts_with("torch.sym_") || target.starts_with("math."))
      return python(target.substr(target.find_last_of('.') + 1), in, outputs);
    if (!target.starts_with(kAten)) return call_aten(build_, target, in, outputs);
    target.remove_prefix(kAten.size());
    return call_aten(build_, target.substr(0, target.rfind('.')), in, outputs);
  }

  Result<Datum> python(std::string_view name, const std::vector<NamedDatum>& in, std::size_t outputs) {
    struct Row {
      std::string_view name;
      Arithmetic what;
    };
    static constexpr Row kRows[] = {
        {"add", Arithmetic::add},     {"sub", Arithmetic::sub},
        {"mul", Arithmetic::mul},     {"floordiv", Arithmetic::floordiv},
        {"mod", Arithmetic::mod},     {"truediv", Arithmetic::truediv},
        {"pow", Arithmetic::pow},     {"sym_min", Arithmetic::min},
        {"sym_max", Arithmetic::max}, {"eq", Arithmetic::eq},
        {"ne", Arithmetic::ne},       {"lt", Arithmetic::lt},
        {"le", Arithmetic::le},       {"gt", Arithmetic::gt},
        {"ge", Arithmetic::ge},
    };
    const auto row = std::ranges::find(kRows, name, &Row::name);
    if (row != std::end(kRows) && in.size() == 2) {
      auto out = arithmetic(build_, row->what, in[0].second, in[1].second);
      if (out.ok() || out.error().code != Code::unsupported) return out;
    }
    // A check of sizes that the program was exported with: what comes of it is used by assertions only.
    if (row != std::end(kRows) && row->what >= Arithmetic::eq) return Datum();
    return tuple_of(build_.keep_unknown(name, {}, outputs, "arithmetic that dlas does not know"));
  }

  Status assign(const std::vector<Output>& outputs, const Datum& out, const std::string& shown,
                const std::string& target) {
    std::vector<Datum> items{out};
    if (const auto* s = std::get_if<SequenceRef>(&out)) items = (*s)->items;
    if (outputs.size() > items.size())
      return make_error(Code::format, fmt::format("at most {} outputs", items.size()),
                        fmt::format("{}", outputs.size()))
          .at_node(shown, target);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (outputs[i].kind == Output::Kind::nothing) continue;
      if (outputs[i].kind == Output::Kind::tensor) DLAS_TRY(declared(outputs[i].name, items[i], target));
      Datum datum = items[i];
      if (const auto* t = std::get_if<TensorRef>(&datum); t && outputs[i].kind == Output::Kind::size)
        datum = build_.size_datum((*t)->value);
      DLAS_TRY(define(outputs[i].name, std::move(datum)));
    }
    return {};
  }

  // What the operator's rule could not tell, the file may; what both tell must be the same.
  Status declared(const std::string& name, const Datum& datum, const std::string& target) {
    const auto* tensor = std::get_if<TensorRef>(&datum);
    if (!tensor || !member(*types_, name.c_str())) return {};
    DLAS_ASSIGN(const Type type, type_of(name));
    Value& value = build_.graph().value((*tensor)->value);
    const Type found = value.type;
    const auto clash = [&] {
      return make_error(Code::type, text(type) + " as the file declares", text(found)).at_node(name, target);
    };
    if (found.dtype != DType::none && type.dtype != DType::none && found.dtype != type.dtype) return clash();
    if (found.ranked() && found.rank() != type.rank()) return clash();
    if (found.dtype == DType::none) value.type.dtype = type.dtype;
    if (!found.ranked()) value.type.dims = type.dims;
    for (std::size_t i = 0; i < type.rank(); ++i) {
      const auto both = merged((*value.type.dims)[i], type.dim(i));
      if (!both) return clash();
      (*value.type.dims)[i] = *both;
    }
    return {};
  }

  Status outputs(const json& signature) {
    const json* specs = member(signature, "output_specs");
    if (!specs || !specs->is_array()) return wrong_json("a list 'output_specs'");
    for (const json& spec : *specs) {
      const json* user = member(spec, "user_output");
      if (!user) {
        build_.graph().notes.push_back({Severity::info, "", "an output that only changes a buffer is left out"});
        continue;
      }
      const json* arg = member(*user, "arg");
      DLAS_ASSIGN(const Datum datum, argument(arg ? *arg : json(), names_));
      const auto* tensor = std::get_if<TensorRef>(&datum);
      if (!tensor) {
        const bool lost = arg && member(*arg, "as_tensor");
        build_.graph().notes.push_back(
            {lost ? Severity::not_executable : Severity::warning, "",
             lost ? "an output is a tensor that dlas does not compute" : "an output that is no tensor is left out"});
        continue;
      }
      DLAS_ASSIGN(const ValueId value, current(*tensor, build_));
      build_.graph().outputs.push_back(value);
    }
    return {};
  }

  std::string path_;
  Tensors tensors_;
  Build build_;
  const json* types_ = nullptr;
  Names names_;
};

Result<std::string> version_of(const json& program) {
  const json* version = member(program, "schema_version");
  DLAS_ASSIGN(const std::int64_t major, integer_member(version ? *version : json(), "major"));
  DLAS_ASSIGN(const std::int64_t minor, integer_member(*version, "minor"));
  if (major < kOldestSchema || major > kNewestSchema)
    return make_error(Code::unsupported, fmt::format("schema {} or {}", kOldestSchema, kNewestSchema),
                      fmt::format("{}.{}", major, minor));
  return fmt::format("{}.{}", major, minor);
}

}  // namespace

bool is_program(const Archive& archive) {
  return archive.has(kOldProgram) || archive.has("archive_format") || archive.has("models/model.json");
}

Result<Graph> read_program(Archive& archive) {
  CopyBudget budget{limits().folded_bytes};
  Tensors tensors;
  std::string member_name(kOldProgram);
  if (archive.has(kOldProgram)) {
    DLAS_ASSIGN(tensors.weights, nested(archive, "serialized_state_dict.pt", budget));
    DLAS_ASSIGN(tensors.constants, nested(archive, "serialized_constants.pt", budget));
  } else {
    DLAS_ASSIGN(const std::string name, program_name(archive));
    member_name = "models/" + name + ".json";
    DLAS_ASSIGN(tensors.weights, either(archive, "data/weights/", name, "weights", budget));
    DLAS_ASSIGN(tensors.constants, either(archive, "data/constants/", name, "constants", budget));
  }
  DLAS_ASSIGN(const std::string_view text, archive.text(member_name));
  const auto in_member = [&](Error error) { return error.during("reading '" + member_name + "'"); };
  auto program = parse_json(text);
  if (!program.ok()) return in_member(program.error());
  auto version = version_of(*program);
  if (!version.ok()) return in_member(version.error());
  auto graph = Reader(archive, std::move(tensors)).read(*program);
  if (!graph.ok()) return in_member(graph.error());
  graph->metadata["torch.schema_version"] = *version;
  if (const json* torch = member(*program, "torch_version"); torch && torch->is_string())
    graph->metadata["torch.version"] = torch->get<std::string>();
  return graph;
}

}  // namespace dlas::torch
