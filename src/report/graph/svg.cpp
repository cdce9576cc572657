#include "report/graph/svg.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/name.h"

namespace dlas::report {
namespace {

constexpr std::size_t kLongestLabel = 30;

constexpr char kStyle[] =
    "<style>"
    "text{font:12px system-ui,sans-serif;fill:#1c2128;text-anchor:middle}.detail{font-size:10.5px;fill:#57606a}"
    ".sheet{fill:#fff}.box rect{fill:#f6f8fa;stroke:#8c959f}.end rect{fill:#fff;stroke-dasharray:3 2}"
    ".arrow{fill:none;stroke:#8c959f}.differs rect{fill:#ffebe4;stroke:#c2410c}"
    ".first rect{fill:#ffd8c9;stroke:#c2410c;stroke-width:2.5}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.detail{fill:#9da7b3}.sheet{fill:#0f1318}"
    ".box rect{fill:#1b2129;stroke:#6e7681}.end rect{fill:#0f1318}.arrow{stroke:#6e7681}"
    ".differs rect{fill:#3d1f14;stroke:#f0824f}.first rect{fill:#5a2713;stroke:#f0824f}}"
    "</style>\n";

std::string_view mark_class(Mark mark) {
  switch (mark) {
    case Mark::none: return "";
    case Mark::agrees: return " agrees";
    case Mark::differs: return " differs";
    case Mark::first: return " differs first";
  }
  return "";
}

std::string title(const Lines& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "<title>" : "\n") + for_html(line);
  return out.empty() ? "" : out + "</title>";
}

std::string box_element(const Box& box, const Rectangle& place) {
  const double middle = place.x + place.width / 2;
  std::string out = fmt::format(
      "<g{} class=\"box{}{}\">{}<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
      "rx=\"{}\"/>",
      box.id.empty() ? "" : " id=\"" + for_html(box.id) + "\"", box.end ? " end" : "", mark_class(box.mark),
      title(box.title), place.x, place.y, place.width, place.height, box.end ? 12 : 4);
  out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", middle, place.y + 17,
                     for_html(shortened(box.label, kLongestLabel)));
  if (!box.detail.empty())
    out += fmt::format("<text class=\"detail\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", middle, place.y + 32,
                       for_html(shortened(box.detail, kLongestLabel)));
  out += "</g>";
  if (box.link.empty()) return out + "\n";
  return fmt::format("<a href=\"{}\">{}</a>\n", for_html(box.link), out);
}

// Curves with upright ends, so that a line leaves and enters a box straight; then the head.
std::string arrow_element(const Arrow& arrow, const std::vector<Point>& points) {
  if (points.size() < 2) return "";
  std::string path = fmt::format("M{:.1f},{:.1f}", points[0].x, points[0].y);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point &p = points[i - 1], &q = points[i];
    const double half = (p.y + q.y) / 2;
    if (p.x == q.x) path += fmt::format("V{:.1f}", q.y);
    else path += fmt::format("C{:.1f},{:.1f} {:.1f},{:.1f} {:.1f},{:.1f}", p.x, half, q.x, half, q.x, q.y);
  }
  path += "m-3.5,-6l3.5,6l3.5,-6";
  return fmt::format("<path class=\"arrow\" d=\"{}\">{}</path>\n", path, title(arrow.title));
}

std::string opening(const Layout& layout, const std::string& name) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" role=\"img\" aria-label=\"{2}\">\n",
      layout.width, layout.height, for_html(name));
}

std::string content(const Picture& picture, const Layout& layout) {
  std::string out;
  for (std::size_t i = 0; i < picture.arrows.size(); ++i) out += arrow_element(picture.arrows[i], layout.arrows[i]);
  for (std::size_t i = 0; i < picture.boxes.size(); ++i) out += box_element(picture.boxes[i], layout.boxes[i]);
  return out;
}

}  // namespace

std::string svg(const Picture& picture, const Layout& layout, const std::string& name) {
  return opening(layout, name) + content(picture, layout) + "</svg>\n";
}

std::string svg_file(const Picture& picture, const Layout& layout, const std::string& name) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + opening(layout, name) + kStyle +
         "<rect class=\"sheet\" width=\"100%\" height=\"100%\"/>\n" + content(picture, layout) + "</svg>\n";
}

}  // namespace dlas::report
