#include "report/graph/dot.h"

#include <fmt/format.h>

#include "base/text.h"

namespace dlas::report {

namespace {

std::string tooltip(const Lines& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : "\\n") + for_dot(line);
  return out;
}

}  // namespace

std::string dot(const Picture& picture) {
  std::string out = "digraph model {\n  node [shape=box, fontname=\"sans-serif\"];\n";
  for (std::size_t i = 0; i < picture.boxes.size(); ++i) {
    const Box& box = picture.boxes[i];
    const std::string detail = box.detail.empty() ? "" : "\\n" + for_dot(box.detail);
    out += fmt::format("  n{} [label=\"{}{}\", tooltip=\"{}\"{}];\n", i, for_dot(box.label), detail, tooltip(box.title),
                       box.end ? ", style=rounded" : "");
  }
  for (const Arrow& arrow : picture.arrows)
    out += fmt::format("  n{} -> n{} [tooltip=\"{}\"];\n", arrow.from, arrow.to, tooltip(arrow.title));
  return out + "}\n";
}

}  // namespace dlas::report
