// What a model's outputs are called.
#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/limits.h"
#include "data/labels.h"
#include "study/open/opened.h"

namespace dlas::study {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(std::move(line));
    begin = end + 1;
  }
  return lines;
}

Result<ClassNames> named(const std::string& labels, const Opened& model) {
  if (labels == "imagenet") {
    const auto names = data::imagenet_names();
    return ClassNames{{names.begin(), names.end()}, "ImageNet's classes"};
  }
  if (!labels.empty()) {
    DLAS_ASSIGN(const std::string text, read_text(labels, limits().text_bytes));
    return ClassNames{lines_of(text), labels};
  }
  if (!model.metadata || model.metadata->labels.empty()) return ClassNames{};
  return ClassNames{model.metadata->labels, model.metadata->label_file + " in the file"};
}

}  // namespace

Result<ClassNames> class_names(const std::string& labels, const Opened& model) {
  DLAS_ASSIGN(ClassNames out, named(labels, model));
  const Graph& graph = model.graph();
  if (out.names.empty() || graph.outputs.empty()) return out;
  const Type& type = graph.value(graph.outputs[0]).type;
  const std::int64_t outputs = type.fixed() ? type.count().value_or(0) : 0;
  const auto names = std::ssize(out.names);
  if (names + 1 == outputs) {
    out.names.insert(out.names.begin(), "background");
  } else if (names != outputs) {
    if (labels.empty()) return ClassNames{};  // nobody asked for the names in the file
    return make_error(Code::mismatch, fmt::format("{} names, one for each output", outputs), fmt::format("{}", names))
        .in(labels == "imagenet" ? model.path : labels);
  }
  return out;
}

}  // namespace dlas::study
