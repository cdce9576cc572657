#include "compiler/pipeline.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "compiler/pass/list.h"

namespace dlas::compiler {
namespace {

struct Place {
  const Pass* pass;
  int level;  // from which on it is active
};

constexpr int kOnRequest = kHighestLevel + 1;

// The order in which passes run. Constants are folded first, so that patterns find them, and once more where weights were computed
// anew; layouts come after all that moves channels about; fusion is last, since nothing looks into a fused node.
const Place kOrder[] = {
    {&remove_dead_code, 2},
    {&fold_constants, 2},
    {&simplify_inference, 0},
    {&eliminate_duplicates, 3},
    {&canonicalize_casts, 3},
    {&canonicalize_activations, 3},
    {&canonicalize_dense, 3},
    {&canonicalize_pools, 3},
    {&absorb_pads, 3},
    {&lower_quantized, 3},
    {&fold_scale_axis, 3},
    {&combine_parallel_conv, 4},
    {&combine_parallel_dense, 4},
    {&combine_parallel_matmul, 4},
    {&choose_layout, 3},
    {&sink_transposes, 3},
    {&fast_math, 4},
    {&fold_constants, 2},
    {&eliminate_duplicates, 3},
    {&fuse_operators, 1},
};

Settings defaults(const Pass& pass) {
  Settings out;
  for (const Parameter& p : pass.parameters) out.emplace(p.name, p.fallback);
  return out;
}

Result<const Pass*> pass_named(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Pass* pass : all_passes()) {
    if (pass->name == name) return pass;
    names.push_back(pass->name);
  }
  return make_error(Code::usage, "the name of a pass", "'" + std::string(name) + "'" + nearest(name, names));
}

Status set(Settings& settings, const Pass& pass, std::string_view name, std::string_view value) {
  std::vector<std::string_view> names;
  for (const Parameter& p : pass.parameters) {
    names.push_back(p.name);
    if (p.name != name) continue;
    const auto n = parse_int(value);
    const bool right = p.choices.empty() ? n && *n >= 0 : std::ranges::find(p.choices, value) != p.choices.end();
    if (!right)
      return make_error(
                 Code::usage,
                 p.choices.empty() ? "a number of at least 0" : fmt::format("one of {}", fmt::join(p.choices, ", ")),
                 "'" + std::string(value) + "'")
          .at_slot(fmt::format("parameter '{}' of {}", name, pass.name));
    settings[std::string(name)] = p.choices.empty() ? std::to_string(*n) : std::string(value);
    return {};
  }
  return make_error(Code::usage, fmt::format("a parameter of {}", pass.name),
                    "'" + std::string(name) + "'" + (names.empty() ? "; it has none" : nearest(name, names)));
}

// "name" or "name(a=1,b=x)".
struct Written {
  const Pass* pass = nullptr;
  std::vector<std::pair<std::string, std::string>> values;
};

Result<Written> written(std::string_view text) {
  const std::size_t open = text.find('(');
  Written out;
  DLAS_ASSIGN(out.pass, pass_named(text.substr(0, open)));
  if (open == std::string_view::npos) return out;
  if (!text.ends_with(')')) return make_error(Code::usage, "a closing ')'", "'" + std::string(text) + "'");
  std::string_view rest = text.substr(open + 1, text.size() - open - 2);
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    const std::size_t equal = one.find('=');
    if (equal == std::string_view::npos)
      return make_error(Code::usage, "parameter=value", "'" + std::string(one) + "'");
    out.values.emplace_back(one.substr(0, equal), one.substr(equal + 1));
  }
  return out;
}

Status apply(Settings& settings, const Written& w) {
  for (const auto& [name, value] : w.values) DLAS_TRY(set(settings, *w.pass, name, value));
  return {};
}

Error without_effect(std::string_view change, std::string_view why) {
  return make_error(Code::usage, "a change of the pipeline", fmt::format("'{}', which {}", change, why));
}

Status take_out(Pipeline& pipeline, std::string_view change) {
  DLAS_ASSIGN(const Pass* pass, pass_named(change.substr(1)));
  if (std::erase_if(pipeline.steps, [&](const Step& s) { return s.pass == pass; }) == 0)
    return without_effect(change, "is not in it");
  return {};
}

// Adds the pass where kOrder has it, between the steps that are there.
Pipeline added(const Pipeline& pipeline, const Pass* pass) {
  Pipeline out;
  std::size_t next = 0;
  for (const Place& place : kOrder) {
    if (place.pass == pass) out.steps.push_back({pass, defaults(*pass)});
    else if (next < pipeline.steps.size() && pipeline.steps[next].pass == place.pass)
      out.steps.push_back(pipeline.steps[next++]);
  }
  return out;
}

Status put_in(Pipeline& pipeline, std::string_view change) {
  DLAS_ASSIGN(const Written w, written(change.substr(1)));
  const auto has = [&] { return std::ranges::find(pipeline.steps, w.pass, &Step::pass) != pipeline.steps.end(); };
  const Pipeline before = pipeline;
  if (!has()) pipeline = added(pipeline, w.pass);
  for (Step& step : pipeline.steps)
    if (step.pass == w.pass) DLAS_TRY(apply(step.settings, w));
  if (pipeline == before) return without_effect(change, "is in it already");
  return {};
}

}  // namespace

std::string_view word(const Settings& settings, std::string_view name) {
  const auto it = settings.find(name);
  check(it != settings.end(), "a pipeline gives every parameter of a pass");
  return it->second;
}

std::uint64_t number(const Settings& settings, std::string_view name) {
  return static_cast<std::uint64_t>(parse_int(word(settings, name)).value_or(0));
}

int level_of(const Pass& pass) {
  for (const Place& place : kOrder)
    if (place.pass == &pass) return place.level;
  return kOnRequest;
}

Pipeline pipeline_of(int level) {
  Pipeline out;
  for (const Place& place : kOrder)
    if (place.level <= level) out.steps.push_back({place.pass, defaults(*place.pass)});
  return out;
}

Result<Pipeline> switched(Pipeline pipeline, const std::vector<std::string>& changes) {
  for (const std::string& change : changes) {
    if (change.starts_with('-')) DLAS_TRY(take_out(pipeline, change));
    else if (change.starts_with('+')) DLAS_TRY(put_in(pipeline, change));
    else return make_error(Code::usage, "+pass or -pass", "'" + change + "'");
  }
  return pipeline;
}

std::vector<std::string> split_changes(std::string_view text) {
  std::vector<std::string> out;
  if (text.empty()) return out;
  out.emplace_back();
  int depth = 0;
  for (const char c : text) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == ',' && depth <= 0) out.emplace_back();
    else out.back() += c;
  }
  return out;
}

std::string text(const Pipeline& pipeline) {
  std::string out;
  for (const Step& step : pipeline.steps) {
    out += (out.empty() ? "" : " ") + std::string(step.pass->name);
    std::string values;
    for (const auto& [name, value] : step.settings) values += (values.empty() ? "" : ",") + name + "=" + value;
    if (!values.empty()) out += "(" + values + ")";
  }
  return out;
}

Result<Pipeline> parse_pipeline(std::string_view text) {
  Pipeline out;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    if (one.empty()) continue;
    DLAS_ASSIGN(const Written w, written(one));
    Step step{w.pass, defaults(*w.pass)};
    DLAS_TRY(apply(step.settings, w));
    out.steps.push_back(std::move(step));
  }
  return out;
}

Hash hash_of(const Pipeline& pipeline) { return dlas::hash_of(std::string_view(text(pipeline))); }

}  // namespace dlas::compiler
