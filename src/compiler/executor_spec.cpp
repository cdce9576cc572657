#include "compiler/executor_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "algorithm/target.h"
#include "base/text.h"

namespace dlas::compiler {
namespace {

constexpr std::string_view kCompiled = "compiled";
constexpr int kMostThreads = 1024;

Error unknown_word(std::string_view word) {
  std::string known = "level=, threads=, +pass, -pass";
  std::vector<std::string_view> names{"level=", "threads="};
  for (const algorithm::Target& target : algorithm::targets()) {
    known += ", " + target.name;
    names.push_back(target.name);
  }
  return make_error(Code::usage, "one of " + known, "'" + std::string(word) + "'" + nearest(word, names));
}

Status set_number(std::string_view name, std::string_view value, int least, int most, int& field) {
  const auto n = parse_int(value);
  if (!n || *n < least || *n > most)
    return make_error(Code::usage, fmt::format("{}={} to {}", name, least, most), "'" + std::string(value) + "'");
  field = static_cast<int>(*n);
  return {};
}

Status set(ExecutorSpec& spec, const std::string& word) {
  if (word.starts_with('+') || word.starts_with('-')) {
    spec.changes.push_back(word);
    return {};
  }
  const std::string_view all = word;
  if (all.starts_with("level=")) return set_number("level", all.substr(6), 0, kHighestLevel, spec.level);
  if (all.starts_with("threads=")) return set_number("threads", all.substr(8), 1, kMostThreads, spec.threads);
  if (std::ranges::find(algorithm::targets(), word, &algorithm::Target::name) == algorithm::targets().end())
    return unknown_word(word);
  DLAS_ASSIGN(const algorithm::Target target, algorithm::parse_target(word));  // one that this processor has
  spec.target = target.name;
  return {};
}

}  // namespace

std::string text(const ExecutorSpec& spec) {
  if (spec.kind == ExecutorSpec::Kind::automatic) return "auto";
  if (spec.kind == ExecutorSpec::Kind::reference) return "reference";
  std::vector<std::string> words;
  if (!spec.target.empty()) words.push_back(spec.target);
  if (spec.level != kDefaultLevel) words.push_back(fmt::format("level={}", spec.level));
  if (spec.threads != 0) words.push_back(fmt::format("threads={}", spec.threads));
  words.insert(words.end(), spec.changes.begin(), spec.changes.end());
  return words.empty() ? std::string(kCompiled) : fmt::format("{}:{}", kCompiled, fmt::join(words, ","));
}

Result<ExecutorSpec> parse_executor(std::string_view text) {
  ExecutorSpec spec;
  if (text == "auto") return spec;
  if (text == "reference") return ExecutorSpec{.kind = ExecutorSpec::Kind::reference, .target = {}, .changes = {}};
  const std::string_view name = text.substr(0, text.find(':'));
  if (name != kCompiled)
    return make_error(Code::usage, "one of the executors auto, reference, compiled, compiled:SETTINGS",
                      "'" + std::string(text) + "'" + nearest(name, {"auto", "compiled", "reference"}));
  spec.kind = ExecutorSpec::Kind::compiled;
  std::set<std::string> seen;
  if (name.size() < text.size())
    for (const std::string& word : split_changes(text.substr(name.size() + 1))) {
      const std::string kind = word.starts_with('+') || word.starts_with('-') ? word
                               : word.find('=') == std::string::npos          ? "target"
                                                                              : word.substr(0, word.find('='));
      if (!seen.insert(kind).second)
        return make_error(Code::usage, "each setting once", "'" + word + "' as another " + kind);
      DLAS_TRY(set(spec, word));
    }
  if (auto passes = pipeline_of(spec); !passes.ok()) return std::move(passes).error();
  return spec;
}

Hash hash_of(const ExecutorSpec& spec) { return dlas::hash_of(std::string_view(text(spec))); }

Result<Pipeline> pipeline_of(const ExecutorSpec& spec) { return switched(pipeline_of(spec.level), spec.changes); }

}  // namespace dlas::compiler
