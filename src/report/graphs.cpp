// Both graphs side by side, the first divergence marked.
#include <fmt/format.h>

#include "report/graph/fold.h"
#include "report/graph/svg.h"
#include "report/sections.h"
#include "report/wiring.h"

namespace dlas::report {
namespace {

constexpr std::size_t kComfortable = 60;  // boxes; more are folded
constexpr std::size_t kMostDrawn = 3000;  // boxes that are left after folding; more are no picture

// Without its folder, which the page says at its top.
std::string file_name(const std::string& path) { return name(path.substr(path.rfind('/') + 1), 40); }

std::string panel(const Json& diff, const char* side) {
  const std::string letter = *side == 'a' ? "A" : "B";
  Picture whole = picture_of_side(diff, side);
  const std::size_t nodes = whole.boxes.size();
  if (nodes == 0) return "";
  const Picture picture = folded(std::move(whole), kComfortable);
  std::string caption =
      fmt::format("<abbr class=\"side\">{}</abbr> {}", letter, file_name(raw_text(field(diff, side), "name")));
  if (picture.boxes.size() < nodes) caption += fmt::format(", {} boxes for {} nodes", picture.boxes.size(), nodes);
  std::string drawing = fmt::format(
      "<p>Too large to be drawn: {} boxes. <code>dlas show FILE --graph out.dot</code> "
      "writes it for Graphviz.</p>\n",
      picture.boxes.size());
  if (picture.boxes.size() <= kMostDrawn) drawing = svg(picture, laid_out(picture), "Graph of " + letter);
  return fmt::format(
      "<figure>\n<figcaption>{}</figcaption>\n<div class=\"panel\" tabindex=\"0\">\n{}</div>\n</figure>\n", caption,
      drawing);
}

}  // namespace

std::string graphs_section(const Json& diff) {
  const std::string panels = panel(diff, "a") + panel(diff, "b");
  if (panels.empty()) return "";
  return "<section>\n<h2>Both graphs</h2>\n<ul class=\"legend\"><li class=\"agrees\">agrees</li><li "
         "class=\"differs\">beyond what arithmetic explains</li><li class=\"first\">first divergence</li><li "
         "class=\"none\">not compared</li></ul>\n<div class=\"pair\">\n" +
         panels + "</div>\n</section>\n";
}

}  // namespace dlas::report
