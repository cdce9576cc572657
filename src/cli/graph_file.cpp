#include "cli/graph_file.h"

#include "base/file.h"
#include "base/text.h"
#include "report/graph/dot.h"
#include "report/graph/fold.h"
#include "report/graph/listing.h"
#include "report/graph/picture_of.h"
#include "report/graph/svg.h"

namespace dlas::cli {
namespace {

constexpr std::size_t kComfortable = 150;   // boxes that a person still follows; more are folded
constexpr std::size_t kMostDrawn = 20'000;  // boxes of an SVG that a browser still opens

report::Picture picture(const Graph& graph, bool expand) {
  report::Picture whole = report::picture_of(graph, expand);
  return expand ? whole : report::folded(std::move(whole), kComfortable);
}

Status write_svg(const Graph& graph, const std::string& path, bool expand) {
  const report::Picture drawn = picture(graph, expand);
  if (drawn.boxes.size() > kMostDrawn)
    return make_error(Code::limit, "a picture of at most " + thousands(kMostDrawn) + " boxes",
                      thousands(drawn.boxes.size()))
        .try_this(expand ? "without --expand chains and repeated blocks are folded" : "--graph out.dot or out.txt");
  return write_file(path, report::svg_file(drawn, report::laid_out(drawn), graph.name));
}

}  // namespace

Status write_graph(const Graph& graph, const std::string& path, bool expand) {
  const std::string kind = extension_of(path);
  if (kind == ".svg") return write_svg(graph, path, expand);
  if (kind == ".dot") return write_file(path, report::dot(picture(graph, expand)));
  if (kind == ".txt") return write_file(path, report::listing(graph));
  return make_error(Code::usage, "--graph with a name that ends in .svg, .dot or .txt", path)
      .try_this("dlas show FILE --graph out.svg");
}

}  // namespace dlas::cli
